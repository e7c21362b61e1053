"""A paper sheet, signed and scanned, kept as evidence; given back as it came and never run."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from passnumerique.ground.refusals import NotAllowed
from passnumerique.training.operations import attach_sheet
from passnumerique.training.queries.attending import access_evidence, access_sheet
from passnumerique.training.rules import evidence_ending
from passnumerique.training.rules.refusals import EvidenceTooLarge
from passnumerique.training.rules.sheets import MOST_BYTES
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.sheet_paper import reference_of
from passnumerique.web.pages.training.sheet_parts import may_note, sheet_crumbs


class EvidenceForm(forms.Form):
    """The scanned sheet."""

    file = forms.FileField(
        label=gettext_lazy("Feuille scannée ou photographiée"),
        help_text=gettext_lazy("PDF, PNG ou JPEG, 10 Mo au plus. Toutes les signatures doivent se lire."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )


@desk_page()
def attach(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Join a scanned sheet, for the session's place and who manages training."""
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    if not may_note(desk, session):
        raise NotAllowed
    form = EvidenceForm(**sent(request))

    def act(given: dict[str, Any]) -> None:
        file = given["file"]
        if file.size > MOST_BYTES:
            raise EvidenceTooLarge(megabytes=MOST_BYTES // 1_000_000)
        attach_sheet(
            programme_id=desk.programme_id,
            session_id=session_id,
            name=file.name,
            content=file.read(),
            by=desk.actor,
            at=desk.at,
        )

    if done(form, act, evidence_too_large="file", evidence_unreadable="file"):
        messages.success(request, _("La feuille signée est jointe. Gardez l’original avec vos pièces."))
        return redirect(desk.url("sheet", session_id))
    context = {
        "title": _("Joindre la feuille signée sur papier"),
        "submit": _("Joindre cette feuille"),
        "cancel": desk.url("sheet", session_id),
        "lead": _("Elle est gardée telle quelle, avec une empreinte qui prouve qu’elle n’a pas changé."),
        "breadcrumbs": sheet_crumbs(desk, session, _("Joindre la feuille signée")),
    }
    return form_page(request, form, context)


@require_safe
@desk_page()
def evidence(request: DeskRequest, session_id: UUID, evidence_id: UUID) -> HttpResponse:
    """One scanned sheet as it came, to be saved: for its place and for who reads claims. Refuses others."""
    desk = request.desk
    kept = access_evidence(desk.actor, desk.programme_id, session_id, evidence_id)
    name = f"feuille-{reference_of(kept.training_session)}{evidence_ending(kept.media_type)}"
    answer = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
