"""Bank accounts: of one place, or of the authority; what was proposed, told, confirmed, and by whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    note_account_told,
    propose_bank_account,
    refuse_bank_account,
)
from passnumerique.directory.queries import organisations_named, people_named
from passnumerique.directory.queries.banking import (
    access_bank_account,
    accounts_on,
    bank_accounts,
    contact_before,
    open_account_changes,
    own_account_on,
)
from passnumerique.directory.queries.network import accredited_names, one_organisation
from passnumerique.directory.rules import AccreditationKind, Permission
from passnumerique.directory.rules.banking import CHANNEL_WORDS, Channel, masked_iban
from passnumerique.ground.words import say
from passnumerique.settlement.operations.payees import confirm_place_account, propose_place_account
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day

_BESIDE = {
    "iban_unreadable": "iban",
    "iban_length": "iban",
    "iban_key_wrong": "iban",
    "iban_outside_sepa": "iban",
    "unknown_bic": "bic",
    "bic_unlike_iban": "bic",
    "holder_missing": "holder",
    "payee_address_missing": "town",
}


class AccountForm(forms.Form):
    """A bank account as its RIB bears it."""

    holder = forms.CharField(label=gettext_lazy("Titulaire du compte"), max_length=70)
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=50,
        help_text=gettext_lazy("Recopiez-le du RIB, avec ou sans espaces."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bic = forms.CharField(
        label=gettext_lazy("BIC"),
        max_length=11,
        required=False,
        help_text=gettext_lazy("Laissez vide si vous ne l’avez pas\u202f: il est retrouvé d’après l’IBAN."),
    )
    building = forms.CharField(label=gettext_lazy("Numéro"), max_length=16, required=False)
    street = forms.CharField(label=gettext_lazy("Rue"), max_length=70, required=False)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=16)
    town = forms.CharField(label=gettext_lazy("Ville"), max_length=35)
    country = forms.CharField(label=gettext_lazy("Pays (deux lettres)"), max_length=2, initial="FR", required=False)


class ToldForm(forms.Form):
    """How the place was told, and who answered."""

    channel = forms.ChoiceField(label=gettext_lazy("Comment le lieu a été prévenu"))
    note = forms.CharField(
        label=gettext_lazy("Qui a répondu"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Une fonction suffit, par exemple «\u202fla directrice\u202f»."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        by_hand = (Channel.PHONE, Channel.MEETING)
        self.fields["channel"].choices = [(one.value, say(CHANNEL_WORDS[one])) for one in by_hand]  # type: ignore[attr-defined]


class RefusalForm(forms.Form):
    """Why a change is refused."""

    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=240)


@desk_page(Permission.READ_BANK_ACCOUNTS)
def accounts(request: DeskRequest) -> HttpResponse:
    """For the authority the places and their accounts; a place goes to its own."""
    desk = request.desk
    if desk.actor.organisation_id is not None:
        return redirect(desk.url("bank_account", desk.actor.organisation_id))
    names = accredited_names(desk.programme_id, desk.today)[AccreditationKind.PLACE]
    known = accounts_on(names, desk.today)
    rows = [
        {"id": one, "place": name, "account": known.get(one)} for one, name in sorted(names.items(), key=lambda x: x[1])
    ]
    columns = [
        Column("place", _("Lieu"), url=lambda row: desk.url("bank_account", row["id"])),
        Column(lambda row: row["account"].holder if row["account"] else _("aucun compte confirmé"), _("Titulaire")),
        Column(lambda row: shown(row["account"]), _("IBAN")),
        Column(lambda row: row["account"].in_force_on if row["account"] else None, _("Depuis le"), "day"),
    ]
    own = own_account_on(desk.authority_id, desk.today)
    context = {
        "desk": desk,
        "table": Table(_("Comptes des lieux"), columns, rows, empty=_("Aucun lieu n’est agréé à ce jour.")),
        "own": own,
        "own_shown": shown(own),
        "open": [
            (change_name(one), desk.url("bank_change", one.id), day(one.proposed_at))
            for one in open_account_changes(desk.actor)
        ],
        "proposes": desk.may(Permission.PROPOSE_BANK_ACCOUNT),
        "breadcrumbs": [Crumb(_("Comptes bancaires"))],
    }
    return render(request, "web/payments/accounts.html", context)


def shown(account: Any) -> str:
    """An IBAN as it may be shown."""
    return masked_iban(account.iban_country, account.iban_end) if account else ""


def change_name(account: Any) -> str:
    """Whose account a change is about."""
    return account.organisation.name if account.organisation else _("La collectivité")


@desk_page(Permission.READ_BANK_ACCOUNTS)
def one_account(request: DeskRequest, organisation_id: UUID | None = None) -> HttpResponse:
    """The account of one place, or of the authority: in force, to come, refused; its history as sentences."""
    desk = request.desk
    name = one_organisation(desk.actor, organisation_id).name if organisation_id else desk.authority
    rows = list(bank_accounts(desk.actor, organisation_id))
    current = own_account_on(desk.authority_id, desk.today)
    if organisation_id:
        current = accounts_on([organisation_id], desk.today).get(organisation_id)
    waiting = next((row for row in rows if not row.confirmed_at and not row.refused_at), None)
    context = {
        "desk": desk,
        "name": name,
        "current": current,
        "shown": shown(current),
        "waiting": waiting and desk.url("bank_change", waiting.id),
        "later": next((row for row in rows if row.in_force_on and row.in_force_on > desk.today), None),
        "propose": desk.url("propose_account", organisation_id) if organisation_id else desk.url("propose_own_account"),
        "proposes": desk.may(Permission.PROPOSE_BANK_ACCOUNT) and not waiting,
        "history": _history(rows),
        "breadcrumbs": [Crumb(_("Comptes bancaires"), desk.url("bank_accounts")), Crumb(name)],
    }
    return render(request, "web/payments/account.html", context)


def _history(rows: list[Any]) -> list[dict[str, Any]]:
    people = people_named(
        one for row in rows for one in (row.proposed_by, row.told_by, row.confirmed_by, row.refused_by) if one
    )
    told: list[dict[str, Any]] = []
    for row in rows:
        named = {"iban": shown(row), "holder": row.holder}
        steps = [
            (row.proposed_at, _("Le compte %(iban)s (%(holder)s) est proposé.") % named, row.proposed_by, "edit"),
            (row.told_at, _told(row), row.told_by, "phone"),
            (row.confirmed_at, _in_force(row), row.confirmed_by, "stamp"),
            (
                row.refused_at,
                _("Le compte est refusé\u202f: %(reason)s") % {"reason": row.reason},
                row.refused_by,
                "cross",
            ),
        ]
        told += [
            {"at": at, "sentence": sentence, "by": people.get(by, "") if by else "", "icon": icon}
            for at, sentence, by, icon in steps
            if at
        ]
    return sorted(told, key=lambda one: one["at"])


def _told(row: Any) -> str:
    if not row.told_channel:
        return ""
    way = say(CHANNEL_WORDS[Channel(row.told_channel)])
    return _("Le lieu est prévenu %(way)s. %(note)s") % {"way": way, "note": row.told_note}


def _in_force(row: Any) -> str:
    if row.in_force_on is None:
        return ""
    return _("Le compte est confirmé\u202f: il sert à partir du %(day)s.") % {"day": day(row.in_force_on)}


@desk_page(Permission.PROPOSE_BANK_ACCOUNT)
def propose(request: DeskRequest, organisation_id: UUID | None = None) -> HttpResponse:
    """Propose an account; somebody else confirms it."""
    desk = request.desk
    name = one_organisation(desk.actor, organisation_id).name if organisation_id else desk.authority
    form = AccountForm(data=sent(request)["data"])
    back = desk.url("bank_account", organisation_id) if organisation_id else desk.url("own_account")

    def act(given: dict[str, Any]) -> None:
        if organisation_id:
            propose_place_account(
                programme_id=desk.programme_id, place_id=organisation_id, texts=given, by=desk.actor, at=desk.at
            )
        else:
            propose_bank_account(organisation_id=None, texts=given, by=desk.actor, at=desk.at)

    if done(form, act, **_BESIDE):
        messages.success(request, _("Le compte est proposé. Une autre personne doit le confirmer avant qu’il serve."))
        return redirect(back)
    context = {
        "title": _("Proposer un compte bancaire"),
        "submit": _("Proposer ce compte"),
        "cancel": back,
        "lead": name,
        "breadcrumbs": [Crumb(_("Comptes bancaires"), desk.url("bank_accounts")), Crumb(_("Proposer"))],
    }
    return form_page(request, form, context)


@desk_page(Permission.READ_BANK_ACCOUNTS)
def change(request: DeskRequest, account_id: UUID) -> HttpResponse:
    """A proposed account: what to check; by POST, note that the place was told, confirm or refuse."""
    desk = request.desk
    account = access_bank_account(desk.actor, account_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms_ = {
        "told": ToldForm(request.POST if act == "told" else None),
        "refuse": RefusalForm(request.POST if act == "refuse" else None),
        "confirm": forms.Form(request.POST if act == "confirm" else None),
    }
    if act in forms_ and done(
        forms_[act], lambda given: _decide(desk, account, act, given), account_reason_missing="reason"
    ):
        messages.success(request, _SAID[act]())
        return redirect(desk.url("bank_change", account.id))
    open_now = not account.confirmed_at and not account.refused_at
    outside = desk.actor.organisation_id is not None
    context = {
        "desk": desk,
        "account": account,
        "name": change_name(account),
        "shown": shown(account),
        "open": open_now,
        "told_form": forms_["told"]
        if open_now and account.organisation_id and not account.told_at and not outside
        else None,
        "told": _told(account),
        "known": contact_before(account) if not outside and desk.may(Permission.CONFIRM_BANK_ACCOUNT) else None,
        "decides": open_now and desk.may(Permission.CONFIRM_BANK_ACCOUNT),
        "own": account.proposed_by == desk.actor.user_id,
        "refuse_form": forms_["refuse"],
        "confirm_form": forms_["confirm"],
        "also_of": sorted(organisations_named(UUID(one) for one in account.also_of).values()) if not outside else [],
        "back": desk.url("bank_account", account.organisation_id)
        if account.organisation_id
        else desk.url("own_account"),
        "breadcrumbs": [Crumb(_("Comptes bancaires"), desk.url("bank_accounts")), Crumb(change_name(account))],
    }
    failed = any(form.is_bound and form.errors for form in forms_.values())
    return render(request, "web/payments/change.html", context, status=422 if failed else 200)


_SAID = {
    "told": lambda: _("C’est noté. Une autre personne que celle qui a proposé le compte peut le confirmer."),
    "confirm": lambda: _("Le compte est confirmé."),
    "refuse": lambda: _("Le compte est refusé. Le motif reste dans l’histoire."),
}


def _decide(desk: Desk, account: Any, act: str, given: dict[str, Any]) -> None:
    common: dict[str, Any] = {"account_id": account.id, "by": desk.actor, "at": desk.at}
    if act == "told":
        note_account_told(channel=Channel(given["channel"]), note=given["note"], **common)
    elif act == "refuse":
        refuse_bank_account(reason=given["reason"], **common)
    elif account.organisation_id:
        confirm_place_account(programme_id=desk.programme_id, **common)
    else:
        confirm_bank_account(delay_days=0, **common)
