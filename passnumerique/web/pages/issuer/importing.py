"""Importing a file of the issuer: the file, its columns, a dry run, then its lines are kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passnumerique.directory.operations import save_mapping
from passnumerique.directory.queries import access_mappings
from passnumerique.directory.rules import Permission
from passnumerique.ground.sheets import Mapping, Report, Sheet, read_sheet, suggest_mapping
from passnumerique.ground.sheets.refusals import SheetRefusal
from passnumerique.ground.words import say
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations.issuer import IssuerReport, import_issuer_file
from passnumerique.settlement.rules.issuer import IssuerKind, mapping_kind, synonyms_of
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.drawer import keep, kept, throw_away
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.issuer.forms import IssuerColumnsForm, IssuerFileForm
from passnumerique.web.pages.issuer.parts import file_crumbs
from passnumerique.web.reports import bad_columns, bad_table
from passnumerique.web.tables import Column, Table

SHOWN_LINES = 5


def _drawer(desk: Desk) -> str:
    return f"issuer-{desk.programme_id}"


@desk_page(Permission.IMPORT_ISSUER_FILES)
def first(request: DeskRequest) -> HttpResponse:
    """First the file and what it is about. It is read at once, so that one that cannot be read is refused here."""
    desk = request.desk
    issuer = access_programme(desk.actor, desk.programme_id).issuer
    form = IssuerFileForm(**sent(request), initial={"kind": IssuerKind.REDEMPTIONS.value, "issuer": issuer})
    if done(form, lambda given: _keep(request, given)):
        return redirect(desk.url("import_issuer_columns"))
    return _page(request, 1, form=form)


def _keep(request: DeskRequest, given: dict[str, Any]) -> None:
    file = given["file"]
    content = file.read()
    read_sheet(content, file.name)
    keep(request, _drawer(request.desk), file.name[:200], content)
    request.session[_drawer(request.desk)] = {"kind": given["kind"], "issuer": given["issuer"]}


def _chosen(request: DeskRequest) -> tuple[dict[str, Any], bytes, Sheet] | None:
    """What was said so far, the file, and its table; None when the hour of the file is over."""
    choice, file = request.session.get(_drawer(request.desk)), kept(request, _drawer(request.desk))
    if not choice or file is None:
        return None
    return choice, file.content, read_sheet(file.content, file.filename)


def _begin_again(request: DeskRequest) -> HttpResponse:
    messages.warning(request, _("Le fichier n’est plus gardé ici. Choisissez-le de nouveau."))
    return redirect(request.desk.url("import_issuer_file"))


@desk_page(Permission.IMPORT_ISSUER_FILES)
def columns(request: DeskRequest) -> HttpResponse:
    """Then which column holds what: kept from the last file of this issuer, or suggested by the headings."""
    found = _chosen(request)
    if found is None:
        return _begin_again(request)
    choice, _content, sheet = found
    desk, kind = request.desk, IssuerKind(choice["kind"])
    kept_one = access_mappings(desk.actor, mapping_kind(kind)).get(choice["issuer"])
    guess = kept_one or suggest_mapping(sheet.columns, synonyms_of(kind))
    initial = {name: column for name, column in guess.columns.items() if column in sheet.columns}
    own_name = guess.columns.get("own_name", "")
    form = IssuerColumnsForm(
        kind=kind, columns=sheet.columns, initial={**initial, "own_name": own_name}, data=sent(request)["data"]
    )
    if done(form, lambda given: _choose(request, form, choice, given["own_name"])):
        return redirect(desk.url("import_issuer_check"))
    preview = Table(
        _("Les premières lignes du fichier"),
        [Column(_cell_of(name), name) for name in sheet.columns],
        sheet.rows[:SHOWN_LINES],
    )
    return _page(request, 2, form=form, sheet=sheet, preview=preview, remembered=kept_one is not None)


def _cell_of(name: str) -> Any:
    return lambda line: line.cells.get(name, "")


def _choose(request: DeskRequest, form: IssuerColumnsForm, choice: dict[str, Any], own_name: str) -> None:
    desk, kind = request.desk, IssuerKind(choice["kind"])
    columns = form.mapping()
    remembered = Mapping(columns | ({"own_name": own_name} if own_name else {}))
    save_mapping(by=desk.actor, at=desk.at, kind=mapping_kind(kind), name=choice["issuer"][:80], mapping=remembered)
    request.session[_drawer(desk)] = {**choice, "columns": columns, "own_name": own_name}


@desk_page(Permission.IMPORT_ISSUER_FILES)
def check(request: DeskRequest) -> HttpResponse:
    """Last a dry run: what would count, what is known, what does not count and why. Confirming keeps the lines."""
    found = _chosen(request)
    if found is None or "columns" not in found[0]:
        return _begin_again(request)
    choice, content, sheet = found
    desk = request.desk
    if request.method == "POST":
        report = _run(desk, choice, content, sheet)
        throw_away(request, _drawer(desk))
        request.session.pop(_drawer(desk), None)
        messages.success(request, _told(report))
        return redirect(_after(desk, choice, report))
    try:
        report = _run(desk, choice, content, sheet, dry_run=True)
    except SheetRefusal as refusal:
        messages.warning(request, refusal.say())
        return redirect(desk.url("import_issuer_columns"))
    file = exported(request, f"lignes-a-corriger-{desk.slug}", bad_columns(), report.bad)
    kind = say(IssuerKind(choice["kind"]).words)
    return file or _page(request, 3, report=report, bad=bad_table(Report(bad=report.bad)), sheet=sheet, kind=kind)


def _run(desk: Desk, choice: dict[str, Any], content: bytes, sheet: Sheet, **how: bool) -> IssuerReport:
    return import_issuer_file(
        programme_id=desk.programme_id,
        kind=IssuerKind(choice["kind"]),
        issuer=choice["issuer"],
        sheet=sheet,
        mapping=Mapping(choice["columns"]),
        file=content,
        own_name=choice["own_name"],
        by=desk.actor,
        at=desk.at,
        **how,
    )


def _after(desk: Desk, choice: dict[str, Any], report: IssuerReport) -> str:
    """The lines that were kept; after payments of an issuer that pays the places, what each would pay."""
    pays = terms_on(desk.programme_id, desk.today).payer is Payer.ISSUER
    if pays and choice["kind"] == IssuerKind.PAYMENTS and desk.may(Permission.PAY_CLAIM):
        return desk.url("issuer_payments")
    return desk.url("issuer_file", report.file_id)


def _told(report: IssuerReport) -> str:
    counts = {"taken": report.taken, "already": report.already, "refused": report.refused}
    said = _(
        "Le fichier est gardé. Lignes prises en compte\u202f: %(taken)s\u202f; déjà connues\u202f: %(already)s\u202f; "
        "non prises en compte\u202f: %(refused)s."
    )
    return said % counts


def _page(request: DeskRequest, step: int, **context: Any) -> HttpResponse:
    desk, form = request.desk, context.get("form")
    given = {
        "desk": desk,
        "steps": [_("Le fichier"), _("Les colonnes"), _("La vérification")],
        "step": step,
        "breadcrumbs": file_crumbs(desk, _("Importer")),
    }
    status = UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200
    return render(request, f"web/issuer/import_{step}.html", {**given, **context}, status=status)
