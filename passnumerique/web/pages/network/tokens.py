"""Tokens: which programs act for which organisation, until when; made, shown once, revoked.

Credentials live on the real clock, even where a demonstration lives on another day: a secret that is
over must not open anything again because somebody moved a day.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from passnumerique.directory.operations import MadeToken, create_token, revoke_token
from passnumerique.directory.queries import access_organisations, access_tokens, one_organisation, one_token
from passnumerique.directory.rules import (
    NEEDS_ORGANISATION,
    SCOPE_LABELS,
    AccreditationKind,
    Permission,
    Scope,
    final_day,
    last_token_day,
)
from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.queries import programmes
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.network.forms import Choices, TokenForm
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, day

PAGE = 50
USUAL_DAYS = 365
"""How long a token lasts unless the form says otherwise."""


@desk_page(Permission.READ_TOKENS)
def tokens(request: DeskRequest) -> HttpResponse:
    """The tokens of the authority, or of one organisation; a place sees its own."""
    desk = request.desk
    chosen = _asked_organisation(desk, request.GET.get("organisation", ""))
    rows = access_tokens(desk.actor, organisation_id=chosen.id if chosen else None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    create = _with_organisation(desk.url("create_token"), chosen)
    context = {
        "desk": desk,
        "page": page,
        "table": _table(desk, page, create),
        "chosen": chosen,
        "breadcrumbs": _crumbs(desk, chosen.name) if chosen else [],
        "actions": offered(desk, Permission.MANAGE_TOKENS, Action(_("Créer un jeton"), create, icon="plus")),
    }
    return render(request, "web/network/tokens.html", context)


def _asked_organisation(desk: Desk, asked: str) -> Any:
    """The organisation that the address names, among those the reader may see; None when it names none."""
    if not asked:
        return None
    try:
        return one_organisation(desk.actor, UUID(asked))
    except ValueError:
        raise NotFound from None


def _with_organisation(address: str, organisation: Any) -> str:
    return f"{address}?{urlencode({'organisation': organisation.id})}" if organisation else address


def _crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    return [Crumb(_("Jetons d’accès"), desk.url("tokens")), *(Crumb(label) for label in labels)]


def _table(desk: Desk, page: Any, create: str) -> Table:
    now, names = timezone.now(), {one.id: one.name for one in programmes(desk.actor)}
    columns = [
        Column("label", _("Jeton")),
        Column("organisation.name", _("Pour"), url=lambda row: desk.url("organisation", row.organisation_id)),
        Column(_scopes, _("Permet de")),
        Column(lambda row: _reach(row, names), _("Dispositifs")),
        Column(lambda row: _state(row, now), _("État")),
    ]
    may_write = desk.may(Permission.MANAGE_TOKENS)
    if may_write:
        columns.append(_revoke_column(desk, now))
    return Table(
        _("Jetons d’accès"),
        columns,
        page,
        count=page.paginator.count,
        empty=_("Aucun logiciel n’a encore de jeton ici."),
        empty_url=create if may_write else "",
        empty_action=_("Créer un jeton"),
    )


def _scopes(row: Any) -> str:
    return ", ".join(say(SCOPE_LABELS[Scope(scope)]).lower() for scope in row.scopes)


def _reach(row: Any, names: Mapping[UUID, str]) -> str:
    """The programmes of a token by their names, or the word for those that the reader does not reach."""
    if row.programme_ids is None:
        return _("Tous les dispositifs")
    found = [names.get(UUID(one), _("un autre dispositif")) for one in row.programme_ids]
    return ", ".join(sorted(set(found)))


def _state(row: Any, now: datetime) -> SafeString:
    last = {"day": day(final_day(row.expires_at))}
    if row.revoked_at is not None:
        return badge(_("Révoqué le %(day)s") % {"day": day(row.revoked_at)}, "ban", "bad")
    if row.expires_at <= now:
        return badge(_("Expiré le %(day)s") % last, "clock-off", "plain")
    return badge(_("En service jusqu’au %(day)s") % last, "check", "good")


def _revoke_column(desk: Desk, now: datetime) -> Column:
    def in_service(row: Any) -> bool:
        return row.revoked_at is None and row.expires_at > now

    def words(row: Any) -> object:
        said = format_html(
            '<span class="when">{}</span><span class="unseen">\u202f: {}</span>', _("Révoquer"), row.label
        )
        return said if in_service(row) else ""

    def address(row: Any) -> str:
        return desk.url("revoke_token", row.id) if in_service(row) else ""

    return Column(words, _("Action"), url=address)


@never_cache
@desk_page(Permission.MANAGE_TOKENS)
@sensitive_variables("made")
def create_one_token(request: DeskRequest) -> HttpResponse:
    """A new token for a program of one organisation. Its secret is shown by the answer, and never again."""
    desk, now = request.desk, timezone.now()
    chosen = _asked_organisation(desk, request.POST.get("organisation") or request.GET.get("organisation", ""))
    form = TokenForm(
        organisations=_organisations(desk, chosen),
        last_day=day(last_token_day(now)),
        initial={
            "organisation": str(chosen.id) if chosen else "",
            "scopes": [scope.value for scope in Scope],
            "last_day": day_of(now) + timedelta(days=USUAL_DAYS),
            "only_here": True,
        },
        **sent(request),
    )
    made: list[MadeToken] = []
    beside = {"bad_token_expiry": "last_day", "name_missing": "label", "label_too_long": "label"}
    if done(form, lambda given: made.append(_create(desk, now, given)), **beside):
        return _shown(request, made[0])
    context = {
        "title": _("Créer un jeton d’accès"),
        "lead": _("Un logiciel s’en sert pour agir au nom du lieu. Le jeton est montré une seule fois."),
        "warning": _real_dates(desk),
        "submit": _("Créer le jeton"),
        "cancel": _with_organisation(desk.url("tokens"), chosen),
        "breadcrumbs": _crumbs(desk, _("Créer")),
    }
    return form_page(request, form, context)


def _organisations(desk: Desk, chosen: Any) -> Choices | None:
    """The mediation places of today, and the organisation from whose page one comes; None for a place,
    which acts for itself."""
    if desk.actor.role in NEEDS_ORGANISATION:
        return None
    kind = AccreditationKind.PLACE
    places = access_organisations(desk.actor, kind=kind, programme_id=desk.programme_id, day=desk.today)
    found = {str(row.id): row.name for row in places}
    if chosen:
        found.setdefault(str(chosen.id), chosen.name)
    return list(found.items())


def _real_dates(desk: Desk) -> str:
    """What a demonstration must say: the day of a token is the calendar's own."""
    return _("Les dates d’un jeton sont les vraies, pas celles de la démonstration.") if desk.day else ""


