"""The council's deliberations: recorded with their votes, then transmitted and published."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.council.operations import Act, record_deliberation
from passnumerique.council.queries import access_deliberation, ballot_of, votes_known
from passnumerique.council.queries import deliberations as every_deliberation
from passnumerique.council.rules import Ballot, enforceable_on
from passnumerique.directory.rules import Permission
from passnumerique.programmes.queries import documents as every_document
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.tables import Column, Table

_COUNTED = ("members_in_office", "voters", "votes_for", "votes_against", "abstentions")


def _count(label: Any, help_text: Any = "", **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, max_value=1000, **options)


class DeliberationForm(forms.Form):
    """One act as its paper says it."""

    number = forms.CharField(
        label=gettext_lazy("Numéro"), max_length=40, help_text=gettext_lazy("Comme DE_2022_12_003.")
    )
    matter = forms.CharField(
        label=gettext_lazy("Matière"),
        max_length=10,
        help_text=gettext_lazy("Le code de la préfecture, comme 7.5 pour les subventions."),
    )
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    decisions = forms.CharField(
        label=gettext_lazy("Ce que le conseil décide"),
        help_text=gettext_lazy("Une décision par ligne."),
        widget=forms.Textarea,
    )
    convened_on = DayField(label=gettext_lazy("Convocation"))
    sat_on = DayField(label=gettext_lazy("Séance"))
    chaired_by = forms.CharField(label=gettext_lazy("Sous la présidence de"), max_length=120)
    secretary = forms.CharField(label=gettext_lazy("Secrétaire de séance"), max_length=120)
    members_in_office = _count(
        gettext_lazy("Délégués en exercice"),
        gettext_lazy("Le quorum est la moitié d’entre eux, plus un. Les pouvoirs ne comptent pas."),
    )
    voters = _count(gettext_lazy("Votants"), gettext_lazy("Suppléants compris."))
    substitutes = _count(gettext_lazy("dont suppléants"), initial=0)
    votes_for = _count(gettext_lazy("Pour"))
    votes_against = _count(gettext_lazy("Contre"), initial=0)
    abstentions = _count(gettext_lazy("Abstentions"), initial=0)

    def act(self) -> Act:
        """The act typed."""
        given = dict(self.cleaned_data)
        ballot = Ballot(*(given.pop(name) for name in _COUNTED))
        lines = [line.strip() for line in given.pop("decisions").splitlines() if line.strip()]
        return Act(ballot=ballot, decisions=lines, **given)


@desk_page(Permission.READ_COUNCIL)
def deliberations(request: DeskRequest) -> HttpResponse:
    """The acts of the council, latest sitting first."""
    desk = request.desk
    columns, rows = _columns(desk), list(every_deliberation(desk.actor))
    file = exported(request, f"deliberations-{desk.slug}", columns, rows)
    if file is not None:
        return file
    add = Action(_("Enregistrer une délibération"), desk.url("add_deliberation"), icon="plus")
    past = Action(_("Reprendre les actes passés"), desk.url("import_acts"), "secondary", "download")
    open_data = Action(_("Données ouvertes"), desk.url("acts_csv"), "secondary", "download")
    actions = [*offered(desk, Permission.MANAGE_COUNCIL, add, past), open_data]
    table = Table(
        _("Délibérations du conseil"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucune délibération n’est enregistrée."),
        empty_url=actions[0].url if len(actions) > 1 else "",
        empty_action=_("Enregistrer une délibération"),
    )
    context = {"desk": desk, "tabs": tabs(desk, "deliberations"), "table": table, "actions": actions}
    return render(request, "web/programme/deliberations.html", context)


def _columns(desk: Desk) -> list[Column]:
    return [
        Column("number", _("Numéro"), url=lambda row: desk.url("deliberation", row.id)),
        Column("sat_on", _("Séance du"), "day"),
        Column("subject", _("Objet")),
        Column("matter", _("Matière")),
        Column(votes_in_words, _("Vote")),
        Column(lambda row: enforceable_on(row.transmitted_on, row.published_on), _("Exécutoire le"), "day"),
    ]


def votes_in_words(row: Any) -> str:
    """The count of one vote, in a few words; nothing when the list that the act comes from leaves it out."""
    if not votes_known(row):
        return ""
    counts = {"n": row.votes_for, "against": row.votes_against, "abstained": row.abstentions}
    said = ngettext(
        "%(n)s pour, %(against)s contre, %(abstained)s abstention",
        "%(n)s pour, %(against)s contre, %(abstained)s abstentions",
        row.abstentions,
    )
    return said % counts


@desk_page(Permission.READ_COUNCIL)
def deliberation(request: DeskRequest, deliberation_id: UUID) -> HttpResponse:
    """One act: its sitting, its quorum, its vote, what it decides, and from when it binds."""
    desk = request.desk
    row = access_deliberation(desk.actor, deliberation_id)
    binds = enforceable_on(row.transmitted_on, row.published_on)
    filed = any(one.deliberation_id == row.id for one in every_document(desk.programme_id))
    context = {
        "desk": desk,
        "deliberation": row,
        "ballot": ballot_of(row),
        "votes": votes_in_words(row),
        "votes_known": votes_known(row),
        "binds": binds,
        "breadcrumbs": [Crumb(_("Délibérations"), desk.url("deliberations")), Crumb(row.number)],
        "actions": _actions(desk, row, bool(binds), filed),
    }
    return render(request, "web/programme/deliberation.html", context)


def _actions(desk: Desk, row: Any, binds: bool, filed: bool) -> list[Action]:
    suggested = {"kind": "deliberation", "deliberation": row.id, "reference": row.number, "title": row.subject}
    file = Action(
        _("Classer dans les documents du dispositif"),
        f"{desk.url('add_document')}?{urlencode(suggested)}",
        "secondary" if not binds else "primary",
        "file",
    )
    publish = Action(
        _("Noter la transmission et la publication"), desk.url("publish_deliberation", row.id), icon="stamp"
    )
    paper = Action(_("L’acte en PDF"), desk.url("act_pdf", row.id), "secondary", "file")
    wanted = [one for one, missing in ((file, not filed), (publish, not binds)) if missing]
    papers = [] if row.imported else [paper]
    return [*offered(desk, Permission.MANAGE_COUNCIL, *wanted), *papers]


@desk_page(Permission.MANAGE_COUNCIL)
def add_deliberation(request: DeskRequest) -> HttpResponse:
    """Record one act with its votes. A missing quorum and votes that do not sum are refused."""
    desk = request.desk
    form = DeliberationForm(initial={"matter": "7.5"}, **sent(request))
    made: list[UUID] = []
    if done(
        form,
        lambda _given: made.append(
            record_deliberation(authority_id=desk.authority_id, act=form.act(), by=desk.actor, at=desk.at)
        ),
        deliberation_number_taken="number",
        quorum_not_met="voters",
        votes_do_not_agree="votes_for",
        sitting_dates_out_of_order="sat_on",
    ):
        messages.success(request, _("La délibération est enregistrée."))
        return redirect(desk.url("deliberation", made[0]))
    context = {
        "title": _("Enregistrer une délibération"),
        "lead": _("Recopiez l’acte signé par la présidence et le secrétariat."),
        "submit": _("Enregistrer la délibération"),
        "cancel": desk.url("deliberations"),
        "breadcrumbs": [Crumb(_("Délibérations"), desk.url("deliberations")), Crumb(_("Enregistrer"))],
    }
    return form_page(request, form, context)
