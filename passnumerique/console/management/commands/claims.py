"""`passnum claims`: the claims of every place prepared by the month; the sample of a claim drawn again."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.directory.rules import system_actor
from passnumerique.programmes.queries import instant_of
from passnumerique.settlement.operations import prepare_claims
from passnumerique.settlement.queries import claims
from passnumerique.settlement.queries.controlling import drawn_in, sample_of


class Command(BaseCommand):
    """`prepare --month 2022-11` prepares every place; `sample --claim 12` lists the passes that were drawn."""

    help = "Les demandes de remboursement : préparer un mois, refaire le tirage d’un contrôle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        prepare = verbs.add_parser("prepare", help="prépare les demandes de tous les lieux")
        prepare.add_argument("--month", type=a_month, required=True, help="le dernier mois compris, comme 2022-11")
        sample = verbs.add_parser("sample", help="les pass tirés d’une demande, dans l’ordre du tirage")
        sample.add_argument("--claim", type=int, required=True, help="le numéro de la demande")
        sample.add_argument("--seed", help="une autre graine que celle qui est écrite, pour comparer")
        for verb in (prepare, sample):
            verb.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, verb: str, programme: str | None, **given: Any) -> None:
        meant = programme_meant(programme)
        if verb == "prepare":
            self._prepare(meant, given["month"])
        else:
            self._sample(meant, given["claim"], given["seed"])

    def _prepare(self, programme: Any, month: date) -> None:
        run = prepare_claims(
            programme_id=programme.id,
            month=month,
            by=system_actor(programme.authority_id),
            at=instant_of(programme, timezone.now()),
            tell=self._tell,
        )
        self.stdout.write(f"{run.passes} pass proposés à leurs lieux pour {month:%m/%Y}.")

    def _tell(self, run: Any) -> None:
        self.stderr.write(f"{run.places_done} lieux sur {run.places}, {run.passes} pass")

    def _sample(self, programme: Any, number: int, seed: str | None) -> None:
        actor = system_actor(programme.authority_id)
        claim = claims(actor, programme.id).filter(number=number).first()
        sample = sample_of(claim) if claim else None
        if claim is None or sample is None:
            raise CommandError(f"La demande n° {number} n’a pas de tirage. Vérifiez son numéro.")
        kept = seed or sample.seed
        self.stdout.write(f"Demande n° {number}, graine {kept}, {sample.size} pass sur {claim.passes} :")
        for drawn in drawn_in(claim, sample, kept):
            self.stdout.write(f"{drawn}")


def a_month(text: str) -> date:
    """The first day of a month written `2022-11`."""
    return date.fromisoformat(f"{text}-01")
