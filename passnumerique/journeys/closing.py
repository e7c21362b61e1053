"""The end of a programme across floors: the closing after the audit, the contradictory statement, the credit note."""

from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.documents.accounts import Block, Ledgered, Signatory, ledgered
from passnumerique.ground.dates import day_of, long_day
from passnumerique.ground.money import euros, grouped
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.rendering import brand_of
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.settlement.operations.closing import close_programme, refuse_unbalanced
from passnumerique.settlement.queries.closing import (
    Unbalanced,
    checklist,
    four_counts,
    what_does_not_balance,
)
from passnumerique.settlement.queries.credit import refused_face_cents, unspent_face_cents
from passnumerique.settlement.queries.dues import dues
from passnumerique.settlement.rules.closing import Imbalance, last_use
from passnumerique.vouchers.rules import SPENT


def everything_unbalanced(programme_id: UUID, at: datetime) -> list[Unbalanced]:
    """What keeps the programme from being closed, the audit's differences among it."""
    differences = len(audit_programme(programme_id).differences)
    found = [Unbalanced(Imbalance.AUDIT, passes=differences)] if differences else []
    return [*what_does_not_balance(programme_id, day_of(at)), *found]


def close_after_audit(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Close the programme once the audit finds nothing and the books balance. For the manager; refuses as
    `close_programme` does, and when the audit finds a difference."""
    access_programme(by, programme_id)
    differences = len(audit_programme(programme_id).differences)
    refuse_unbalanced([Unbalanced(Imbalance.AUDIT, passes=differences)] if differences else [])
    close_programme(programme_id=programme_id, by=by, at=at)


def contradictory_statement(actor: Actor, programme_id: UUID, at: datetime) -> bytes:
    """The contradictory statement as a paper that both sides sign: what was issued, used, paid, and what is
    left, by the evening of the last day of use or of today before it. For who reads the accounts."""
    programme = access_programme(actor, programme_id)
    listed = checklist(actor, programme_id, day_of(at))
    held = held_on(programme_id, day_of(at))
    day = min(day_of(at), last_use(held.calendar, held.terms.tolerance_days))
    counts = four_counts(programme_id, day)
    face = held.terms.face_value_cents
    lines = (
        ("Pass émis", counts.issued),
        ("Pass remis à des personnes", counts.handed_out),
        ("Pass émis et jamais remis", counts.not_handed_out),
        ("Pass utilisés", counts.used),
        *([("Pass utilisés, puis refusés ou rendus", counts.given_back)] if counts.given_back else []),
        ("Pass ni utilisés, ni annulés", counts.unspent),
    )
    paper = Ledgered(
        brand=brand_of(actor, programme),
        title="État contradictoire",
        made_on=day,
        under=f"Fin de validité le {long_day(listed.validity_until)}",
        facts=(("Collectivité", brand_of(actor, programme).authority), ("Émetteur", programme.issuer)),
        headline=f"Carnets entamés et non terminés au {long_day(day)}\u202f: {grouped(counts.started_booklets)}.",
        blocks=(
            Block(
                f"Les pass au {long_day(day)}",
                ("Compte", "Pass", "Valeur faciale"),
                tuple((label, grouped(many), euros(many * face)) for label, many in lines),
                (1, 2),
                (4, 1, 2),
            ),
            _places(actor, programme_id),
        ),
        notes=(
            "Les deux parties reconnaissent ces chiffres, ou écrivent leurs réserves à côté de leur signature.",
            "Les utilisations jusqu’à la fin de la tolérance restent dues aux lieux jusqu’à la fin des demandes.",
            "L’avoir qui suit porte sur la seule valeur faciale des pass pour lesquels aucun lieu n’est payé.",
        ),
        signatories=(Signatory("Pour la collectivité"), Signatory("Pour l’émetteur", programme.issuer)),
    )
    return ledgered(paper)


def _places(actor: Actor, programme_id: UUID) -> Block:
    """What stands at each place now: used, paid, refused, still owed."""
    rows = dues(actor, programme_id)
    return Block(
        "Les lieux",
        ("Lieu", "Pass utilisés", "Payé", "Contesté", "Refusé", "Reste dû"),
        tuple(
            (
                one.place,
                grouped(sum(many for state, many in one.passes.items() if state in SPENT)),
                euros(one.paid_cents),
                euros(one.contested_cents),
                euros(one.refused_cents),
                euros(one.due_cents - one.contested_cents),
            )
            for one in rows
        ),
        (1, 2, 3, 4, 5),
        (3, 1, 1, 1, 1, 1),
    )


def credit_note(actor: Actor, programme_id: UUID, at: datetime) -> bytes:
    """The credit note asked of the issuer, at face value only, for the passes that were never used or whose
    payment was refused for good. For who
    reads the accounts."""
    programme = access_programme(actor, programme_id)
    listed = checklist(actor, programme_id, day_of(at))
    unspent, refused = unspent_face_cents(programme_id), refused_face_cents(programme_id)
    face = held_on(programme_id, day_of(at)).terms.face_value_cents
    cents = unspent + refused
    parts = [("Pass émis et non utilisés", unspent)]
    parts += [("Pass utilisés, remboursement refusé définitivement", refused)] if refused else []
    lines = tuple((nature, grouped(part // face), euros(face), euros(part)) for nature, part in parts)
    paper = Ledgered(
        brand=brand_of(actor, programme),
        title="Avoir sur pass non utilisés",
        made_on=min(day_of(at), max(listed.validity_until, listed.closing)),
        under=f"Pass échus après le {long_day(listed.validity_until)}",
        facts=(("Émetteur", programme.issuer), ("Bénéficiaire", brand_of(actor, programme).authority)),
        headline=f"Montant de l’avoir\u202f: {euros(cents)}, à la valeur faciale. Aucun frais ne s’y ajoute.",
        blocks=(Block("Détail", ("Nature", "Nombre", "Valeur faciale", "Montant"), lines, (1, 2, 3), (4, 1, 1, 1)),),
        signatories=(Signatory("Pour l’émetteur", programme.issuer), Signatory("Pour la collectivité")),
    )
    return ledgered(paper)
