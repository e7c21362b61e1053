"""The import of a lot, in three steps: the file, its columns, the check. Then the lot is received.

Codes are as good as money, so that the file is never kept on the server between two steps: the page
carries it, packed, and every step reads it anew as if it had just been sent.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.operations import save_mapping
from passnumerique.directory.queries import access_mappings
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sheets import (
    MAX_BYTES,
    BadCell,
    Cell,
    Mapping,
    Sheet,
    UnreadableSheet,
    read_sheet,
    suggest_mapping,
)
from passnumerique.ground.sheets.tables import too_large
from passnumerique.ground.words import say
from passnumerique.programmes.queries import access_programme, envelope_left_cents
from passnumerique.settlement.operations.issuer import receive_issuer_lot
from passnumerique.vouchers.operations import LotReport
from passnumerique.vouchers.rules.lot_file import LOT_FIELDS, LOT_LABELS
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import file_of
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.register.parts import numbered
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import number

KIND = "lot"
MOST_PACKED = 9 * 1024 * 1024
SHOWN_LINES, SHOWN_ERRORS = 5, 100


class FileForm(forms.Form):
    """The issuer's file, and what to call its lot."""

    reference = forms.CharField(
        label=_("Référence du lot"), max_length=80, help_text=_("Celle du bon de livraison de l’émetteur.")
    )
    file = forms.FileField(
        label=_("Fichier de l’émetteur"),
        help_text=_("CSV, XLSX ou ODS, avec trois colonnes\u202f: numéro, carnet, code. Un pass par ligne."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls,.ods,.txt"}),
    )
    mapping = forms.ChoiceField(label=_("Correspondance des colonnes"), required=False)

    def __init__(self, *args: Any, saved: dict[str, Mapping], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", gettext("La proposer d’après les titres"))] + [(name, name) for name in saved]
        if saved:
            self.fields["mapping"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["mapping"]


class ColumnsForm(forms.Form):
    """Which column holds each field, and under which name to keep that."""

    reference = forms.CharField(max_length=80, widget=forms.HiddenInput)
    packed = forms.CharField(widget=forms.HiddenInput)
    filename = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, columns: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", gettext("Choisir une colonne")), *((name, name) for name in columns)]
        for name, label in LOT_LABELS.items():
            self.fields[name] = forms.ChoiceField(label=say(label), choices=choices)
        self.fields["keep_as"] = forms.CharField(
            label=_("Garder cette correspondance sous le nom"),
            required=False,
            max_length=80,
            help_text=_("Elle sera proposée pour le prochain fichier de cet émetteur."),
        )

    def mapping(self) -> Mapping:
        """The columns that were chosen."""
        return Mapping({name: self.cleaned_data[name] for name in LOT_FIELDS})


@dataclass(frozen=True)
class Carried:
    """A file that the page carries from one step to the next."""

    filename: str
    content: bytes

    @property
    def packed(self) -> str:
        """The file as a hidden field holds it. Refuses (SheetTooLarge) one that a form cannot carry."""
        packed = base64.b64encode(zlib.compress(self.content, 9)).decode()
        if len(packed) > MOST_PACKED:
            raise too_large(self.filename)
        return packed

    @classmethod
    def unpack(cls, filename: str, packed: str) -> "Carried":
        """The file of a hidden field, bounded like any other. Refuses (UnreadableSheet) what is none."""
        try:
            content = zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), MAX_BYTES + 1)
        except (binascii.Error, ValueError, zlib.error) as error:
            raise UnreadableSheet(filename=filename) from error
        return cls(filename, content)

    def sheet(self) -> Sheet:
        """The table in the file."""
        return read_sheet(self.content, self.filename)


@desk_page("receive_lot")
def import_page(request: DeskRequest) -> HttpResponse:
    """Receive the issuer's file. For the manager: the file, its columns, the check, then yes."""
    step = {"columns": _columns, "check": _check, "report": _report, "receive": _receive}
    wanted = request.POST.get("step", "columns")
    if request.method == "POST" and wanted in step:
        return step[wanted](request)
    return _first(request, FileForm(saved=_saved(request.desk)))


def _saved(desk: Desk) -> dict[str, Mapping]:
    return access_mappings(desk.actor, KIND)


def _first(request: DeskRequest, form: FileForm) -> HttpResponse:
    return _page(request, 1, {"form": form})


def _columns(request: DeskRequest) -> HttpResponse:
    """Step 2: which column is which, as the headings or a kept mapping suggest."""
    saved = _saved(request.desk)
    form = FileForm(request.POST, request.FILES, saved=saved)
    if not form.is_valid():
        return _first(request, form)
    upload = form.cleaned_data["file"]
    try:
        if upload.size > MAX_BYTES:
            raise too_large(upload.name)
        file = Carried(upload.name[:200], upload.read())
        sheet, packed = file.sheet(), file.packed
    except Refusal as refusal:
        form.add_error("file", refusal.say())
        return _first(request, form)
    kept = saved.get(form.cleaned_data.get("mapping", ""))
    suggested = kept or suggest_mapping(sheet.columns, LOT_FIELDS)
    initial = {"reference": form.cleaned_data["reference"], "packed": packed, "filename": file.filename}
    chosen = {name: column for name, column in suggested.columns.items() if column in sheet.columns}
    return _second(request, ColumnsForm(initial={**initial, **chosen}, columns=sheet.columns), sheet)


def _second(request: DeskRequest, form: ColumnsForm, sheet: Sheet) -> HttpResponse:
    columns = [Column(_cell_of(name), name) for name in sheet.columns]
    preview = Table(gettext("Les premières lignes du fichier"), columns, sheet.rows[:SHOWN_LINES])
    return _page(request, 2, {"form": form, "preview": preview, "lines": len(sheet.rows), "sheet": sheet})


def _cell_of(name: str) -> Any:
    return lambda line: line.cells.get(name, "")


def _carried(request: DeskRequest) -> tuple[ColumnsForm, Carried, Sheet]:
    file = Carried.unpack(request.POST.get("filename", "")[:200], request.POST.get("packed", ""))
    sheet = file.sheet()
    return ColumnsForm(request.POST, columns=sheet.columns), file, sheet


def _check(request: DeskRequest) -> HttpResponse:
    """Step 3: the dry run. Every bad line is shown, and nothing is written but the kept mapping."""
    form, file, sheet = _carried(request)
    if not form.is_valid():
        return _second(request, form, sheet)
    desk = request.desk
    if name := form.cleaned_data["keep_as"]:
        save_mapping(by=desk.actor, at=desk.at, kind=KIND, name=name, mapping=form.mapping())
    return _third(request, form, _imported(desk, form, file, sheet, dry_run=True))


def _imported(desk: Desk, form: ColumnsForm, file: Carried, sheet: Sheet, *, dry_run: bool) -> LotReport:
    return receive_issuer_lot(
        programme_id=desk.programme_id,
        issuer=access_programme(desk.actor, desk.programme_id).issuer,
        reference=form.cleaned_data["reference"],
        sheet=sheet,
        mapping=form.mapping(),
        file=file.content,
        by=desk.actor,
        at=desk.at,
        dry_run=dry_run,
    )


def _third(request: DeskRequest, form: ColumnsForm, report: LotReport, refused: str = "") -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "left_cents": envelope_left_cents(request.desk.programme_id),
        "bad": _bad_table(report.bad[:SHOWN_ERRORS]),
        "hidden_errors": max(len(report.bad) - SHOWN_ERRORS, 0),
        "lot_url": request.desk.url("lot", report.lot_id) if report.lot_id else "",
        "refused": refused,
        "numbers": f"{number(report.first_number)}–{number(report.last_number)}",
    }
    return _page(request, 3, context, status=UNPROCESSABLE if report.bad or refused else 200)


