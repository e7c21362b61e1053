"""Accrediting organisations in a programme, and ending an accreditation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.operations import accredit, end_accreditation
from passnumerique.directory.queries import (
    access_organisations,
    awaiting_accreditation,
    one_accreditation,
)
from passnumerique.directory.rules import ACCREDITATION_LABELS, AccreditationKind, Permission
from passnumerique.ground.words import say
from passnumerique.programmes.queries import documents
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.network.forms import AccreditForm, Choices, LastDayForm
from passnumerique.web.pages.network.words import period_words

SHOWN = 200
"""How many organisations the form offers when none was ticked in the list."""


@desk_page(Permission.MANAGE_NETWORK)
def accredit_organisations(request: DeskRequest) -> HttpResponse:
    """One or several organisations may act in the programme from a day on, by a document: all or none."""
    desk = request.desk
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("organisation")
    form = AccreditForm(
        organisations=_organisations(desk, chosen),
        documents=[(row.reference, f"{row.reference} – {row.title}") for row in documents(desk.programme_id)],
        initial={"organisation": chosen, "from_day": desk.today},
        **sent(request),
    )
    made: list[Any] = []
    if done(form, lambda given: made.extend(_accredit(desk, given))):
        said = ngettext("L’agrément est enregistré.", "%(count)s agréments sont enregistrés.", len(made))
        messages.success(request, said % {"count": len(made)})
        return redirect(desk.url("network"))
    context = {
        "title": _("Agréer des structures et des lieux"),
        "warning": "" if form.fields["organisation"].choices else _nobody(),  # type: ignore[attr-defined]
        "lead": _("Un lieu peut être aussi une structure de diffusion\u202f: faites-le en deux fois."),
        "submit": _("Agréer"),
        "cancel": desk.url("network"),
        "breadcrumbs": [Crumb(_("Structures et lieux"), desk.url("network")), Crumb(_("Agréer"))],
    }
    return form_page(request, form, context)


def _organisations(desk: Desk, chosen: list[str]) -> Choices:
    """Those that were ticked in the list, or the first of those that have no accreditation yet."""
    every = access_organisations(desk.actor)
    waiting = awaiting_accreditation(every, day=desk.today, programme_id=desk.programme_id)
    rows = every.filter(id__in=filter(None, map(_uuid, chosen))) if chosen else waiting[:SHOWN]
    return [(str(row.id), f"{row.name} – {row.commune}" if row.commune else row.name) for row in rows]


def _nobody() -> str:
    return _("Chaque structure a déjà un agrément. Cochez dans la liste celles qui en reçoivent un autre.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _accredit(desk: Desk, given: dict[str, Any]) -> list[Any]:
    return accredit(
        by=desk.actor,
        at=desk.at,
        programme_id=desk.programme_id,
        programme_authority_id=desk.authority_id,
        organisation_ids=[UUID(one) for one in given["organisation"]],
        kind=AccreditationKind(given["kind"]),
        from_day=given["from_day"],
        until_day=given["until_day"],
        document_reference=given["document_reference"],
    )


@desk_page(Permission.MANAGE_NETWORK)
def end_one_accreditation(request: DeskRequest, accreditation_id: UUID) -> HttpResponse:
    """The last day of an accreditation; what was done until then stays."""
    desk = request.desk
    row = one_accreditation(desk.actor, desk.programme_id, accreditation_id)
    back = desk.url("organisation", row.organisation_id)
    form = LastDayForm(initial={"last_day": desk.today}, **sent(request))
    if done(form, lambda given: end_accreditation(by=desk.actor, at=desk.at, accreditation_id=row.id, **given)):
        messages.success(request, _("La fin de l’agrément est enregistrée."))
        return redirect(back)
    words = {
        "kind": say(ACCREDITATION_LABELS[AccreditationKind(row.kind)]),
        "period": period_words(row.from_day, row.until_day, desk.today),
    }
    context = {
        "title": _("Mettre fin à l’agrément de %(name)s") % {"name": row.organisation.name},
        "lead": _("%(kind)s, %(period)s. Ce qui a été fait jusqu’au dernier jour reste valable.") % words,
        "submit": _("Mettre fin à l’agrément"),
        "cancel": back,
        "kind": "danger",
    }
    return form_page(request, form, context)
