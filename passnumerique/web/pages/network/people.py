"""People: who wears which hat until when, and the invitations that are still open."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from passnumerique.directory.operations import (
    INVITATION_DAYS,
    Invited,
    end_membership,
    invite_member,
    withdraw_invitation,
)
from passnumerique.directory.queries import (
    access_organisations,
    invitations_of,
    one_invitation,
    one_membership,
    one_organisation,
    people_of,
)
from passnumerique.directory.rules import ROLE_LABELS, Permission, Role
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.network.forms import Choices, InviteForm, LastDayForm
from passnumerique.web.sign_in import invitation_address, send_invitation
from passnumerique.web.tables import Column, Table

_ENDED = "ended"


@desk_page(Permission.READ_PEOPLE)
def people(request: DeskRequest) -> HttpResponse:
    """The people of the authority and their roles, today's or those that are over; open invitations."""
    desk = request.desk
    ended = request.GET.get("part") == _ENDED
    rows = people_of(desk.actor, ended_by=desk.today) if ended else people_of(desk.actor, day=desk.today)
    columns = _columns(desk)
    file = exported(request, f"personnes-{desk.slug}", columns, rows)
    if file is not None:
        return file
    invitations = invitations_of(desk.actor, open_at=desk.at)
    context = {
        "desk": desk,
        "tabs": _tabs(desk, ended),
        "table": _table(desk, columns, rows, ended),
        "invitations": None if ended else _invitations(desk, invitations),
        "actions": offered(
            desk,
            Permission.MANAGE_PEOPLE,
            Action(_("Inviter une personne"), desk.url("invite"), icon="mail"),
        ),
    }
    return render(request, "web/network/people.html", context)


def _tabs(desk: Desk, ended: bool) -> list[dict[str, object]]:
    address = desk.url("people")
    return [
        {"label": _("Rôles en cours"), "url": address, "current": not ended},
        {"label": _("Rôles terminés"), "url": f"{address}?part={_ENDED}", "current": ended},
    ]


def _columns(desk: Desk) -> list[Column]:
    def organisation_address(row: Any) -> str:
        return desk.url("organisation", row.organisation_id) if row.organisation_id else ""

    return [
        Column("user.name", _("Nom")),
        Column("user.email", _("E-mail")),
        Column(_role, _("Rôle")),
        Column(_organisation, _("Pour"), url=organisation_address),
        Column("from_day", _("Depuis"), "day"),
        Column("until_day", _("Jusqu’au"), "day"),
    ]


def _role(row: Any) -> str:
    return say(ROLE_LABELS[Role(row.role)])


def _organisation(row: Any) -> str:
    return row.organisation.name if row.organisation else _("Toute la collectivité")


