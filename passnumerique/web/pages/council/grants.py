"""The grants that the programme was given, told for the open-data list (SCDL Subventions 2.1.1)."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.queries import grants as every_grant
from passnumerique.council.rules import Nature
from passnumerique.directory.rules import Permission
from passnumerique.ground.money import euros
from passnumerique.journeys.granting import Typed, is_grant, share_of, tell_grant
from passnumerique.programmes.queries import funding_shares
from passnumerique.web.actions import Action
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.tables import Column, Table

ONCE, SPREAD, OTHER = "unique", "échelonné", "other"


class GrantForm(forms.Form):
    """What a person reads in the convention."""

    giver_siret = forms.CharField(
        label=gettext_lazy("SIRET du financeur"),
        max_length=20,
        help_text=gettext_lazy("14 chiffres, ceux de la convention."),
    )
    purpose = forms.CharField(label=gettext_lazy("Objet de la subvention"), max_length=256)
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), choices=[(one.value, capfirst(one.value.replace(";", " et "))) for one in Nature]
    )
    terms = forms.ChoiceField(
        label=gettext_lazy("Versement"),
        choices=[
            (ONCE, gettext_lazy("En une fois")),
            (SPREAD, gettext_lazy("En plusieurs fois")),
            (OTHER, gettext_lazy("Autrement")),
        ],
    )
    other_terms = forms.CharField(
        label=gettext_lazy("Si le versement est autre, comment"), max_length=256, required=False
    )
    paid_from = DayField(label=gettext_lazy("Versée le, ou à partir du"))
    paid_until = DayField(label=gettext_lazy("Jusqu’au, si c’est une période"), required=False)
    notified = forms.BooleanField(
        label=gettext_lazy("Aide de minimis notifiée à la Commission européenne"), required=False
    )
    scheme = forms.CharField(
        label=gettext_lazy("Identifiant du dispositif d’aide"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("S’il est au catalogue national des dispositifs d’aide."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses other terms without words."""
        given = super().clean() or {}
        if given.get("terms") == OTHER and not given.get("other_terms"):
            self.add_error("other_terms", _("Écrivez comment la subvention est versée."))
        return given

    def typed(self) -> Typed:
        """What was typed, as the list of grants holds it."""
        given = self.cleaned_data
        days = [day for day in (given["paid_from"], given["paid_until"]) if day]
        return Typed(
            giver_siret=given["giver_siret"],
            purpose=given["purpose"],
            terms=given["other_terms"] if given["terms"] == OTHER else given["terms"],
            paid="/".join(day.isoformat() for day in days),
            nature=Nature(given["nature"]),
            notified=given["notified"],
            scheme=given["scheme"],
        )


@desk_page(Permission.READ_COUNCIL)
def grants(request: DeskRequest) -> HttpResponse:
    """Each share that somebody brings to the envelope, and whether it is told as a grant."""
    desk = request.desk
    told = {row.share: row for row in every_grant(desk.actor)}
    rows = [share for share in funding_shares(desk.programme_id) if is_grant(desk.actor, share)]
    manages = desk.may(Permission.MANAGE_COUNCIL)
    columns = [
        Column("contributor", _("Financeur"), url=lambda row: desk.url("tell_grant", row.id) if manages else ""),
        Column("amount_cents", _("Montant"), "money"),
        Column("document.reference", _("Convention")),
        Column("document.signed_on", _("Signée le"), "day"),
        Column(lambda row: _("publiée") if row.id in told else _("à compléter"), _("État")),
    ]
    table = Table(
        _("Subventions reçues"),
        columns,
        rows,
        empty=_("Personne d’autre que la collectivité n’apporte de part à l’enveloppe."),
    )
    context = {
        "title": _("Subventions"),
        "lead": _("Les parts que d’autres apportent à l’enveloppe, publiées en données ouvertes une fois complétées."),
        "desk": desk,
        "tabs": tabs(desk, "grants"),
        "table": table,
        "actions": [Action(_("Données ouvertes"), desk.url("public_grants_csv"), "secondary", "download")],
        "owed": None,
    }
    return render(request, "web/council/list.html", context)


@desk_page(Permission.MANAGE_COUNCIL)
def tell(request: DeskRequest, share_id: UUID) -> HttpResponse:
    """Type what no paper here holds of a grant. For the secretary and the manager; refuses what the list refuses."""
    desk = request.desk
    share = share_of(desk.actor, desk.programme_id, share_id)
    form = GrantForm(initial=_initial(desk, share), **sent(request))

    def act(_given: dict[str, Any]) -> None:
        tell_grant(programme_id=desk.programme_id, share_id=share.id, typed=form.typed(), by=desk.actor, at=desk.at)

    if done(form, act):
        messages.success(request, _("La subvention est publiée en données ouvertes."))
        return redirect(desk.url("grants"))
    context = {
        "title": _("Subvention de %(giver)s") % {"giver": share.contributor},
        "lead": _("%(amount)s, convention %(reference)s.")
        % {"amount": euros(share.amount_cents), "reference": share.document.reference},
        "submit": _("Publier cette subvention"),
        "cancel": desk.url("grants"),
        "breadcrumbs": [Crumb(_("Subventions"), desk.url("grants")), Crumb(share.contributor)],
    }
    return form_page(request, form, context)


def _initial(desk: Desk, share: Any) -> dict[str, Any]:
    """What was told before; else the name of the programme alone, for nothing else is known."""
    row = every_grant(desk.actor).filter(share=share.id).first()
    if row is None:
        return {"purpose": desk.programme, "terms": SPREAD}
    first, _slash, last = row.paid.partition("/")
    known = row.terms in (ONCE, SPREAD)
    return {
        "giver_siret": row.giver_siret,
        "purpose": row.purpose,
        "nature": row.nature,
        "terms": row.terms if known else OTHER,
        "other_terms": "" if known else row.terms,
        "paid_from": date.fromisoformat(first),
        "paid_until": date.fromisoformat(last) if last else None,
        "notified": row.notified,
        "scheme": row.scheme,
    }
