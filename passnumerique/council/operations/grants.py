"""Grants that the authority's programmes were given, as their conventions say: for the open-data list."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.council.models import Grant
from passnumerique.council.queries.grants import grant_row
from passnumerique.council.rules import Nature, faults_of_a_grant
from passnumerique.council.rules.scdl.grants import GrantNotGood
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.words import say


@dataclass(frozen=True)
class GrantGiven:
    """One grant as its convention says it, in cents; `terms` is « unique », « échelonné » or a few words, `paid`
    a day or two joined by a slash."""

    giver: str
    giver_siret: str
    agreed_on: date
    beneficiary: str
    purpose: str
    amount_cents: int
    terms: str
    paid: str
    nature: Nature = Nature.MONEY
    reference: str = ""
    beneficiary_siret: str = ""
    beneficiary_rna: str = ""
    business_aid: str = ""
    notified: bool = False
    scheme: str = ""


def record_grant(*, programme_id: UUID, share: UUID, grant: GrantGiven, by: Actor, at: datetime) -> UUID:
    """Write what a convention says of one share of a programme's envelope, and return the id; said again, it
    replaces what was said. For the secretary and the manager.

    Refuses a row that the list of grants could not hold, by column: nothing half-good is kept.
    """
    require(by, Permission.MANAGE_COUNCIL)
    if faults := faults_of_a_grant(grant_row(grant)):
        column, why = faults[0]
        raise GrantNotGood(column=column, why=say(why))
    told = {**asdict(grant), "authority_id": by.authority_id, "recorded_at": at}
    row, _made = Grant.objects.update_or_create(
        programme_id=programme_id,
        share=share,
        defaults=told,
        create_defaults={"id": new_id(at), **told},
    )
    return row.id
