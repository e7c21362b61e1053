"""The list of creditors on paper and in a workbook: what each place is owed, and since when."""

from decimal import Decimal
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.documents.accounts import Block, Ledgered, Signatory, ledgered
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros, grouped
from passnumerique.ground.sheets import write_xlsx
from passnumerique.journeys.rendering import brand_of
from passnumerique.programmes.queries import access_paper, access_programme
from passnumerique.settlement.queries import Creditor, issuer_default, list_of_creditors

_HEADS = ("Lieu", "Pass non payés", "Dû au lieu", "Dont gelé", "Depuis le")


def creditors_paper(actor: Actor, programme_id: UUID) -> bytes:
    """The list of creditors as a paper. For who reads the accounts."""
    programme, found = access_programme(actor, programme_id), list_of_creditors(actor, programme_id)
    known = issuer_default(programme_id)
    facts = [("Émetteur", programme.issuer)]
    days = [one.since for one in found if one.since]
    made_on = known.declared_on if known else max(days, default=programme.created_at.date())
    if known:
        reference = access_paper(programme_id, known.document_id).reference
        facts += [
            ("Déclaré défaillant le", long_day(known.declared_on)),
            ("Motif", known.cause),
            ("Pièce", reference),
            ("Dû aux lieux ce jour-là", f"{euros(known.due_cents)} pour {grouped(known.passes)} pass"),
            ("Argent alors chez l’émetteur", euros(known.lent_cents)),
        ]
    total = ("Total", grouped(sum(one.passes for one in found)), *map(euros, _sums(found)), "")
    paper = Ledgered(
        brand=brand_of(actor, programme),
        title="Liste des créanciers",
        made_on=made_on,
        under="Ce que le dispositif doit à chaque lieu, en valeur faciale",
        facts=tuple(facts),
        blocks=(
            Block(
                "Créances des lieux",
                _HEADS,
                tuple(
                    (
                        one.place,
                        grouped(one.passes),
                        euros(one.owed_cents),
                        euros(one.frozen_cents),
                        long_day(one.since) if one.since else "–",
                    )
                    for one in found
                ),
                (1, 2, 3),
                (3, 1, 2, 2, 2),
                totals=(total,) if found else (),
            ),
        ),
        notes=tuple(told_to_places()),
        signatories=(Signatory("Pour la collectivité"), Signatory("Pour l’émetteur ou son liquidateur")),
    )
    return ledgered(paper)


def told_to_places() -> list[str]:
    """What the places are told when the issuer fails."""
    return [
        "Vos pass déjà utilisés restent dus\u202f: cette liste en tient le compte, lieu par lieu.",
        "Ne renvoyez pas vos demandes à l’émetteur\u202f: il ne paie plus. La collectivité vous paie.",
        "Gardez vos feuilles d’émargement. Vous pouvez déclarer votre créance au liquidateur avec cette liste.",
        "Les pass encore entre les mains des personnes restent valables jusqu’à leur échéance.",
    ]


def creditors_sheet(actor: Actor, programme_id: UUID) -> bytes:
    """The same list as a workbook. For who reads the accounts."""
    rows = [
        (one.place, one.passes, Decimal(one.owed_cents) / 100, Decimal(one.frozen_cents) / 100, one.since)
        for one in list_of_creditors(actor, programme_id)
    ]
    return write_xlsx(_HEADS, rows, title="Créanciers")


def _sums(found: list[Creditor]) -> tuple[int, int]:
    return sum(one.owed_cents for one in found), sum(one.frozen_cents for one in found)
