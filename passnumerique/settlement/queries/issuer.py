"""The issuer's files and their rows, and what of our own they name: places by any of their names, passes
by number. For who reads the accounts."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from passnumerique.directory.models import Accreditation
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, require
from passnumerique.ground.db import in_chunks
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.programmes.queries import access_programme, programmes_beside
from passnumerique.settlement.models import IssuerFile, IssuerRow, Payment
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.vouchers.models import Voucher


def issuer_files(actor: Actor, programme_id: UUID, kind: IssuerKind | None = None) -> QuerySet[IssuerFile]:
    """The issuer's files of a programme, latest first, each with how many of its rows were taken and refused.

    For who reads the accounts.
    """
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    rows = IssuerFile.objects.filter(programme_id=programme_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    counts = {
        verdict.value: Count("rows", filter=Q(rows__verdict=verdict))
        for verdict in (RowVerdict.TAKEN, RowVerdict.KNOWN, RowVerdict.REFUSED)
    }
    return rows.annotate(**counts).order_by("-imported_at", "-id")


def access_issuer_file(actor: Actor, programme_id: UUID, file_id: UUID) -> IssuerFile:
    """One file of the programme. Refuses (NotFound) any other."""
    found = issuer_files(actor, programme_id).filter(id=file_id).first()
    if found is None:
        raise NotFound
    return found


def rows_of_file(file: IssuerFile, verdict: str = "") -> QuerySet[IssuerRow]:
    """The rows of a file that was accessed, in the order of the file."""
    rows = IssuerRow.objects.filter(programme_id=file.programme_id, file=file)
    return rows.filter(verdict=verdict).order_by("line") if verdict else rows.order_by("line")


def has_paid(file: IssuerFile) -> bool:
    """Whether payments were recorded from lines of a file."""
    rows = IssuerRow.objects.filter(programme_id=file.programme_id, file=file).values("id")
    return Payment.objects.filter(programme_id=file.programme_id, issuer_row_id__in=rows).exists()


def rows_about(actor: Actor, programme_id: UUID, number: int) -> QuerySet[IssuerRow]:
    """What the issuer's files say of one pass, oldest first, what does not count included."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    rows = IssuerRow.objects.filter(programme_id=programme_id, number=number, kind=IssuerKind.REDEMPTIONS)
    return rows.select_related("file").order_by("day", "id")


def told_of(row: IssuerRow) -> Iterator[BadCell]:
    """What was said of the cells of a row."""
    for one in json.loads(row.told or "[]"):
        yield BadCell(row.line, one["column"], one["value"], one["reason"], one["params"])


def file_with_hash(programme_id: UUID, kind: IssuerKind, digest: bytes) -> IssuerFile | None:
    """The file of that content that stands, whoever sent it."""
    rows = IssuerFile.objects.filter(programme_id=programme_id, kind=kind, sha256=digest, withdrawn_at__isnull=True)
    return rows.first()


def prints_taken(programme_id: UUID, kind: IssuerKind, prints: Iterable[bytes]) -> set[bytes]:
    """Which of these contents a row already stands for."""
    found: set[bytes] = set()
    rows = IssuerRow.objects.filter(programme_id=programme_id, kind=kind, verdict=RowVerdict.TAKEN)
    for chunk in in_chunks(sorted(set(prints))):
        found.update(bytes(one) for one in rows.filter(fingerprint__in=chunk).values_list("fingerprint", flat=True))
    return found


def numbers_taken(programme_id: UUID, numbers: Iterable[int]) -> Counter[int]:
    """How many rows say that each of these passes was used."""
    found: Counter[int] = Counter()
    rows = IssuerRow.objects.filter(programme_id=programme_id, kind=IssuerKind.REDEMPTIONS, verdict=RowVerdict.TAKEN)
    for chunk in in_chunks(sorted(set(numbers))):
        counted = rows.filter(number__in=chunk).values_list("number").annotate(n=Count("id")).order_by()
        found.update({number: n for number, n in counted if number is not None})
    return found


@dataclass(frozen=True)
class Known:
    """What of a file's rows is ours: places by any of their names, passes by number, and the numbers that
    are passes of other programmes of the authority."""

    places: dict[str, UUID]
    vouchers: dict[int, UUID]
    elsewhere: frozenset[int]


def known_to(programme_id: UUID, numbers: Iterable[int]) -> Known:
    """Look up what rows with these numbers may name."""
    wanted = sorted(set(numbers))
    vouchers: dict[int, UUID] = {}
    for chunk in in_chunks(wanted):
        rows = Voucher.objects.filter(programme_id=programme_id, number__in=chunk).order_by()
        vouchers.update(rows.values_list("number", "id"))
    missing = [number for number in wanted if number not in vouchers]
    return Known(words_of(programme_id, AccreditationKind.PLACE), vouchers, _elsewhere(programme_id, missing))


def _elsewhere(programme_id: UUID, numbers: list[int]) -> frozenset[int]:
    found: dict[UUID, set[int]] = {}
    for chunk in in_chunks(numbers):
        rows = Voucher.objects.filter(number__in=chunk).exclude(programme_id=programme_id).order_by()
        for other_id, number in rows.values_list("programme_id", "number"):
            found.setdefault(other_id, set()).add(number)
    beside = programmes_beside(programme_id, found)
    return frozenset(number for other_id in beside for number in found[other_id])


def words_of(programme_id: UUID, kind: AccreditationKind) -> dict[str, UUID]:
    """Every name by which a file may call an organisation ever accredited in the programme: its identifier,
    its SIRET or RNA, its name. What two of them share names none."""
    rows = Accreditation.objects.filter(programme_id=programme_id, kind=kind).order_by()
    columns = ("organisation_id", "organisation__external_id", "organisation__pivot", "organisation__name")
    found: dict[str, set[UUID]] = {}
    for organisation_id, *names in rows.values_list(*columns):
        for name in filter(None, map(normalised, names)):
            found.setdefault(name, set()).add(organisation_id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def rows_to_count_again(programme_id: UUID, kind: IssuerKind, prints: Iterable[bytes]) -> list[Any]:
    """Of each of these contents, the id of the first row of a standing file that says it, oldest file first."""
    first: dict[bytes, Any] = {}
    rows = IssuerRow.objects.filter(
        programme_id=programme_id, kind=kind, verdict=RowVerdict.KNOWN, file__withdrawn_at__isnull=True
    ).order_by("file__imported_at", "file_id", "line")
    for chunk in in_chunks(sorted(set(prints))):
        for row_id, told in rows.filter(fingerprint__in=chunk).values_list("id", "fingerprint"):
            first.setdefault(bytes(told), row_id)
    return list(first.values())