def _table(desk: Desk, columns: list[Column], rows: Any, ended: bool) -> Table:
    def address(row: Any) -> str:
        return desk.url("end_membership", row.id)

    def words(row: Any) -> object:
        return format_html(
            '{}<span class="unseen">\u202f: {}, {}</span>', _("Retirer le rôle"), row.user.name, _role(row)
        )

    if desk.may(Permission.MANAGE_PEOPLE) and not ended:
        columns = [*columns, Column(words, _("Action"), url=address)]
    return Table(
        _("Rôles terminés") if ended else _("Personnes et rôles"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucun rôle n’est terminé.") if ended else _("Personne n’a de rôle aujourd’hui."),
    )


def _invitations(desk: Desk, rows: Any) -> Table:
    def address(row: Any) -> str:
        return desk.url("withdraw_invitation", row.id)

    def words(row: Any) -> object:
        return format_html('{}<span class="unseen">\u202f: {}</span>', _("Retirer l’invitation"), row.email)

    columns = [
        Column("email", _("E-mail")),
        Column(_role, _("Rôle")),
        Column(_organisation, _("Pour")),
        Column("invited_at", _("Invitée le"), "day"),
        Column("expires_at", _("Valable jusqu’au"), "day"),
    ]
    if desk.may(Permission.MANAGE_PEOPLE):
        columns.append(Column(words, _("Action"), url=address))
    return Table(
        _("Invitations ouvertes"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucune invitation n’attend de réponse."),
    )


@never_cache
@desk_page(Permission.MANAGE_PEOPLE)
def invite(request: DeskRequest) -> HttpResponse:
    """Invite somebody to one role. The letter is sent, and its address shown this once."""
    desk = request.desk
    chosen = request.POST.get("organisation") or request.GET.get("organisation", "")
    form = InviteForm(
        organisations=_organisations(desk, chosen),
        initial={"organisation": chosen},
        **sent(request),
    )
    made: list[Invited] = []
    if done(form, lambda given: made.append(_invite(desk, given)), bad_email="email"):
        return _invited(request, made[0])
    context = {
        "title": _("Inviter une personne"),
        "lead": _("Elle reçoit une lettre avec un lien, valable %(days)s jours. Elle choisit son mot de passe.")
        % {"days": INVITATION_DAYS},
        "submit": _("Envoyer l’invitation"),
        "cancel": desk.url("people"),
        "breadcrumbs": [Crumb(_("Personnes"), desk.url("people")), Crumb(_("Inviter"))],
    }
    return form_page(request, form, context)


def _organisations(desk: Desk, chosen: str) -> Choices:
    """Those that act in the programme today, and the one from whose page one comes."""
    acting = access_organisations(desk.actor, programme_id=desk.programme_id, day=desk.today)
    found = {str(row.id): row.name for row in acting}
    if chosen and chosen not in found:
        try:
            found[chosen] = one_organisation(desk.actor, UUID(chosen)).name
        except ValueError:
            raise NotFound from None
    return list(found.items())


def _invite(desk: Desk, given: dict[str, Any]) -> Invited:
    here = {desk.programme_id} if given["only_here"] or desk.actor.programme_ids is not None else None
    return invite_member(
        by=desk.actor,
        at=desk.at,
        email=given["email"],
        role=Role(given["role"]),
        organisation_id=UUID(given["organisation"]) if given["organisation"] else None,
        programme_ids=here,
    )


def _invited(request: DeskRequest, made: Invited) -> HttpResponse:
    """Send the letter and show its address once, even where the letter could not leave."""
    try:
        address, left = send_invitation(made, authority=request.desk.authority), True
    except OSError:  # whatever a mail server that is away or unwilling makes of it
        address, left = invitation_address(made.token), False
    context = {
        "desk": request.desk,
        "email": made.invitation.email,
        "address": address,
        "left": left,
        "expires_at": made.invitation.expires_at,
    }
    return render(request, "web/network/invited.html", context)


@desk_page(Permission.MANAGE_PEOPLE)
def end_one_membership(request: DeskRequest, membership_id: UUID) -> HttpResponse:
    """The last day of a role; yesterday takes it off at once."""
    desk = request.desk
    row = one_membership(desk.actor, membership_id)
    form = LastDayForm(initial={"last_day": desk.today}, **sent(request))
    form.fields["last_day"].help_text = _(
        "Ce jour est compris. Pour retirer le rôle tout de suite, indiquez le %(day)s."
    ) % {"day": (desk.today - timedelta(days=1)).strftime("%d/%m/%Y")}
    if done(form, lambda given: end_membership(by=desk.actor, at=desk.at, membership_id=row.id, **given)):
        messages.success(request, _("La fin du rôle est enregistrée."))
        return redirect(desk.url("people"))
    context = {
        "title": _("Retirer un rôle à %(name)s") % {"name": row.user.name},
        "lead": f"{_role(row)} – {_organisation(row)}",
        "submit": _("Retirer ce rôle"),
        "cancel": desk.url("people"),
        "kind": "danger",
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_PEOPLE)
def withdraw_one_invitation(request: DeskRequest, invitation_id: UUID) -> HttpResponse:
    """Close an invitation that nobody has accepted: its link opens nothing any more."""
    desk = request.desk
    row = one_invitation(desk.actor, invitation_id, at=desk.at)
    if request.method == "POST":
        withdraw_invitation(by=desk.actor, at=desk.at, invitation_id=row.id)
        messages.success(request, _("L’invitation est retirée\u202f: son lien n’ouvre plus rien."))
        return redirect(desk.url("people"))
    context = {"desk": desk, "invitation": row, "role": _role(row), "organisation": _organisation(row)}
    return render(request, "web/network/withdraw.html", context)
