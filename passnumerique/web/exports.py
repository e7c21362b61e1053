"""Lists as files: what `{% exports %}` asks for with `?format=csv` or `?format=xlsx`."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from passnumerique.ground.sheets import Cell, write_csv, write_xlsx
from passnumerique.web.tables import Column
from passnumerique.web.templatetags.house import BADGES, state_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


def exported(request: HttpRequest, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse | None:
    """The list as the file that was asked for, or None when a page was asked for."""
    wanted = request.GET.get("format", "")
    if wanted not in _TYPES:
        return None
    lines = ([_cell(column, row) for column in columns] for row in rows)
    return file_of(wanted, name, [column.label for column in columns], lines)


def file_of(
    kind: str, name: str, headings: Sequence[str], lines: Iterable[Sequence[Cell]], **options: Any
) -> HttpResponse:
    """A table as a download of that kind (`csv` or `xlsx`); `options` are those of `write_csv`."""
    content = write_csv(headings, lines, **options) if kind == "csv" else write_xlsx(headings, lines, title=name)
    return HttpResponse(
        content,
        content_type=_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _cell(column: Column, row: object) -> Cell:
    """Amounts in euros and states in words, as a person would type them into a sheet."""
    value = column.value(row)
    if column.kind == "money" and isinstance(value, int):
        return Decimal(value) / 100
    if column.kind in BADGES and value:
        return state_words(str(value), column.kind)
    if isinstance(value, SafeString):
        return strip_tags(value).strip()
    return value if isinstance(value, Cell) else str(value)
