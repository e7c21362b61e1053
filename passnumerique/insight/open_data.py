"""Open data of the council, in the columns of the national schemas. Nothing personal."""

from collections.abc import Iterator
from urllib.parse import urljoin

from passnumerique.council.queries import ballot_of, deliberations
from passnumerique.council.rules import DELIBERATION_COLUMNS, MATTERS, faults_of_a_deliberation
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sheets import write_csv
from passnumerique.ground.words import N_, say


class NotOpenData(Refusal):
    sentence = N_(
        "La délibération {number} ne peut pas être publiée ainsi\u202f: {column}\u202f: {why} "
        "Corrigez, puis recommencez."
    )


def deliberations_csv(actor: Actor, *, addresses: str = "") -> bytes:
    """The adopted acts of the actor's authority as SCDL Délibérations 2.1.5: UTF-8, commas, no BOM, oldest first.

    `addresses` is where papers are published, if they are: the act's address follows it. Refuses, by number
    and column, a row that the schema or one of its custom checks would refuse: nothing half-good is published.
    """
    rows = list(_rows(actor, addresses))
    for row in rows:
        if faults := faults_of_a_deliberation(row):
            column, why = faults[0]
            raise NotOpenData(number=row["DELIB_ID"], column=column, why=say(why))
    lines = [[row[column] for column in DELIBERATION_COLUMNS] for row in rows]
    return write_csv(DELIBERATION_COLUMNS, lines, delimiter=",", bom=False)


def _rows(actor: Actor, addresses: str) -> Iterator[dict[str, str]]:
    authority = access_authorities(actor).get(id=actor.authority_id)
    for row in deliberations(actor).order_by("sat_on", "number"):
        if not ballot_of(row).adopted:
            continue
        counts = (row.members_in_office, row.voters, row.votes_for, row.votes_against, row.abstentions)
        texts = (
            authority.name,
            authority.siret,
            row.number,
            row.sat_on.isoformat(),
            row.matter,
            MATTERS.get(row.matter, ""),
            row.subject,
            "",
            "",
            row.prefect_reference if row.transmitted_on else "",
            row.transmitted_on.isoformat() if row.transmitted_on else "",
            *map(str, counts),
            urljoin(addresses, f"{row.number}.pdf") if addresses else "",
        )
        yield dict(zip(DELIBERATION_COLUMNS, texts, strict=True))
