"""An amendment as its paper, from the programme's data alone: parties, document, deliberation, dates, signatures."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from passnumerique.council.queries import access_deliberation, delegates
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor
from passnumerique.documents.amendments import AmendmentPaper, DateMoved, amendment_paper
from passnumerique.documents.papers import Brand, Party
from passnumerique.ground.dates import day_of, end_of, long_day
from passnumerique.ground.refusals import NotFound
from passnumerique.ledger.queries import authorised_before
from passnumerique.programmes.queries import access_amendment, access_programme, item_followed, title_of_amendment
from passnumerique.programmes.rules import MILESTONE_WORDS, AmendmentState, Calendar, DocumentKind


def amendment_on_paper(actor: Actor, programme_id: UUID, amendment_id: UUID, at: datetime) -> bytes:
    """The PDF of an amendment drafted here, for whoever reads acts. Refuses (NotFound) one of another programme, one
    dropped, and one recorded from its own paper."""
    row = access_amendment(actor, programme_id, amendment_id)
    if row.after is None or row.dropped_at is not None:
        raise NotFound
    return amendment_paper(_facts_of(row, actor, day_of(at)))


def _facts_of(row: Any, actor: Actor, today: date) -> AmendmentPaper:
    programme = access_programme(actor, row.programme_id)
    authority = access_authorities(actor).get(id=programme.authority_id)
    signed_on = row.document.signed_on if row.document else None
    day = signed_on or today
    decided, subject = _decided(row, actor)
    return AmendmentPaper(
        brand=Brand(programme.name, authority.name, authority.colour, bytes(authority.logo) or None),
        made_on=signed_on or day_of(row.drafted_at),
        title=title_of_amendment(row),
        reference=row.reference,
        base=_base(row.base),
        authority=Party(authority.name, authority.address, authority.siret, _president(actor, day)),
        counterpart=Party(row.base.counterpart or _other(row.kind, programme)),
        moved=_moved(row),
        decided=decided,
        subject=subject,
        authorised_cents=authorised_before(row.programme_id, end_of(day)),
        signed_on=signed_on,
        signatories=next((step.signatories for step in row.steps.all() if step.state == AmendmentState.SIGNED), ""),
        in_force_on=row.document.in_force_on if row.document else None,
    )


def _base(base: Any) -> str:
    what = "la convention de mandat" if base.kind == DocumentKind.MANDATE else "la convention"
    return f"{what} {base.reference}" + (f" du {long_day(base.signed_on)}" if base.signed_on else "")


def _other(kind: str, programme: Any) -> str:
    """Who signs where the base document does not say: the funder, or the issuer."""
    mandate = kind == DocumentKind.MANDATE_AMENDMENT
    return (programme.issuer or "Le mandataire") if mandate else (programme.funder or "Le financeur")


def _president(actor: Actor, day: date) -> str:
    """Who presides the authority on a day, as its council says; empty where nobody is recorded so."""
    row = delegates(actor, day=day).filter(office__startswith="Présid").first()
    return f"{row.name}, {row.office}" if row else ""


def _decided(row: Any, actor: Actor) -> tuple[str, str]:
    """The deliberation that the amendment cites, in words; or else the matter that it waits for."""
    voted = access_deliberation(actor, row.deliberation_id) if row.deliberation_id else None
    if voted is None and row.item is not None:
        try:
            item = item_followed(actor, row.item)
        except NotFound:  # taken off its agenda
            return "", ""
        voted = getattr(item, "deliberation", None)
        if voted is None:
            return "", item.title
    return (f"la délibération {voted.number} du {long_day(voted.sat_on)}", voted.subject) if voted else ("", "")


def _moved(row: Any) -> tuple[DateMoved, ...]:
    before, after = Calendar.from_json(row.before), Calendar.from_json(row.after)
    pairs = zip(before.items(), after.items(), strict=True)
    return tuple(DateMoved(_capital(MILESTONE_WORDS[one]), day, later) for (one, day), (_one, later) in pairs)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
