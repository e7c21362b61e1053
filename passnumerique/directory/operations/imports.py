"""Organisations from a partner's file, through a mapping of its columns. A second import changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.models import Authority, Organisation, SavedMapping
from passnumerique.directory.rules import (
    EVERY_FIELD,
    Actor,
    Permission,
    Problem,
    derived_id,
    permission_of_mappings,
    read_organisation,
    require,
    search_text,
)
from passnumerique.directory.rules.refusals import NameMissing
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import new_id
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import Mapping
from passnumerique.ground.sheets.reports import Report
from passnumerique.ground.sheets.tables import Line
from passnumerique.ground.words import N_

_WRITTEN = [*EVERY_FIELD, "search_text"]


@dataclass
class _Draft:
    """What an import is about to write."""

    made: list[Organisation] = field(default_factory=list)
    changed: list[Organisation] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadCell] = field(default_factory=list)


def import_organisations(
    *,
    by: Actor,
    at: datetime,
    rows: Iterable[Line],
    mapping: Mapping,
    dry_run: bool = False,
    all_or_nothing: bool = True,
    fictional: bool = False,
) -> Report:
    """Register and change organisations of the actor's authority from the lines of a file. For managers.

    A line is known by its identifier, or else by its SIRET or RNA and name; without an identifier one
    is derived, so that the same file twice changes nothing. Only mapped columns are touched. Bad cells
    are reported; with one, nothing is written unless `all_or_nothing` is false, and then only good
    lines are. A dry run writes nothing.
    """
    require(by, Permission.MANAGE_NETWORK)
    with transaction.atomic():
        # Locked so that the same file sent twice at once is written once.
        Authority.objects.select_for_update().filter(id=by.authority_id).first()
        draft = _drafted(by.authority_id, at, rows, mapping, fictional)
        written = not dry_run and not (draft.bad and all_or_nothing)
        if written:
            _write(draft)
    return Report(len(draft.made), len(draft.changed), draft.unchanged, tuple(draft.bad), written)


def save_mapping(*, by: Actor, at: datetime, kind: str, name: str, mapping: Mapping) -> SavedMapping:
    """Keep a mapping under a name for the next file of that kind; the same name replaces it. For managers, and
    those of the issuer's files for who imports them."""
    require(by, permission_of_mappings(kind))
    if not name.strip():
        raise NameMissing()
    saved, _ = SavedMapping.objects.update_or_create(
        authority_id=by.authority_id,
        kind=kind,
        name=name.strip(),
        defaults={"columns": mapping.columns, "saved_at": at},
        create_defaults={"id": new_id(at), "columns": mapping.columns, "saved_at": at},
    )
    return saved


def _write(draft: _Draft) -> None:
    for some in in_chunks(draft.made):
        Organisation.objects.bulk_create(some)
    for some in in_chunks(draft.changed, 200):
        Organisation.objects.bulk_update(some, _WRITTEN)


def _drafted(authority_id: UUID, at: datetime, rows: Iterable[Line], mapping: Mapping, fictional: bool) -> _Draft:
    draft = _Draft()
    find = _finder(authority_id)
    seen: dict[str, int] = {}
    for line in rows:
        values, problems = read_organisation({"name": "", **mapping.read(line)})
        if problems:
            draft.bad.extend(_cell(line, mapping, problem) for problem in problems)
            continue
        known = find(values)
        external_id = known.external_id if known else str(values.get("external_id") or derived_id(values))
        if external_id in seen:
            draft.bad.append(_cell(line, mapping, _twice(external_id, seen[external_id])))
            continue
        seen[external_id] = line.number
        values["external_id"] = external_id
        if known is None:
            draft.made.append(_new(values, authority_id=authority_id, at=at, fictional=fictional))
        elif _differs(known, values):
            draft.changed.append(_renewed(known, values, at))
        else:
            draft.unchanged += 1
    return draft


def _finder(authority_id: UUID) -> Callable[[dict[str, object]], Organisation | None]:
    """How a line finds the organisation it is about: by identifier, then by SIRET or RNA and name."""
    everyone = list(Organisation.objects.filter(authority_id=authority_id).order_by("id"))
    by_id = {one.external_id: one for one in everyone}
    by_pivot = {(one.pivot, one.name.casefold()): one for one in everyone if one.pivot}

    def find(values: dict[str, object]) -> Organisation | None:
        wanted = str(values.get("external_id") or "")
        known = by_id.get(wanted or derived_id(values))
        if known or wanted:
            return known
        return by_pivot.get((str(values.get("pivot")), str(values["name"]).casefold()))

    return find


def _new(values: dict[str, object], *, authority_id: UUID, at: datetime, fictional: bool) -> Organisation:
    values["updated_on"] = values.get("updated_on") or day_of(at)
    return Organisation(
        id=new_id(at),
        authority_id=authority_id,
        fictional=fictional,
        created_at=at,
        search_text=search_text(values),
        **values,
    )


def _differs(known: Organisation, values: dict[str, object]) -> bool:
    """Whether the line says anything new. A blank day of update says nothing."""
    if values.get("updated_on") is None:
        values.pop("updated_on", None)
    return any(getattr(known, name) != value for name, value in values.items())


def _renewed(known: Organisation, values: dict[str, object], at: datetime) -> Organisation:
    for name, value in {"updated_on": day_of(at), **values}.items():
        setattr(known, name, value)
    known.search_text = search_text({name: getattr(known, name) for name in EVERY_FIELD})
    return known


def _twice(external_id: str, first: int) -> Problem:
    return Problem(
        "external_id",
        external_id,
        N_("Cette structure est déjà à la ligne {first} du fichier. Gardez une seule des deux lignes."),
        {"first": first},
    )


def _cell(line: Line, mapping: Mapping, problem: Problem) -> BadCell:
    column = mapping.columns.get(problem.field, EVERY_FIELD[problem.field].label)
    return BadCell(line.number, column, problem.value, problem.reason, problem.params)
