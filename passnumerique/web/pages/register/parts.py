"""What the pages of the register share: ranges as a field, places in a list by time, names, one PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from passnumerique.directory.queries import accredited_prescribers, organisations_named
from passnumerique.ground.ranges import read_ranges
from passnumerique.ground.refusals import Refusal
from passnumerique.vouchers.queries.listing import Moment
from passnumerique.vouchers.queries.reading import Range
from passnumerique.web.desk import Desk
from passnumerique.web.tables import Column
from passnumerique.web.templatetags.house import number

PAGE = 50
EVERYTHING = 100_000
"""How many rows an export holds at most."""


class RangesField(forms.CharField):
    """Numbers and ranges of numbers, as people write them; its value is a list of ranges."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"})
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """The ranges; none for nothing typed where nothing is needed."""
        try:
            return read_ranges(super().clean(value))
        except Refusal as refusal:
            raise ValidationError(refusal.say(), code=refusal.name) from None


def written(ranges: Sequence[Range]) -> str:
    """Ranges as `RangesField` reads them: `1-10, 15`."""
    return ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in ranges)


def how_many(ranges: Sequence[Range]) -> int:
    """How many numbers these ranges hold."""
    return sum(last - first + 1 for first, last in ranges)


def asked_uuid(request: HttpRequest, name: str) -> UUID | None:
    """A UUID of the address, or None when there is none or it is no UUID."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def asked_number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the address, or None when there is none or it is no number."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None  # noqa: PLR2004


def asked_moment(request: HttpRequest) -> Moment | None:
    """Where a list by time goes on (`?before=`), or None at its beginning."""
    at, _, row_id = request.GET.get("before", "").partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+")), UUID(row_id)
    except ValueError:
        return None
    return moment if moment[0].tzinfo else None


def as_address(moment: Moment) -> str:
    """A moment as `asked_moment` reads it."""
    return f"{moment[0].isoformat()}~{moment[1]}"


def numbered(columns: Sequence[Column]) -> list[Column]:
    """The columns as a page shows them: the number in the first one says that it is one, since on a
    telephone it stands alone at the head of its card. Exports keep the bare number."""
    first = columns[0]

    def told(row: object) -> str:
        return gettext("n°\u202f%(number)s") % {"number": number(cast(int, first.value(row)))}

    return [replace(first, key=told, kind="text"), *columns[1:]]


def paging(request: HttpRequest, more: object, by: str) -> dict[str, object]:
    """What `_older.html` needs: where the list goes on (nothing at its end), and by which key."""
    return {"more": more or "", "by": by, "later": by in request.GET}


def ways(desk: Desk, *names: str) -> dict[str, str]:
    """The addresses of pages of the programme, each as `<name>_url`."""
    return {f"{name}_url": desk.url(name) for name in names}


def structure_choices(desk: Desk, also: Iterable[UUID] = ()) -> list[tuple[str, str]]:
    """The prescribing structures of the programme today, by name, for a choice; and those in `also`."""
    ids = accredited_prescribers(desk.programme_id, desk.today) | set(also)
    return sorted(
        ((str(one), name) for one, name in organisations_named(ids).items()),
        key=lambda pair: pair[1].casefold(),
    )


def pdf(content: bytes, name: str) -> HttpResponse:
    """A paper, shown in the browser and kept by no cache."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