def _bad_columns() -> list[Column]:
    return [
        Column("line", gettext("Ligne"), "number"),
        Column("column", gettext("Colonne")),
        Column("value", gettext("Valeur")),
        Column(BadCell.say, gettext("Ce qu’il faut corriger")),
    ]


def _bad_table(bad: tuple[BadCell, ...]) -> Table:
    return Table(gettext("Lignes à corriger"), numbered(_bad_columns()), bad)


def _report(request: DeskRequest) -> HttpResponse:
    """Every bad line as a CSV, to correct the file with."""
    form, file, sheet = _carried(request)
    if not form.is_valid():
        return _second(request, form, sheet)
    bad = _imported(request.desk, form, file, sheet, dry_run=True).bad
    columns = _bad_columns()
    lines: list[list[Cell]] = [[cell.line, cell.column, cell.value, cell.say()] for cell in bad]
    return file_of("csv", "lignes-a-corriger", [column.label for column in columns], lines)


def _receive(request: DeskRequest) -> HttpResponse:
    """The file was checked: receive its lot. The same file twice leads to the lot it made."""
    form, file, sheet = _carried(request)
    if not form.is_valid():
        return _second(request, form, sheet)
    desk = request.desk
    try:
        report = _imported(desk, form, file, sheet, dry_run=False)
    except Refusal as refusal:
        report = _imported(desk, form, file, sheet, dry_run=True)
        return _third(request, form, report, refused=refusal.say())
    return redirect(f"{desk.url('lot', report.lot_id)}?{'connu' if report.known else 'fait'}=1")


def _page(request: DeskRequest, step: int, context: dict[str, Any], status: int = 200) -> HttpResponse:
    desk = request.desk
    labels = [gettext("Fichier"), gettext("Colonnes"), gettext("Vérification")]
    crumbs = [Crumb(gettext("Lots"), desk.url("lots")), Crumb(gettext("Importer"))]
    form = context["form"]
    if form.is_bound and form.errors:
        status = UNPROCESSABLE
    given = {
        "steps": labels,
        "step": step,
        "cancel": desk.url("lots"),
        "breadcrumbs": crumbs,
        "here": request.path,
    }
    return render(request, f"web/register/import_{step}.html", {**given, **context}, status=status)
