"""The papers of a programme: conventions, amendments, mandate agreements, decisions."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.queries import deliberations as every_deliberation
from passnumerique.council.queries import is_adopted
from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.programmes.operations import record_document, sign_document
from passnumerique.programmes.queries import access_paper, paper_of
from passnumerique.programmes.queries import documents as every_document
from passnumerique.programmes.rules import DOCUMENT_WORDS, DocumentKind, Paper
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import Choices, paper_state, tabs
from passnumerique.web.tables import Column, Table


class SignatureForm(forms.Form):
    """The day of the signature, and the day from which the paper binds."""

    signed_on = DayField(label=gettext_lazy("Signé le"))
    in_force_on = DayField(label=gettext_lazy("Produit ses effets à partir du"))


_DECIDED = {DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT}
"""What only a deliberation of the council allows."""


class DocumentForm(forms.Form):
    """One paper. A deliberation takes its days from the council's own record."""

    kind = forms.ChoiceField(label=gettext_lazy("Type de document"))
    reference = forms.CharField(
        label=gettext_lazy("Référence"), max_length=80, help_text=gettext_lazy("Comme DE_2022_12_003.")
    )
    title = forms.CharField(label=gettext_lazy("Objet"), max_length=240, required=False)
    counterpart = forms.CharField(
        label=gettext_lazy("Signé avec"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Le financeur ou l’émetteur, par exemple."),
    )
    deliberation = forms.ChoiceField(
        label=gettext_lazy("Délibération dont il découle"),
        required=False,
        help_text=gettext_lazy("Sauf pour une délibération ou un avenant\u202f: choisissez-la."),
    )
    signed_on = DayField(
        label=gettext_lazy("Signé le"),
        required=False,
        help_text=gettext_lazy("Vide tant qu’il n’est pas signé. Sans objet pour une délibération."),
    )
    in_force_on = DayField(label=gettext_lazy("Produit ses effets à partir du"), required=False)

    def __init__(self, *args: Any, decisions: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(kind.value, capfirst(say(words))) for kind, words in DOCUMENT_WORDS.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["deliberation"].choices = [("", _("Aucune")), *decisions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Signature and day of effect go together: half of them could never be completed."""
        given = super().clean() or {}
        for name, other in (("in_force_on", "signed_on"), ("signed_on", "in_force_on")):
            if given.get(other) and not given.get(name) and name not in self.errors:
                self.add_error(name, _("La signature et la date d’effet vont ensemble."))
        if given.get("kind") in _DECIDED and not given.get("deliberation"):
            self.add_error("deliberation", _("Choisissez la délibération qui l’autorise."))
        return given

    def paper(self) -> Paper:
        """The paper typed."""
        given = dict(self.cleaned_data)
        chosen = given.pop("deliberation")
        kind = DocumentKind(given.pop("kind"))
        return Paper(kind=kind, deliberation_id=UUID(chosen) if chosen else None, **given)


@desk_page(Permission.READ_COUNCIL)
def documents(request: DeskRequest) -> HttpResponse:
    """Every paper: what it is, when it was signed, from when it binds, what is still to be done."""
    desk = request.desk
    columns, rows = _columns(desk), list(every_document(desk.programme_id))
    file = exported(request, f"documents-{desk.slug}", columns, rows)
    if file is not None:
        return file
    add = Action(_("Ajouter un document"), desk.url("add_document"), icon="plus")
    actions = offered(desk, Permission.MANAGE_COUNCIL, add)
    shown = _shown_columns(desk)
    if actions and any(_next_address(desk, row) for row in rows):
        shown.append(_next_column(desk))
    table = Table(
        _("Documents du dispositif"),
        shown,
        rows,
        count=len(rows),
        empty=_("Aucun document. Commencez par la convention avec le financeur."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Ajouter un document"),
    )
    context = {"desk": desk, "tabs": tabs(desk, "documents"), "table": table, "actions": actions}
    return render(request, "web/programme/documents.html", context)


def _columns(desk: Desk) -> list[Column]:
    """Everything about a paper, for the file."""
    return [
        Column("reference", _("Référence")),
        Column(_kind, _("Type")),
        Column("title", _("Objet")),
        Column("counterpart", _("Avec")),
        Column("signed_on", _("Signé le"), "day"),
        Column(lambda row: paper_of(row).in_force_on, _("Effet à partir du"), "day"),
        Column(lambda row: paper_state(paper_of(row), desk.today), _("État"), "document"),
        Column("deliberation.number", _("Délibération")),
    ]


def _kind(row: Any) -> str:
    return capfirst(say(DocumentKind(row.kind).words))


def _shown_columns(desk: Desk) -> list[Column]:
    """The same for the page, what the paper is in one column."""

    def about(row: Any) -> object:
        told = [_kind(row), row.title, _("avec %(name)s") % {"name": row.counterpart} if row.counterpart else ""]
        return format_html_join(mark_safe("<br>"), "{}", ([text] for text in told if text))

    def deliberation_address(row: Any) -> str:
        return desk.url("deliberation", row.deliberation_id) if row.deliberation_id else ""

    _reference, _kind_column, _title, _counterpart, *days, decision = _columns(desk)
    return [
        _reference,
        Column(about, _("Document")),
        *days,
        Column(decision.key, decision.label, url=deliberation_address),
    ]


def _next_address(desk: Desk, row: Any) -> str:
    """Where what is still missing of a paper is noted, or nothing."""
    if row.kind == DocumentKind.DELIBERATION:
        binds = paper_of(row).in_force_on is not None
        return "" if binds else desk.url("publish_deliberation", row.deliberation_id)
    return "" if row.signed_on else desk.url("sign_document", row.id)


def _next_column(desk: Desk) -> Column:
    """What is still to be done with a paper so that it binds."""

    def words(row: Any) -> object:
        if not _next_address(desk, row):
            return ""
        act = _("Noter la publication") if row.kind == DocumentKind.DELIBERATION else _("Noter la signature")
        return format_html('{}<span class="unseen"> {}</span>', act, row.reference)

    return Column(words, _("Action"), url=lambda row: _next_address(desk, row))


def decision_choices(desk: Desk) -> Choices:
    """The adopted deliberations of the authority."""
    rows = every_deliberation(desk.actor)
    return [(str(row.id), f"{row.number} – {row.subject}") for row in rows if is_adopted(row)]


@desk_page(Permission.MANAGE_COUNCIL)
def add_document(request: DeskRequest) -> HttpResponse:
    """One more paper; the address may suggest its kind and its deliberation."""
    desk = request.desk
    suggested = {name: request.GET.get(name, "") for name in ("kind", "deliberation", "reference", "title")}
    decisions = decision_choices(desk)
    if suggested["kind"] in _DECIDED and len(decisions) == 1:
        suggested["deliberation"] = suggested["deliberation"] or decisions[0][0]
    form = DocumentForm(decisions=decisions, initial=suggested, **sent(request))
    if done(
        form,
        lambda _given: record_document(programme_id=desk.programme_id, paper=form.paper(), by=desk.actor, at=desk.at),
        reference_taken="reference",
        document_missing="deliberation",
        not_adopted="deliberation",
        wrong_document="in_force_on",
    ):
        messages.success(request, _("Le document est enregistré."))
        return redirect(desk.url("documents"))
    context = {
        "title": _("Ajouter un document"),
        "submit": _("Enregistrer le document"),
        "cancel": desk.url("documents"),
        "breadcrumbs": [Crumb(_("Conventions et actes"), desk.url("documents")), Crumb(_("Ajouter"))],
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_COUNCIL)
def sign_one_document(request: DeskRequest, document_id: UUID) -> HttpResponse:
    """The signature of a paper, noted once."""
    desk = request.desk
    paper = access_paper(desk.programme_id, document_id)
    form = SignatureForm(initial={"signed_on": desk.today, "in_force_on": desk.today}, **sent(request))
    if done(
        form,
        lambda given: sign_document(
            programme_id=desk.programme_id, document_id=document_id, by=desk.actor, at=desk.at, **given
        ),
    ):
        messages.success(request, _("La signature est notée."))
        return redirect(desk.url("documents"))
    context = {
        "title": _("Noter la signature de %(reference)s") % {"reference": paper.reference},
        "lead": capfirst(say(paper.kind.words)),
        "submit": _("Noter la signature"),
        "cancel": desk.url("documents"),
    }
    return form_page(request, form, context)
