"""What runs froze and what the bank sent, put under the first key of the installation."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.directory.rules.refusals import AccountsNotKept
from passnumerique.ground.rekeying import rekey
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import BankFile, PaymentRun, RunLine


@dataclass(frozen=True)
class Rekeyed:
    """How many rows are under the first key: transfers with the accounts that pay them, files of the bank."""

    transfers: int
    files: int


def encipher_payments_again(*, programme_id: UUID, by: Actor) -> Rekeyed:
    """Put the payees and debtors that runs froze, and the files of the bank, under the first key.

    For the system, beside `beneficiaries.encipher_again`. What no key reads is left as it is. Can be run
    again. Refuses an installation without keys.
    """
    require(by, Permission.ERASE_PEOPLE)
    access_programme(by, programme_id)
    keys = settings.CONTACT_KEYS
    if not keys:
        raise AccountsNotKept
    lines, runs, files = (one.objects.filter(programme_id=programme_id) for one in (RunLine, PaymentRun, BankFile))
    transfers = rekey(keys, lines, ("sealed",)) + rekey(keys, runs, ("debtor_sealed",))
    # One file at a time: it may be large.
    return Rekeyed(transfers, rekey(keys, files, ("sealed",), slab=1))
