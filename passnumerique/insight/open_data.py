"""Open data of the council, in the columns of the national schemas. Nothing personal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from passnumerique.council.queries import (
    deliberations,
    grant_row,
    grants,
    is_adopted,
    public_grants,
    published_acts,
)
from passnumerique.council.rules import (
    DELIBERATION_COLUMNS,
    GRANT_COLUMNS,
    MATTERS,
    faults_of_a_deliberation,
    faults_of_a_grant,
)
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sheets import write_csv
from passnumerique.ground.words import N_, say

Addresses = Callable[[str], str]
"""Where the paper of an act is published, by its number."""


class NotOpenData(Refusal):
    sentence = N_(
        "La ligne {number} ne peut pas être publiée ainsi\u202f: {column}\u202f: {why} Corrigez, puis recommencez."
    )


def deliberations_csv(actor: Actor, *, addresses: Addresses | None = None) -> bytes:
    """The adopted acts of the actor's authority as SCDL Délibérations 2.1.5: UTF-8, commas, no BOM, oldest first.

    `addresses` says where papers are published, if they are. Refuses, by number and column, a row that the schema
    or one of its custom checks would refuse: nothing half-good is published.
    """
    authority = access_authorities(actor).get(id=actor.authority_id)
    return _acts(authority, deliberations(actor).order_by("sat_on", "number"), addresses)


def published_deliberations_csv(authority: Any, day: date, *, addresses: Addresses) -> bytes:
    """The same for anybody: only the acts published by that day. Refuses what `deliberations_csv` does."""
    return _acts(authority, published_acts(authority.id, day), addresses)


def grants_csv(actor: Actor) -> bytes:
    """The grants told of the programmes of the actor's authority as SCDL Subventions 2.1.1. Refuses, by giver and
    column, a row that the schema or one of its custom checks would refuse."""
    return _grants(grants(actor))


def public_grants_csv(authority: Any) -> bytes:
    """The same for anybody."""
    return _grants(public_grants(authority.id))


def _acts(authority: Any, rows: Iterable[Any], addresses: Addresses | None) -> bytes:
    told = [_act(authority, row, addresses) for row in rows if is_adopted(row)]
    return _csv(DELIBERATION_COLUMNS, told, "DELIB_ID", faults_of_a_deliberation)


def _grants(rows: Iterable[Any]) -> bytes:
    return _csv(GRANT_COLUMNS, [grant_row(row) for row in rows], "nomAttribuant", faults_of_a_grant)


def _csv(
    columns: tuple[str, ...],
    rows: list[dict[str, str]],
    name: str,
    faults_of: Callable[[Mapping[str, str]], list[tuple[str, str]]],
) -> bytes:
    for row in rows:
        if faults := faults_of(row):
            column, why = faults[0]
            raise NotOpenData(number=row[name], column=column, why=say(why))
    lines = [[row[column] for column in columns] for row in rows]
    return write_csv(columns, lines, delimiter=",", bom=False)


def _act(authority: Any, row: Any, addresses: Addresses | None) -> dict[str, str]:
    texts = (
        authority.name,
        authority.siret,
        row.number,
        row.sat_on.isoformat(),
        row.matter,
        MATTERS.get(row.matter, ""),
        row.subject,
        row.budget_year,
        row.budget_name,
        row.prefect_reference if row.transmitted_on else "",
        row.transmitted_on.isoformat() if row.transmitted_on else "",
        *_counts(row),
        row.url or (addresses(row.number) if addresses and not row.imported else ""),
    )
    return dict(zip(DELIBERATION_COLUMNS, texts, strict=True))


def _counts(row: Any) -> Iterator[str]:
    """The votes, all or none: an act imported from a list may have none."""
    for count in (row.members_in_office, row.voters, row.votes_for, row.votes_against, row.abstentions):
        yield "" if count is None else str(count)
