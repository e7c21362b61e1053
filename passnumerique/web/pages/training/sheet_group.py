"""A group that comes together: its cards scanned one after another, and how many come without a pass; each
line is told what became of it."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.codes import fold, grouped_code
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import Noted, WalkIn, add_walk_ins, workshop_of
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import access_sheet, sheet_of
from passnumerique.training.rules import MOST_SEATS
from passnumerique.vouchers.operations import Scan
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, sent
from passnumerique.web.pages.training.parts import bare_code
from passnumerique.web.pages.training.sheet_parts import may_note, sheet_crumbs
from passnumerique.web.pages.training.words import name_of, when_of
from passnumerique.web.tables import Column, Table

TOGETHER, EACH = "together", "each"
_REFUSED = 409


class GroupForm(forms.Form):
    """The codes of a group, one a line, and those who come without."""

    group = forms.UUIDField(widget=forms.HiddenInput)
    codes = forms.CharField(
        label=gettext_lazy("Les cartes du groupe"),
        required=False,
        max_length=60_000,
        help_text=gettext_lazy("Scannez les cartes l’une après l’autre, ou tapez un code par ligne."),
        widget=forms.Textarea(
            attrs={"rows": 10, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    without = forms.IntegerField(
        label=gettext_lazy("Personnes sans pass"), required=False, min_value=0, max_value=MOST_SEATS, initial=0
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Si un pass est refusé"),
        choices=[
            (EACH, gettext_lazy("Noter les autres personnes")),
            (TOGETHER, gettext_lazy("Ne noter personne\u202f: le groupe vient ensemble")),
        ],
        widget=forms.RadioSelect,
        initial=EACH,
    )

    def __init__(self, *args: Any, price: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._price = price
        if price > 1:
            told = gettext_lazy("Chaque personne donne %(price)s pass\u202f: scannez-les à la suite.")
            self.fields["codes"].help_text = str(told) % {"price": price}

    def clean(self) -> dict[str, Any]:
        """Refuses nobody at all, a person whose passes are not complete, and a page grown too old."""
        given: dict[str, Any] = self.cleaned_data
        codes = [bare_code(line) for line in given.get("codes", "").splitlines() if line.strip()]
        given["codes"] = codes
        if given.get("group") is None or given["group"].version != 7:  # noqa: PLR2004 — made by the page
            raise forms.ValidationError(_("Cette page est trop ancienne. Rechargez-la et recommencez."))
        if len(codes) % self._price:
            self.add_error("codes", _("Il manque un pass à la dernière personne."))
        elif len(codes) // self._price + (given.get("without") or 0) > MOST_SEATS:
            self.add_error("codes", _("Un groupe compte %(most)s personnes au plus.") % {"most": MOST_SEATS})
        elif not codes and not given.get("without"):
            self.add_error("codes", _("Scannez au moins une carte, ou comptez les personnes sans pass."))
        return given

    def walk_ins(self) -> list[WalkIn]:
        """The people of the group; their ids follow from that of the group, so that it is never seated twice."""
        ids = self._ids()
        codes = self.cleaned_data["codes"]
        people = [codes[start : start + self._price] for start in range(0, len(codes), self._price)]
        with_pass = [WalkIn(next(ids), tuple(Scan(next(ids), code) for code in person)) for person in people]
        return [*with_pass, *(WalkIn(next(ids)) for _one in range(self.cleaned_data.get("without") or 0))]

    def _ids(self) -> Iterator[UUID]:
        first = self.cleaned_data["group"].int
        return (UUID(int=first + step) for step in range(1 << 20))


@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
@desk_page(Permission.REDEEM)
def group(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """A group in one gesture, for the place of the session and its mediators."""
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    if not may_note(desk, session):
        raise NotAllowed
    price = workshop_of(session).passes_per_person
    form = GroupForm(price=price, initial={"group": new_id(desk.at)}, data=sent(request)["data"])
    if not form.is_bound or not form.is_valid():
        return _page(request, session, form)
    try:
        told = _seated(desk, session, form)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.say())
        return _page(request, session, form)
    return _answered(request, session, form, told, price)


def _seated(desk: Desk, session: Any, form: GroupForm) -> list[Noted]:
    return add_walk_ins(
        programme_id=desk.programme_id,
        session_id=session.id,
        walk_ins=form.walk_ins(),
        by=desk.actor,
        at=desk.at,
        together=form.cleaned_data["rule"] == TOGETHER,
    )


def _answered(request: DeskRequest, session: Any, form: GroupForm, told: Sequence[Noted], price: int) -> HttpResponse:
    """The page once more, with each line's outcome; the refused codes stay, ready to be corrected."""
    desk = request.desk
    people = form.walk_ins()
    again = [walk_in for walk_in, one in zip(people, told, strict=True) if one.refusal]
    initial = {
        "group": new_id(desk.at),
        "codes": "\n".join(scan.code for one in again for scan in one.passes),
        "without": sum(not one.passes for one in again),
        "rule": form.cleaned_data["rule"],
    }
    names = {line.seat.id: name_of(line.seat) for line in sheet_of(desk.actor, desk.programme_id, session.id).lines}
    lines = [_line(walk_in, one, names) for walk_in, one in zip(people, told, strict=True)]
    context = {"outcomes": _table(lines), "good": len(told) - len(again), "refused": len(again)}
    return _page(request, session, GroupForm(price=price, initial=initial), context)


def _line(walk_in: WalkIn, noted: Noted, names: dict[UUID, str]) -> dict[str, str]:
    codes = ", ".join(f"…{grouped_code(fold(scan.code))[-4:]}" for scan in walk_in.passes)
    taken = ", ".join(str(number) for number in noted.numbers)
    done = _("Présent, pass n° %(numbers)s") % {"numbers": taken} if taken else _("Présent, sans pass")
    who = names.get(noted.attendance_id, "") if noted.refusal is None else ""
    return {
        "pass": codes or _("sans pass"),
        "who": who or "—",
        "outcome": noted.refusal.say() if noted.refusal else done,
    }


def _table(lines: Sequence[dict[str, str]]) -> Table:
    columns = [
        Column("pass", _("Fin du code")),
        Column("who", _("Personne")),
        Column("outcome", _("Résultat")),
    ]
    return Table(_("Ce qu’il est advenu de chaque carte"), columns, lines)


def _page(request: DeskRequest, session: Any, form: GroupForm, outcome: dict[str, Any] | None = None) -> HttpResponse:
    desk = request.desk
    given = outcome or {"outcomes": None, "good": 0, "refused": 0}
    context = {
        "desk": desk,
        "breadcrumbs": sheet_crumbs(desk, session, _("Un groupe")),
        "session": session,
        "title": title_of(session),
        "when": when_of(session),
        "form": form,
        "free": session.seats - session.seats_taken,
        "said": _said(given),
        **given,
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else _REFUSED if given["refused"] else 200
    page = render(request, "web/training/sheet_group.html", context, status=status)
    page["Permissions-Policy"] = "camera=(self)"
    return page


def _said(given: dict[str, Any]) -> str:
    good, refused = given["good"], given["refused"]
    noted = ngettext("%(count)s personne notée présente.", "%(count)s personnes notées présentes.", good)
    left = ngettext("%(count)s refusée, à corriger ci-dessous.", "%(count)s refusées, à corriger ci-dessous.", refused)
    return " ".join(said % {"count": count} for said, count in ((noted, good), (left, refused)) if count)
