"""The envelope: what was authorised, who brings it, what of it is in passes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.money import euros
from passnumerique.programmes.operations import authorise_envelope
from passnumerique.programmes.queries import envelope as envelope_of
from passnumerique.programmes.queries import funding_shares
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import EurosField, done, form_page, sent
from passnumerique.web.pages.programme.parts import Choices, paper_choices, papers, tabs
from passnumerique.web.tables import Column, Table

SHARES = 4
"""How many contributors one authorisation may have in the form."""


class SharesForm(forms.Form):
    """An amount and who brings what of it."""

    amount = EurosField(label=gettext_lazy("Montant autorisé, en euros"), least=1)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for rank in range(1, SHARES + 1):
            words = {"n": rank}
            self.fields[f"contributor_{rank}"] = forms.CharField(
                label=_("Financeur %(n)s") % words, max_length=160, required=rank == 1
            )
            self.fields[f"share_{rank}"] = EurosField(
                label=_("Part du financeur %(n)s, en euros") % words, least=1, required=rank == 1
            )

    def clean(self) -> dict[str, Any]:
        """Refuses a contributor without a share, a share without a contributor, and one named twice."""
        given = super().clean() or {}
        seen: set[str] = set()
        for rank in range(1, SHARES + 1):
            name, cents = given.get(f"contributor_{rank}"), given.get(f"share_{rank}")
            if name and not cents and f"share_{rank}" not in self.errors:
                self.add_error(f"share_{rank}", _("Écrivez la part de ce financeur."))
            if cents and not name and f"contributor_{rank}" not in self.errors:
                self.add_error(f"contributor_{rank}", _("Écrivez le nom du financeur."))
            if name and name in seen:
                self.add_error(f"contributor_{rank}", _("Ce financeur est déjà nommé plus haut."))
            seen.add(name or "")
        return given

    def shares(self) -> dict[str, int]:
        """The share of each contributor, in cents."""
        given = self.cleaned_data
        ranks = range(1, SHARES + 1)
        return {given[f"contributor_{rank}"]: given[f"share_{rank}"] for rank in ranks if given[f"share_{rank}"]}


class EnvelopeForm(SharesForm):
    """The same, by a document of the programme."""

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"] = forms.ChoiceField(label=_("Document qui l’autorise"), choices=choices)
        self.order_fields(["document"])


@desk_page(Permission.READ_ACCOUNTS)
def envelope(request: DeskRequest) -> HttpResponse:
    """Authorised, in passes, left; and the share of each contributor by document."""
    desk = request.desk
    rows, whole = list(funding_shares(desk.programme_id)), envelope_of(desk.programme_id)
    columns = [
        Column("contributor", _("Financeur")),
        Column("amount_cents", _("Part"), "money"),
        Column(lambda row: row.amount_cents / whole.authorised_cents, _("De l’enveloppe"), "percent"),
        Column("document.reference", _("Document")),
    ]
    file = exported(request, f"enveloppe-{desk.slug}", columns, rows)
    if file is not None:
        return file
    add = Action(_("Autoriser un montant"), desk.url("authorise_envelope"), icon="plus")
    actions = offered(desk, Permission.MANAGE_PROGRAMME, add)
    table = Table(
        _("Qui apporte quoi"),
        columns,
        rows,
        totals={_("Part"): whole.authorised_cents} if rows else {},
        empty=_("Rien n’est encore autorisé. Sans enveloppe, aucun pass ne peut être reçu."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Autoriser un montant"),
    )
    context = {
        "desk": desk,
        "tabs": tabs(desk, "envelope"),
        "envelope": whole,
        "left_cents": whole.authorised_cents - whole.committed_cents,
        "said": _("%(committed)s sur %(authorised)s")
        % {"committed": euros(whole.committed_cents), "authorised": euros(whole.authorised_cents)},
        "table": table,
        "actions": actions,
    }
    return render(request, "web/programme/envelope.html", context)


@desk_page(Permission.MANAGE_PROGRAMME)
def authorise(request: DeskRequest) -> HttpResponse:
    """Add to the envelope what a document authorises; the shares must make the whole."""
    desk = request.desk
    form = EnvelopeForm(choices=paper_choices(papers(desk.programme_id)), **sent(request))
    if done(form, lambda given: _authorise(desk, form, given), reference_taken="document"):
        messages.success(request, _("Le montant est autorisé."))
        return redirect(desk.url("envelope"))
    context = {
        "title": _("Autoriser un montant"),
        "lead": _("Il s’ajoute à l’enveloppe. Un document n’autorise qu’une fois."),
        "submit": _("Autoriser"),
        "cancel": desk.url("envelope"),
        "breadcrumbs": [Crumb(_("Enveloppe"), desk.url("envelope")), Crumb(_("Autoriser"))],
    }
    return form_page(request, form, context)


def _authorise(desk: Desk, form: EnvelopeForm, given: dict[str, Any]) -> None:
    authorise_envelope(
        programme_id=desk.programme_id,
        amount_cents=given["amount"],
        shares=form.shares(),
        document_id=UUID(given["document"]),
        by=desk.actor,
        at=desk.at,
    )
