"""One difference: what the sources say, whose it is, what was said of it, and what is to be said now."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passnumerique.directory.queries import people_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.settlement.operations.reconciling import note_difference
from passnumerique.settlement.queries.reconciling import Standing, difference, notes_of
from passnumerique.settlement.rules.reconciling import FollowUp, Owner
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.issuer.forms import NoteForm
from passnumerique.web.pages.issuer.parts import follow_up_badge, gap_crumbs
from passnumerique.web.pages.issuer.reconciliation import title_of


@desk_page(Permission.READ_ACCOUNTS)
def page(request: DeskRequest, key: str) -> HttpResponse:
    """One difference, with its history; the manager and finance say whose it is and why."""
    desk = request.desk
    standing = difference(desk.actor, desk.programme_id, key, desk.today)
    notes = list(notes_of(desk.actor, desk.programme_id, key))
    if standing is None and not notes:
        raise NotFound
    form = _form(request, standing)
    if form and done(form, lambda given: _note(desk, key, given), explanation_missing="reason"):
        messages.success(request, _("C’est noté. L’explication suit cet écart tant qu’il dure."))
        return redirect(desk.url("difference", key))
    title = title_of(standing) if standing else _("Écart disparu")
    context = {
        "desk": desk,
        "title": title,
        "one": standing,
        "sentence": say(standing.apart.rule.sentence) if standing else "",
        "owner": say(standing.owner.words) if standing else "",
        "state": follow_up_badge(standing.state) if standing else "",
        "links": _links(desk, standing) if standing else [],
        "history": _history(notes),
        "form": form,
        "breadcrumbs": gap_crumbs(desk, title),
    }
    status = UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200
    return render(request, "web/issuer/difference.html", context, status=status)


def _form(request: DeskRequest, standing: Standing | None) -> NoteForm | None:
    if standing is None or not request.desk.may(Permission.IMPORT_ISSUER_FILES):
        return None
    initial = {
        "state": standing.state.value,
        "owner": standing.owner.value,
        "reason": standing.reason,
        "after": standing.notes,
    }
    return NoteForm(data=sent(request)["data"], initial=initial)


def _note(desk: Desk, key: str, given: dict[str, Any]) -> None:
    note_difference(
        programme_id=desk.programme_id,
        key=key,
        after=given["after"],
        state=FollowUp(given["state"]),
        owner=Owner(given["owner"]),
        reason=given["reason"],
        by=desk.actor,
        at=desk.at,
    )


def _links(desk: Desk, one: Standing) -> list[tuple[str, str]]:
    """Where the rows behind the difference are."""
    apart = one.apart
    found = []
    if apart.number is not None and desk.may(Permission.READ_REGISTER):
        found.append((_("Voir le pass et son histoire"), desk.url("voucher", apart.number)))
    if apart.month and one.place:
        cell = desk.url("reconciliation_cell", apart.place_id, apart.month.year, apart.month.month)
        found.append((_("Voir ce lieu ce mois-là, pass par pass"), cell))
    if apart.file_id:
        found.append((_("Voir le fichier de l’émetteur"), desk.url("issuer_file", apart.file_id)))
    if apart.claim_id:
        found.append((_("Voir la demande de remboursement"), desk.url("claim", apart.claim_id)))
    return found


def _history(notes: list[Any]) -> list[dict[str, object]]:
    names = people_named(note.by_user for note in notes if note.by_user)
    return [
        {
            "at": note.at,
            "by": names.get(note.by_user, ""),
            "sentence": _("%(state)s, réponse attendue de\u202f: %(owner)s")
            % {"state": say(FollowUp(note.state).words).capitalize(), "owner": say(Owner(note.owner).words)},
            "reason": note.reason,
        }
        for note in notes
    ]
