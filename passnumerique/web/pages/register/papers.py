"""The facts of the register's papers, read for whoever may print them. Papers are French."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.queries import contacts_known
from passnumerique.directory.queries import access_authorities, organisations_by_id
from passnumerique.documents import papers, printing
from passnumerique.ground.dates import day_of, long_day
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.money import NNBSP, euros
from passnumerique.journeys.claim_papers import party_of
from passnumerique.programmes.queries import held_on
from passnumerique.programmes.rules import LostPolicy, Purchase, Terms
from passnumerique.vouchers.queries.listing import access_handover, access_note
from passnumerique.vouchers.queries.printing import PrintedCode, codes_of_handover, codes_of_lot
from passnumerique.vouchers.queries.reading import Range, Seen, vouchers_in
from passnumerique.vouchers.rules import Act, last_day_of_use
from passnumerique.web.desk import Desk
from passnumerique.web.pages.register.going import booked_seats, near_places
from passnumerique.web.pages.register.nearest import needs_of
from passnumerique.web.templatetags.house import phone

_KINDS = {
    Act.ALLOCATE: papers.Remittance.DELIVERY,
    Act.RETURN: papers.Remittance.RETURN,
    Act.TRANSFER: papers.Remittance.TRANSFER,
}
PRIVACY = (
    "Pour les statistiques, nous notons votre tranche d’âge, votre commune et votre situation. "
    "Nous ne notons pas votre nom."
)
KEPT_CONTACT = (
    f"Vous avez demandé des messages{NNBSP}: votre contact est effacé un an après son dernier usage. "
    "Vous pouvez le faire effacer avant."
)


def card_sheet_of(desk: Desk, lot_id: UUID, booklets: Sequence[Range]) -> bytes:
    """The cards of these booklets of a lot issued here. For whoever may print codes."""
    codes = codes_of_lot(desk.actor, desk.programme_id, lot_id, booklets)
    held = held_on(desk.programme_id, desk.today)
    sheet = papers.CardSheet(
        brand=brand_of(desk),
        made_on=desk.today,
        buys=buys_words(held.terms, "Ce pass paie"),
        valid=f"Valable jusqu’au {long_day(held.calendar.validity_until)}",
        site=site(),
        cards=_cards(codes),
    )
    return printing.card_sheet(sheet)


def letter_of(desk: Desk, handover_id: UUID, *, large_print: bool) -> bytes:
    """The letter of one hand-over. For the structure that made it."""
    handover = access_handover(desk.actor, desk.programme_id, handover_id)
    recipient = handover.recipient
    codes = codes_of_handover(desk.actor, desk.programme_id, handover_id)
    held = held_on(desk.programme_id, desk.today)
    giver = party(handover.structure_id, desk)
    number = phone(_phone_of(handover.structure_id))
    letter = papers.HandoverLetter(
        brand=brand_of(desk),
        made_on=day_of(handover.at),
        structure=giver.name,
        structure_address=giver.address,
        buys=buys_words(held.terms, "Avec un pass, vous payez"),
        valid=f"Valable jusqu’au {long_day(held.calendar.validity_until)}",
        site=site(),
        cards=_cards(codes),
        if_lost=_if_lost(held.terms, giver.name, long_day(last_day_of_use(held.calendar, held.terms.tolerance_days))),
        help_line=f"Téléphonez à {giver.name}{NNBSP}: {number}."
        if number
        else f"Allez à l’accueil{NNBSP}: {giver.name}.",
        places=near_places(desk, recipient.commune, handover.structure_id, needs_of(recipient)),
        seats=booked_seats(desk, [one.number for one in codes]),
        privacy=_privacy(desk, recipient.id),
    )
    return printing.handover_letter(letter, large_print=large_print)


def delivery_note_of(desk: Desk, number: int) -> bytes:
    """One delivery note within the reader's sight, with a place for each side to sign in ink: on screen,
    one person wrote both names."""
    note = access_note(desk.actor, desk.programme_id, number)
    moved = vouchers_in(desk.programme_id, [(first, last) for first, last in note.ranges])
    day = day_of(note.at)
    validity = held_on(desk.programme_id, day).calendar.validity_until
    paper = papers.DeliveryNote(
        brand=brand_of(desk),
        made_on=day,
        kind=_KINDS[Act(note.act)],
        number=str(note.number),
        giver=party(note.giver_id, desk, note.signed_by_giver),
        receiver=party(note.receiver_id, desk, note.signed_by_receiver),
        ranges=tuple(booklet_ranges(moved, note.ranges)),
        face_value_cents=moved[0].face_value_cents,
        valid=f"Pass valables jusqu’au {long_day(validity)}",
    )
    return printing.delivery_note(paper)


def booklet_ranges(moved: Sequence[Seen], ranges: Sequence[Sequence[int]]) -> list[papers.BookletRange]:
    """Ranges of passes with the booklets that they belong to."""
    booklet_of = {seen.number: seen.booklet for seen in moved}
    return [
        papers.BookletRange(booklet_of[first], booklet_of[last], first, last, last - first + 1)
        for first, last in ranges
    ]


def brand_of(desk: Desk) -> papers.Brand:
    """The programme and authority of a desk as papers show them."""
    authority = access_authorities(desk.actor).get(id=desk.authority_id)
    return papers.Brand(desk.programme, authority.name, authority.colour, bytes(authority.logo) or None)


def party(owner_id: UUID, desk: Desk, represented_by: str = "") -> papers.Party:
    """An organisation, or the authority under NOBODY, as it signs."""
    if owner_id == NOBODY:
        authority = access_authorities(desk.actor).get(id=desk.authority_id)
        return papers.Party(authority.name, authority.address, authority.siret, represented_by)
    return replace(party_of(owner_id), represented_by=represented_by)


def qr_address(code: str) -> str:
    """What the QR of a pass holds: upper case, so that the symbol stays small."""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/P/{code}".upper()


def site() -> str:
    """The address to type by hand."""
    return urlsplit(settings.PUBLIC_ADDRESS).netloc


def _privacy(desk: Desk, recipient_id: UUID) -> str:
    known = contacts_known(desk.programme_id, [recipient_id]).get(recipient_id, [])
    return f"{PRIVACY} {KEPT_CONTACT}" if any(one.gone_at is None for one in known) else PRIVACY


def _cards(codes: Sequence[PrintedCode]) -> tuple[papers.Card, ...]:
    return tuple(papers.Card(one.number, one.booklet, one.code, qr_address(one.code)) for one in codes)


def buys_words(terms: Terms, verb: str) -> str:
    """What a pass pays for, as a sentence that begins so."""
    length = _length(terms.minutes_per_pass)
    paid = {
        Purchase.WORKSHOP: f"{verb} un atelier de {length} au plus.",
        Purchase.HOUR: f"{verb} {length} d’atelier.",
        Purchase.MODULE_PRICE: f"{verb} tout ou partie d’un atelier. Le prix de chaque atelier est dit en pass.",
    }[terms.purchase]
    extra = f" Le lieu peut demander {euros(terms.extra_charge_cents)} de plus." if terms.extra_charge_cents else ""
    return paid + extra


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minutes"
    words = "1 heure" if hours == 1 else f"{hours} heures"
    return f"{words} {rest}" if rest else words


def _if_lost(terms: Terms, structure: str, until: str) -> str:
    told = f"Prévenez tout de suite {structure}. Le pass perdu est bloqué{NNBSP}: personne ne peut l’utiliser."
    if terms.lost_policy is LostPolicy.SEARCH_UNTIL_EXPIRY:
        return f"{told} Il peut être remplacé après le {until}."
    return f"{told} Vous recevez un autre pass."


def _phone_of(structure_id: UUID) -> str:
    return str(organisations_by_id([structure_id])[structure_id].phone)
