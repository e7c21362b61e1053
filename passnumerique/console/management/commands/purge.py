"""`passnum purge`: personal data of the public goes when its time is over."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from passnumerique.beneficiaries.operations import encipher_again
from passnumerique.beneficiaries.queries import Due
from passnumerique.beneficiaries.rules import Gone
from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.directory.operations.banking import encipher_accounts_again
from passnumerique.directory.rules import Actor, system_actor
from passnumerique.journeys.erasure import purge_programme
from passnumerique.programmes.queries import every_programme, instant_of
from passnumerique.programmes.rules import NoCalendar
from passnumerique.settlement.operations.rekeying import encipher_payments_again


class Command(BaseCommand):
    """For a timer: every night is enough."""

    help = "Efface les contacts arrivés à leur terme et, à la clôture, tout ce qui reconnaît une personne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier (tous par défaut)")
        parser.add_argument("--dry-run", action="store_true", help="compte sans rien effacer")
        parser.add_argument("--rekey", action="store_true", help="chiffre de nouveau avec la première clé")

    @refusals_are_errors
    def handle(self, *, programme: str | None, dry_run: bool, rekey: bool, **_: Any) -> None:
        for one in [programme_meant(programme)] if programme else list(every_programme()):
            by, at = system_actor(one.authority_id), instant_of(one, timezone.now())
            self.stdout.write(f"{one.slug} : {_purged(one, by, at, dry_run=dry_run)}")
            if rekey and not dry_run:
                self.stdout.write(f"{one.slug} : {_rekeyed(one, by)} sous la clé")


def _purged(one: Any, by: Actor, at: datetime, *, dry_run: bool) -> str:
    try:
        return in_words(purge_programme(programme_id=one.id, by=by, at=at, dry_run=dry_run), dry_run=dry_run)
    except NoCalendar:
        return "pas encore de calendrier, rien à effacer"


def _rekeyed(one: Any, by: Actor) -> str:
    """Everything that is enciphered: contacts, bank accounts, what runs froze and the bank's files."""
    contacts = encipher_again(programme_id=one.id, by=by)
    accounts = encipher_accounts_again(by=by)
    payments = encipher_payments_again(programme_id=one.id, by=by)
    return (
        f"{contacts} contact(s), {accounts} compte(s) bancaire(s), {payments.transfers} virement(s) et lot(s), "
        f"{payments.files} relevé(s)"
    )


def in_words(due: Due, *, dry_run: bool) -> str:
    """What went or would go, in one line."""
    told = "à effacer" if dry_run else "effacé(s)"
    why = "clôture" if due.because is Gone.CLOSED else "terme atteint"
    return f"{due.contacts} contact(s) et {due.keys} clé(s) {told} ({why})"
