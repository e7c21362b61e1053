"""The issuer fails: one act freezes what is due to the places, and the authority pays from then on; another lets
what is frozen go on."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.settlement.operations import declare_default, thaw_claims
from passnumerique.settlement.queries import list_of_creditors
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.programme.parts import Choices, paper_choices, papers
from passnumerique.web.pages.settlement.forms import CauseForm
from passnumerique.web.pages.settlement.parts import crumbs


class DefaultForm(CauseForm):
    """Why, and by which paper it is known."""

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"] = forms.ChoiceField(
            label=_("Pièce qui le dit"),
            choices=choices,
            help_text=_(
                "Un jugement, une lettre\u202f: enregistrez-la d’abord dans «\u202fConventions et actes\u202f»."
            ),
        )


@desk_page(Permission.MANAGE_PROGRAMME)
def freeze(request: DeskRequest) -> HttpResponse:
    """Declare the issuer in default, for a reason and by a paper. For the manager."""
    desk = request.desk
    form = DefaultForm(choices=paper_choices(papers(desk.programme_id)), data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        declare_default(
            programme_id=desk.programme_id,
            cause=given["cause"],
            document_id=UUID(given["document"]),
            by=desk.actor,
            at=desk.at,
        )

    if done(form, act, document_not_in_force="document"):
        messages.success(request, _("L’émetteur est déclaré défaillant. La liste des créanciers est ci-dessous."))
        return redirect(desk.url("exposure"))
    context = {
        "title": _("L’émetteur ne paie plus les lieux"),
        "submit": _("Geler tout ce qui est dû aux lieux"),
        "cancel": desk.url("exposure"),
        "lead": _(
            "Les pass dus sont gelés et forment la liste des créanciers. À partir d’aujourd’hui la collectivité paie, "
            "et plus aucun paiement ni aucune avance ne passe par l’émetteur."
        ),
        "warning": _(
            "À faire seulement si l’émetteur est en liquidation ou ne paie plus. La déclaration ne se retire pas\u202f;"
            " les pass se dégèlent ensuite, lieu par lieu, avec un motif."
        ),
        "breadcrumbs": crumbs(desk, None, _("Émetteur défaillant")),
    }
    return form_page(request, form, context)


class ThawForm(CauseForm):
    """At which place, and why."""

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = forms.ChoiceField(
            label=_("Lieu"), choices=[("", _("Tous les lieux")), *choices], required=False
        )
        self.order_fields(["place"])


@desk_page(Permission.CONTROL_CLAIM)
def thaw(request: DeskRequest) -> HttpResponse:
    """Let frozen passes go on where they stood, for a reason. For the manager and finance."""
    desk = request.desk
    frozen = [one for one in list_of_creditors(desk.actor, desk.programme_id) if one.frozen_cents]
    form = ThawForm(choices=[(str(one.place_id), one.place) for one in frozen], data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        thaw_claims(
            programme_id=desk.programme_id,
            place_ids=[UUID(given["place"])] if given["place"] else None,
            cause=given["cause"],
            by=desk.actor,
            at=desk.at,
        )

    if done(form, act, thaw_without_reason="cause"):
        messages.success(request, _("Les pass sont dégelés\u202f: chacun revient où il en était."))
        return redirect(desk.url("exposure"))
    context = {
        "title": _("Dégeler ce qui est dû aux lieux"),
        "submit": _("Dégeler ces pass"),
        "cancel": desk.url("exposure"),
        "lead": _(
            "Chaque pass revient où il en était\u202f: utilisé, demandé, accepté ou contesté. Les demandes suivent "
            "alors leur cours, et la collectivité les paie."
        ),
        "breadcrumbs": crumbs(desk, None, _("Dégeler")),
    }
    return form_page(request, form, context)
