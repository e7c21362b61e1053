"""The cash that moved beside the payments: what was brought, handed to the issuer, charged, given back."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import say
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import CASH_WORDS, Cash
from passnumerique.settlement.operations import record_cash
from passnumerique.settlement.queries import cash_entries
from passnumerique.settlement.rules import CASH_KIND_WORDS, CashKind
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, EurosField, done, form_page, sent
from passnumerique.web.pages.accounts.parts import tabs
from passnumerique.web.pages.training.listing import place_choices
from passnumerique.web.tables import Column, Table

PAGE = 50


class CashForm(forms.Form):
    """One movement of cash that is no payment of a claim."""

    kind = forms.ChoiceField(label=gettext_lazy("Nature"), widget=forms.RadioSelect)
    amount = EurosField(label=gettext_lazy("Montant, en euros"), least=1)
    day = DayField(label=gettext_lazy("Date"))
    reference = forms.CharField(
        label=gettext_lazy("Référence"),
        max_length=80,
        help_text=gettext_lazy("Le titre, le mandat ou le relevé, tel que la comptabilité ou la banque le porte."),
    )
    counterpart = forms.CharField(
        label=gettext_lazy("Avec qui"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Le financeur qui apporte, par exemple. Facultatif."),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Lieu"),
        required=False,
        help_text=gettext_lazy("Seulement pour un indu rendu par un lieu."),
    )

    def __init__(self, *args: Any, today: date, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        kinds = [(kind.value, capfirst(say(words))) for kind, words in CASH_KIND_WORDS.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("Aucun")), *places]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """The day. Refuses one to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("Cette date n’est pas encore venue. Enregistrez ce qui est fait."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuses an undue sum without its place, and a place for anything else."""
        given = super().clean() or {}
        undue = given.get("kind") == CashKind.RECOVERED
        if undue and not given.get("place"):
            self.add_error("place", _("Choisissez le lieu qui a rendu cet indu."))
        if not undue and given.get("place"):
            self.add_error("place", _("Un lieu ne se choisit que pour un indu rendu. Remettez «\u202fAucun\u202f»."))
        return given


@desk_page(Permission.READ_ACCOUNTS)
def movements(request: DeskRequest) -> HttpResponse:
    """What stands in each account of cash, and the entries, latest first; the list as a file."""
    desk = request.desk
    rows = cash_entries(desk.actor, desk.programme_id)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(rows) if request.GET.get("format") else list(page)
    places = organisations_named({row.place_id for row in shown} - {NOBODY})
    columns = [
        Column("happened_on", _("Date"), "day"),
        Column(lambda row: capfirst(say(CashKind(row.kind).words)), _("Nature")),
        Column("reference", _("Référence")),
        Column(lambda row: places.get(row.place_id, row.counterpart), _("Avec")),
        Column("amount_cents", _("Montant"), "money"),
        Column("at", _("Enregistré le"), "instant"),
    ]
    file = exported(request, f"mouvements-{desk.slug}", columns, shown)
    if file is not None:
        return file
    add = Action(_("Enregistrer un mouvement"), desk.url("record_cash"), icon="plus")
    actions = offered(desk, Permission.KEEP_ACCOUNTS, add)
    totals = cash_totals(desk.programme_id)
    context = {
        "desk": desk,
        "tabs": tabs(desk, "cash"),
        "actions": actions,
        "page": page,
        "figures": [(say(CASH_WORDS[account]), cents) for account, cents in totals.items()],
        "unbalanced": totals[Cash.TREASURY] < 0,
        "clearing": totals[Cash.CLEARING],
        "table": Table(
            _("Mouvements d’argent"),
            columns,
            shown,
            count=page.paginator.count,
            empty=_("Aucun mouvement n’est enregistré. Commencez par les apports des financeurs."),
            empty_url=actions[0].url if actions else "",
            empty_action=_("Enregistrer un mouvement"),
        ),
    }
    return render(request, "web/accounts/cash.html", context)


@desk_page(Permission.KEEP_ACCOUNTS)
def record(request: DeskRequest) -> HttpResponse:
    """Record one movement of cash. For who keeps the accounts."""
    desk = request.desk
    form = CashForm(
        today=desk.today, places=place_choices(desk), initial={"day": desk.today}, data=sent(request)["data"]
    )

    def act(given: dict[str, Any]) -> None:
        record_cash(
            programme_id=desk.programme_id,
            kind=CashKind(given["kind"]),
            amount_cents=given["amount"],
            reference=given["reference"],
            happened_on=given["day"],
            counterpart=given["counterpart"],
            place_id=UUID(given["place"]) if given["place"] else NOBODY,
            by=desk.actor,
            at=desk.at,
        )

    if done(form, act, cash_reference_taken="reference"):
        messages.success(request, _("Le mouvement est enregistré."))
        return redirect(desk.url("cash"))
    context = {
        "title": _("Enregistrer un mouvement d’argent"),
        "lead": _("Les paiements des demandes s’enregistrent d’eux-mêmes\u202f: ne les notez pas ici."),
        "submit": _("Enregistrer"),
        "cancel": desk.url("cash"),
        "breadcrumbs": [Crumb(_("Mouvements d’argent"), desk.url("cash")), Crumb(_("Enregistrer"))],
    }
    return form_page(request, form, context)
