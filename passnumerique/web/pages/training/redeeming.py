"""Using passes at a training session: one question, one clear answer, and what was taken so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.codes import fold, grouped_code
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import redeem_at_session, workshop_of
from passnumerique.training.queries import access_session, attendance_of, title_of
from passnumerique.training.rules import SessionState
from passnumerique.vouchers.operations import Outcome
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, sent
from passnumerique.web.pages.training.forms import RedeemForm
from passnumerique.web.pages.training.parts import codes_are_ours, crumbs, passes_used
from passnumerique.web.pages.training.words import name_of, when_of

ASKED_BY_SCRIPT = "X-Redeem"
"""The header by which the page's own script asks for the answer alone."""
_REFUSED = 409


@dataclass(frozen=True)
class Answer:
    """What the person at the counter reads, in large letters."""

    taken: bool
    title: str
    sentences: Sequence[str]


@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
@desk_page(Permission.REDEEM)
def redeem(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Spend the passes that one person gives, for the place of the session and its mediators.

    The same form sent twice gives the same answer and takes nothing again.
    """
    desk = request.desk
    session = access_session(desk.actor, desk.programme_id, session_id)
    price = workshop_of(session).passes_per_person
    form = RedeemForm(price=price, initial=_fresh(desk, price), data=sent(request)["data"])
    answer = _answer(desk, session, form) if form.is_bound and form.is_valid() else None
    if answer:
        form = RedeemForm(price=price, initial=_fresh(desk, price) | _kept(form, answer))
    status = UNPROCESSABLE if form.is_bound and form.errors else 200 if not answer or answer.taken else _REFUSED
    page = _page(request, session, form, answer, status)
    page["Permissions-Policy"] = "camera=(self)"
    page["Cache-Control"] = "no-store"
    return page


def _fresh(desk: Desk, price: int) -> dict[str, Any]:
    """Ids for the next uses, for a browser that makes none itself."""
    return {name: new_id(desk.at) for name in ("newcomer", *(f"scan_{rank}" for rank in range(1, price + 1)))}


def _kept(form: RedeemForm, answer: Answer) -> dict[str, Any]:
    """What was typed stays when it was refused."""
    if answer.taken:
        return {}
    return {name: value for name, value in form.cleaned_data.items() if name.startswith(("code_", "person"))}


def _answer(desk: Desk, session: Any, form: RedeemForm) -> Answer:
    try:
        outcomes = redeem_at_session(
            programme_id=desk.programme_id,
            session_id=session.id,
            scans=form.scans(),
            redeemed_at=desk.at,
            by=desk.actor,
            at=desk.at,
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return Answer(False, _refused(1), [refusal.say()])
    refused = [one for one in outcomes if one.refusal]
    return _told_refused(refused, len(outcomes)) if refused else _told_taken(outcomes)


def _refused(count: int) -> str:
    return ngettext("Pass refusé", "Pass refusés", count)


def _told_taken(outcomes: Sequence[Outcome]) -> Answer:
    numbers = ", ".join(str(one.number) for one in outcomes)
    said = ngettext("Le pass n° %(numbers)s est pris.", "Les pass n° %(numbers)s sont pris.", len(outcomes))
    sentences = [said % {"numbers": numbers}]
    if all(one.replayed for one in outcomes):
        sentences.append(_("Il était déjà enregistré\u202f: rien n’a été compté deux fois."))
    sentences.append(_("Passez à la personne suivante."))
    return Answer(True, ngettext("Pass accepté", "Pass acceptés", len(outcomes)), sentences)


def _told_refused(refused: Sequence[Outcome], asked: int) -> Answer:
    """Each refusal once, named by its code when several passes were given."""
    said: dict[str, list[str]] = {}
    for one in refused:
        sentence = one.refusal.say() if one.refusal else ""
        said.setdefault(sentence, []).append(grouped_code(fold(one.scan.code))[-9:])
    if asked == 1:
        return Answer(False, _refused(1), list(said))
    named = [
        _("…%(codes)s\u202f: %(sentence)s") % {"codes": ", …".join(codes), "sentence": sentence}
        for sentence, codes in said.items()
    ]
    return Answer(False, _refused(len(refused)), named)


def _page(request: DeskRequest, session: Any, form: RedeemForm, answer: Answer | None, status: int) -> HttpResponse:
    desk = request.desk
    people = {seat.id: name_of(seat) for seat in attendance_of(desk.actor, session)}
    by_script = ASKED_BY_SCRIPT in request.headers
    context = {
        "desk": desk,
        "breadcrumbs": crumbs(desk, session, _("Utiliser des pass")),
        "session": session,
        "title": title_of(session),
        "when": when_of(session),
        "form": form,
        "price": len(form.ranks),
        "answer": answer,
        "person": _person(request, form, people),
        "taken": [{**one, "who": people.get(one["participant"], "")} for one in passes_used(desk, session.id)],
        "ours": codes_are_ours(desk.programme_id),
        "closed": _closed(desk, session),
        "by_script": by_script,
    }
    name = "told" if by_script else "redeem"
    return render(request, f"web/training/{name}.html", context, status=status)


def _person(request: DeskRequest, form: RedeemForm, people: Mapping[UUID, str]) -> str:
    """Of whom passes are asked: of the address on the first visit, of the form afterwards; or of nobody
    on the list."""
    given = form["person"].value() or ("" if form.is_bound else request.GET.get("person"))
    try:
        chosen = UUID(str(given)) if given else None
    except ValueError:
        chosen = None
    form.initial["person"] = chosen if chosen in people else None
    return people.get(chosen, "") if chosen else ""


def _closed(desk: Desk, session: Any) -> str:
    """Why no pass can be used here now, or nothing."""
    if session.state == SessionState.CANCELLED:
        return _("Cet atelier est annulé. Aucun pass ne peut y être utilisé.")
    if day_of(session.starts_at) > desk.today:
        return _("Les pass se prennent à partir du jour de l’atelier. Revenez ce jour-là.")
    return ""