@sensitive_variables()
def _create(desk: Desk, now: datetime, given: Mapping[str, Any]) -> MadeToken:
    here = {desk.programme_id} if given["only_here"] or desk.actor.programme_ids is not None else None
    own = desk.actor.organisation_id if desk.actor.role in NEEDS_ORGANISATION else None
    return create_token(
        by=desk.actor,
        at=now,
        organisation_id=own or UUID(given["organisation"]),
        label=given["label"],
        scopes=[Scope(scope) for scope in given["scopes"]],
        expires_at=_end(given["last_day"]),
        programme_ids=here,
    )


def _end(last_day: date) -> datetime:
    """When a token ends whose last day that is; a day beyond the calendar is one the operation refuses."""
    return end_of(min(last_day, date.max - timedelta(days=2)))


@sensitive_variables()
def _shown(request: DeskRequest, made: MadeToken) -> HttpResponse:
    """The secret and how to use it, this once."""
    desk, token = request.desk, made.token
    context = {
        "desk": desk,
        "token": token,
        "secret": made.secret,
        "last_day": final_day(token.expires_at),
        "examples": _examples(desk, made),
        "breadcrumbs": _crumbs(desk, token.label),
    }
    return render(request, "web/network/token_made.html", context)


@sensitive_variables()
def _examples(desk: Desk, made: MadeToken) -> list[tuple[str, str, int]]:
    """One command to try for each thing that the token allows: its words, its text, the lines it may take."""
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/api/v1/programmes/{desk.slug}"
    curl = f"curl -H 'Authorization: Bearer {made.secret}'"
    body = (
        f'{{"id": "{new_id(desk.at)}",\n "code": "CODE-DU-PASS",\n "training_session": "ID-DE-L-ATELIER",\n'
        f' "redeemed_at": "{desk.at.isoformat(timespec="seconds")}"}}'
    )
    commands = {
        Scope.READ: f"{curl} \\\n{address}/vouchers/CODE-DU-PASS",
        Scope.REDEEM: f"{curl} -H 'Content-Type: application/json' \\\n{address}/redemptions \\\n-d '{body}'",
    }
    allowed = ((scope, commands[scope]) for scope in map(Scope, made.token.scopes))
    return [(say(SCOPE_LABELS[scope]), text, text.count("\n") + 5) for scope, text in allowed]


@desk_page(Permission.MANAGE_TOKENS)
def revoke_one_token(request: DeskRequest, token_id: UUID) -> HttpResponse:
    """The token opens nothing from now on, and never again."""
    desk = request.desk
    row = one_token(desk.actor, token_id)
    if request.method == "POST":
        revoke_token(by=desk.actor, at=timezone.now(), token_id=row.id)
        messages.success(request, _("Le jeton est révoqué\u202f: dans quelques secondes, il n’ouvre plus rien."))
        return redirect(desk.url("tokens"))
    context = {
        "desk": desk,
        "token": row,
        "scopes": _scopes(row),
        "last_day": final_day(row.expires_at),
        "breadcrumbs": _crumbs(desk, row.label),
    }
    return render(request, "web/network/token_revoke.html", context)
