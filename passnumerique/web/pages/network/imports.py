"""Importing the network from a partner's file: the file, its columns, a dry run, then the writing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from passnumerique.directory.operations import import_organisations, save_mapping
from passnumerique.directory.queries import access_mappings
from passnumerique.directory.rules import Permission, field_synonyms
from passnumerique.ground.sheets import Mapping, Report, Sheet, read_sheet, suggest_mapping
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.drawer import keep, kept, throw_away
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.network.forms import ColumnsForm, UploadForm
from passnumerique.web.reports import bad_columns, bad_table

KIND = "network"
_EXAMPLES = 3


@desk_page(Permission.MANAGE_NETWORK)
def import_network(request: DeskRequest) -> HttpResponse:
    """First the file. It is read at once, so that one that cannot be read is refused here."""
    desk = request.desk
    form = UploadForm(**sent(request))
    if done(form, lambda given: _keep(request, given["file"])):
        return redirect(desk.url("import_network_columns"))
    return _page(request, 1, form=form)


def _keep(request: DeskRequest, file: Any) -> None:
    content = file.read()
    read_sheet(content, file.name)
    keep(request, _drawer(request.desk), file.name, content)
    request.session.pop(_drawer(request.desk), None)


def _drawer(desk: Desk) -> str:
    return f"{KIND}-{desk.programme_id}"


def _sheet(request: DeskRequest, name: str | None) -> Sheet | None:
    file = kept(request, _drawer(request.desk))
    return read_sheet(file.content, file.filename, name or None) if file else None


@desk_page(Permission.MANAGE_NETWORK)
def import_network_columns(request: DeskRequest) -> HttpResponse:
    """Then which column holds what: suggested by the headings, or by a mapping kept from another time."""
    desk = request.desk
    wanted = request.GET.get("sheet")
    sheet = _sheet(request, wanted)
    if sheet is None:
        return _begin_again(request)
    saved = access_mappings(desk.actor, KIND)
    chosen = saved.get(request.GET.get("mapping", ""))
    guesses = chosen or suggest_mapping(sheet.columns, field_synonyms())
    form = ColumnsForm(columns=sheet.columns, examples=_examples(sheet), guesses=guesses.columns, **sent(request))
    if done(form, lambda given: _choose(request, form, wanted, given["save_as"])):
        return redirect(desk.url("import_network_check"))
    return _page(request, 2, form=form, sheet=sheet, tabs=_tabs(request, sheet, list(saved)))


def _tabs(request: DeskRequest, sheet: Sheet, saved: list[str]) -> list[dict[str, object]]:
    """The sheets of the workbook, when it has several, and the mappings that were kept."""
    chosen = request.GET.get("mapping", "")
    here = request.GET.get("sheet") or (sheet.sheet_names[0] if sheet.sheet_names else "")
    pages = [
        {
            "label": _("Feuille %(name)s") % {"name": name},
            "url": f"?{urlencode({'sheet': name})}",
            "current": name == here,
        }
        for name in (sheet.sheet_names if len(sheet.sheet_names) > 1 else ())
    ]
    kept_ones = [
        {"label": name, "url": f"?{urlencode({'sheet': here, 'mapping': name})}", "current": name == chosen}
        for name in saved
    ]
    return [*pages, *kept_ones]


def _examples(sheet: Sheet) -> list[str]:
    """The first values of each column, so that nobody has to guess from its heading alone."""
    return [" · ".join(_some(line.cells.get(column, "") for line in sheet.rows)) for column in sheet.columns]


def _some(values: Any) -> list[str]:
    found: list[str] = []
    for value in values:
        short = value if len(value) <= 40 else f"{value[:39]}…"  # noqa: PLR2004 — what fits under a label
        if short and short not in found:
            found.append(short)
        if len(found) == _EXAMPLES:
            break
    return found


def _choose(request: DeskRequest, form: ColumnsForm, sheet: str | None, save_as: str) -> None:
    columns = form.mapping()
    if save_as:
        desk = request.desk
        save_mapping(by=desk.actor, at=desk.at, kind=KIND, name=save_as, mapping=Mapping(columns))
    request.session[_drawer(request.desk)] = {"columns": columns, "sheet": sheet or ""}


@desk_page(Permission.MANAGE_NETWORK)
def import_network_check(request: DeskRequest) -> HttpResponse:
    """Last a dry run: what would be created and changed, and every bad cell. Confirming writes.

    With bad lines only the good ones are written, and only when that is what was confirmed.
    """
    desk = request.desk
    choice = request.session.get(_drawer(desk))
    sheet = _sheet(request, choice["sheet"]) if choice else None
    if choice is None or sheet is None:
        return _begin_again(request)
    mapping = Mapping(choice["columns"])
    if request.method == "POST":
        return _write(request, sheet, mapping)
    report = _run(desk, sheet, mapping, dry_run=True)
    file = exported(request, f"lignes-a-corriger-{desk.slug}", bad_columns(), report.bad)
    return file or _page(request, 3, report=report, good=report.created + report.changed, bad=bad_table(report))


def _run(desk: Desk, sheet: Sheet, mapping: Mapping, **how: bool) -> Report:
    return import_organisations(by=desk.actor, at=desk.at, rows=sheet.rows, mapping=mapping, **how)


def _write(request: DeskRequest, sheet: Sheet, mapping: Mapping) -> HttpResponse:
    desk = request.desk
    report = _run(desk, sheet, mapping, all_or_nothing="good_only" not in request.POST)
    if not report.written:
        return _page(
            request,
            3,
            report=report,
            good=report.created + report.changed,
            bad=bad_table(report),
            status=UNPROCESSABLE,
        )
    throw_away(request, _drawer(desk))
    request.session.pop(_drawer(desk), None)
    counts = {"created": report.created, "changed": report.changed, "unchanged": report.unchanged}
    said = _(
        "L’import est fait. Fiches créées\u202f: %(created)s\u202f; modifiées\u202f: %(changed)s\u202f; "
        "inchangées\u202f: %(unchanged)s. Agréez maintenant celles qui n’ont pas d’agrément."
    )
    messages.success(request, said % counts)
    return redirect(f"{desk.url('network')}?role=waiting")


def _begin_again(request: DeskRequest) -> HttpResponse:
    messages.warning(request, _("Le fichier n’est plus gardé ici. Choisissez-le de nouveau."))
    return redirect(request.desk.url("import_network"))


_TEMPLATES: Sequence[str] = ("upload", "columns", "check")


def _page(request: DeskRequest, step: int, status: int = 200, **context: Any) -> HttpResponse:
    desk = request.desk
    form = context.get("form")
    given = {
        "desk": desk,
        "steps": [_("Le fichier"), _("Les colonnes"), _("La vérification")],
        "step": step,
        "breadcrumbs": [Crumb(_("Structures et lieux"), desk.url("network")), Crumb(_("Importer"))],
    }
    if form is not None and form.is_bound and form.errors:
        status = UNPROCESSABLE
    return render(request, f"web/network/import_{_TEMPLATES[step - 1]}.html", {**given, **context}, status=status)
