"""Sample papers, and how to read a PDF back: for the tests of the documents floor."""

import re
from datetime import date

import pypdfium2
import zxingcpp

from passnumerique.documents.papers import (
    AttendanceSheet,
    BookedSeat,
    BookletRange,
    Brand,
    CalendarDay,
    Card,
    CardSheet,
    ClaimLine,
    ClaimStatement,
    Control,
    DeliveryNote,
    Figure,
    HandoverLetter,
    NearPlace,
    NextSession,
    OnScreen,
    Participant,
    Party,
    PaymentRecord,
    Presence,
    ProgrammeState,
    Remittance,
    SheetClosed,
    Signature,
    StateCount,
)
from passnumerique.ground.codes import derive_code

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0h4v3H0z" fill="#1f3a5f"/></svg>'
DAY = date(2022, 12, 13)
BRAND = Brand("Pass numérique du Pays de Verdun", "PETR du Pays de Verdun", "#1f3a5f", SVG)
TRAP = '#panic("no") $x^2$ *b* _i_ `c` "q" \\ \\u{41} [z] {w} @ref <label> // note /* c */ ~ = -- « l’été »'
PLACE = Party("Médiathèque de Bras (fictif)", "4 place de la Mairie\n55100 Bras-sur-Meuse", "98765432100017")


def code(number: int) -> str:
    return derive_code(b"a key of the tests", b"a nonce", number)


def cards(count: int) -> tuple[Card, ...]:
    return tuple(
        Card(number, (number + 4) // 5, code(number), f"HTTPS://PASS.PETR-VERDUN.FR/P/{code(number)}")
        for number in range(1, count + 1)
    )


def sheet(count: int) -> CardSheet:
    return CardSheet(
        BRAND,
        DAY,
        "Ce pass paie un atelier de 2 heures au plus.",
        "Valable jusqu’au 31 décembre 2022",
        "pass.petr-verdun.fr",
        cards(count),
    )


MAIL = NextSession(date(2022, 12, 15), "de 14 h à 16 h", "Ma boîte e-mail")
LETTER = HandoverLetter(
    BRAND,
    DAY,
    "CCAS de Verdun (fictif)",
    "14 rue des Minimes\n55100 Verdun",
    "Avec un pass, vous suivez un atelier de 2 heures.",
    "Valable jusqu’au 31 décembre 2022",
    "pass.petr-verdun.fr",
    cards(5),
    "Allez à l’accueil du CCAS. Le pass perdu est bloqué.",
    (NearPlace(PLACE.name, PLACE.address, (MAIL,), "03 00 00 00 01", "à 4 km"),),
    (BookedSeat(MAIL, PLACE.name, PLACE.address, "03 00 00 00 01", "Salle 2"),),
    "Madame Exemple",
    "Téléphonez au 03 00 00 00 00.",
    "Vous pouvez demander à effacer ce qui est écrit sur vous.",
)
NOTE = DeliveryNote(
    BRAND,
    date(2022, 3, 1),
    Remittance.DELIVERY,
    "2022-0014",
    Party("PETR du Pays de Verdun", represented_by="Camille Modèle (fictif)"),
    PLACE,
    (BookletRange(12, 19, 111, 190, 80), BookletRange(31, 31, 301, 310, 10)),
    1000,
    "Pass valables jusqu’au 31 décembre 2022",
    "Deux permanences.",
    Signature("Camille Modèle (fictif)", date(2022, 3, 1)),
)
STROKES = ((100, 700, 250, 200, 400, 800, 520, 300), (600, 500, 900, 450))
ATTENDANCE = AttendanceSheet(
    BRAND,
    DAY,
    "Ma boîte e-mail",
    "Compétences de base",
    "Communiquer en ligne",
    date(2022, 12, 15),
    "14 h – 16 h",
    PLACE,
    "Sacha Médiation (fictif)",
    (
        Participant("Personne A (fictif)", 117),
        Participant("", 118, (118,), Presence.PRESENT, OnScreen("14 h 05", STROKES)),
        Participant("B. (fictif)", presence=Presence.PRESENT, signed=OnScreen("14 h 06", words="Bérénice B.")),
    ),
    blank_lines=4,
    reference="221215-7F3A9C",
    plan="1.2, séance 3",
    room="Salle 2",
)
STROKES_OF_TRAINER = ((0, 0, 1000, 1000), (500, 500))
CLOSED = SheetClosed("Sacha Médiation (fictif)", 2, 1, OnScreen("16 h 05", STROKES_OF_TRAINER), "Salle froide.")
CLAIM = ClaimStatement(
    BRAND,
    DAY,
    "2022-11-004",
    date(2022, 11, 1),
    PLACE,
    (
        ClaimLine(date(2022, 11, 3), "Ma boîte e-mail", "Communiquer", "3F7K", 1000, 40, Control.APPROVED),
        ClaimLine(date(2022, 11, 4), "Ma boîte e-mail", "", "9XQM", 1000, 40, Control.DISPUTED, "pas de signature"),
    ),
    "Sacha Médiation (fictif)",
    "Dominique Contrôle (fictif)",
    date(2022, 12, 9),
    PaymentRecord("MANDAT-881", date(2022, 12, 20), 960),
)
STATE = ProgrammeState(
    BRAND,
    DAY,
    DAY,
    "Un tiers des pass a servi en 15 mois.",
    (Figure("Pass reçus", "1 800", "valeur 18 000 €"), Figure("Pass utilisés", "648")),
    (
        StateCount("En stock", 780),
        StateCount("Remis", 372),
        StateCount("Utilisés", 648),
        StateCount("Bloqués", 0),
    ),
    (CalendarDay("Clôture", date(2022, 12, 31), "Délibération de 2021"), CalendarDay("Fin", DAY)),
    (Figure("Enveloppe", "18 000,00 €"),),
    ("La valeur faciale est une hypothèse.",),
)


def text_of(pdf: bytes) -> str:
    """All words of all pages, every kind of blank read as one plain space."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"[\s\ufffe\u00a0\u202f]+", " ", " ".join(pages))


def page_count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def qr_of(pdf: bytes, page: int, dpi: int = 150) -> set[str]:
    """The texts of all QR codes on one page, as a printer at that resolution would draw it."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return {found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)}


def long_name(length: int) -> str:
    """A name of that many letters, as long ones are, invented and said so."""
    words = "Maison de services au public et médiathèque intercommunale de la Woëvre et des Côtes-de-Meuse "
    return (words * 4)[: length - 9].rstrip().ljust(length - 9, "x") + " (fictif)"


def assert_inside(pdf: bytes, margin_mm: float) -> None:
    """Refuse a page with a letter outside its margins, and two letters drawn one over the other."""
    margin = margin_mm * 72 / 25.4 - 0.5
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, _height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()]
            assert min(box[0] for box in boxes) >= margin
            assert max(box[2] for box in boxes) <= width - margin
            assert_apart(boxes)


def assert_apart(boxes: list[tuple[float, float, float, float]]) -> None:
    """Refuse letters of which the middle of one lies inside another."""
    cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    for box in boxes:
        left, bottom, right, top = box
        x, y = (left + right) / 2, (bottom + top) / 2
        for other in cells.get((int(x // 20), int(y // 20)), ()):
            inside = other[0] < x < other[2] and other[1] < y < other[3]
            assert not inside, f"letters overlap at {x:.0f}, {y:.0f}"
        cells.setdefault((int(x // 20), int(y // 20)), []).append(box)
