"""Every paper, read back from its PDF: text, QR codes, tags, archive metadata, and the same bytes twice."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from passnumerique.documents import printing
from passnumerique.documents.papers import (
    BookedSeat,
    Brand,
    Control,
    NearPlace,
    OnScreen,
    Participant,
    Party,
    Presence,
    Remittance,
    StateCount,
)
from passnumerique.documents.press import UnreadableLogo, printable
from passnumerique.ground.codes import grouped_code
from tests.papers import (
    ATTENDANCE,
    BRAND,
    CLAIM,
    CLOSED,
    LETTER,
    MAIL,
    NOTE,
    STATE,
    SVG,
    TRAP,
    assert_inside,
    cards,
    long_name,
    page_count,
    qr_of,
    sheet,
    text_of,
)

PAPERS: dict[str, Callable[[], bytes]] = {
    "cards": lambda: printing.card_sheet(sheet(11)),
    "letter": lambda: printing.handover_letter(LETTER),
    "large letter": lambda: printing.handover_letter(LETTER, large_print=True),
    "delivery": lambda: printing.delivery_note(NOTE),
    "return": lambda: printing.delivery_note(replace(NOTE, kind=Remittance.RETURN)),
    "transfer": lambda: printing.delivery_note(replace(NOTE, kind=Remittance.TRANSFER)),
    "attendance": lambda: printing.attendance_sheet(ATTENDANCE),
    "closed attendance": lambda: printing.attendance_sheet(replace(ATTENDANCE, closed=CLOSED)),
    "claim": lambda: printing.claim_statement(CLAIM),
    "state": lambda: printing.programme_state(STATE),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_paper_is_tagged_archivable_and_the_same_twice(paper: str) -> None:
    pdf = PAPERS[paper]()
    assert pdf == PAPERS[paper]()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert root.StructTreeRoot.K is not None
        assert str(root.Lang) == "fr-FR"
        assert root.ViewerPreferences.DisplayDocTitle
        assert not root.get("/Names", {}).get("/JavaScript")
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]
            assert metadata["dc:creator"] == ["PETR du Pays de Verdun"]
            assert metadata["xmp:CreateDate"].startswith("2022-")
        fonts = {str(found.BaseFont) for found in document.objects if _is_font(found)}
    assert fonts
    assert all("Atkinson" in name for name in fonts), fonts


def _is_font(found: pikepdf.Object) -> bool:
    return isinstance(found, pikepdf.Dictionary) and "/BaseFont" in found


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2), (180, 18)])
def test_every_code_of_a_sheet_is_read_back(count: int, pages: int) -> None:
    pdf = printing.card_sheet(sheet(count))
    assert page_count(pdf) == pages
    for page in range(pages):
        assert qr_of(pdf, page) == {card.url for card in cards(count)[page * 10 : page * 10 + 10]}
    words = text_of(pdf)
    assert all(grouped_code(card.code) in words for card in cards(count))
    assert words.count("Valable jusqu’au 31 décembre 2022") == count
    assert words.count("Où l’utiliser ? Scannez") == count


def test_every_card_of_a_whole_lot_is_read_back_from_its_180_pages() -> None:
    """As many as the demonstration's lot holds, each decoded at a resolution that any printer beats."""
    pdf = printing.card_sheet(sheet(1800))
    assert page_count(pdf) == 180
    every = [card.url for card in cards(1800)]
    read = [qr_of(pdf, page, 100) for page in range(180)]
    assert read == [set(every[page * 10 : page * 10 + 10]) for page in range(180)]
    assert len(set().union(*read)) == 1800


def test_a_card_names_its_number_its_booklet_and_what_it_buys() -> None:
    words = text_of(printing.card_sheet(sheet(7)))
    assert "n° 0007" in words
    assert "carnet 2" in words
    assert "Ce pass paie un atelier de 2 heures au plus." in words
    assert "PETR du Pays de Verdun" in words


def test_every_qr_code_has_words_in_its_place() -> None:
    with pikepdf.open(io.BytesIO(printing.card_sheet(sheet(3)))) as document:
        told = sorted(str(found.Alt) for found in document.objects if _has_alt(found))
    assert [text.replace("\u202f", " ") for text in told] == [
        f"Code QR du pass numéro 000{card.number} : il ouvre l’adresse {card.url}" for card in cards(3)
    ]


def _has_alt(found: pikepdf.Object) -> bool:
    return isinstance(found, pikepdf.Dictionary) and "/Alt" in found


@pytest.mark.parametrize("large", [False, True])
def test_the_letter_carries_the_passes_the_booked_seat_and_the_places_near(large: bool) -> None:
    pdf = printing.handover_letter(LETTER, large_print=large)
    assert _codes_of(pdf) == {card.url for card in LETTER.cards}
    words = text_of(pdf)
    for part in (
        "5 pass numériques",
        "Votre place est réservée",
        "le jeudi 15 décembre 2022, de 14 h à 16 h",
        "Vous ne pouvez pas venir ?",
        "Médiathèque de Bras (fictif), à 4 km",
        "Téléphone : 03 00 00 00 01",
        "Avec les autres pass, choisissez d’autres ateliers.",
        "Vous avez perdu un pass ?",
    ):
        assert part in words
    assert LETTER.if_lost in words


def _codes_of(pdf: bytes) -> set[str]:
    return set().union(*(qr_of(pdf, page) for page in range(page_count(pdf))))


def test_a_letter_for_one_pass_speaks_of_one_and_names_nobody() -> None:
    bare = replace(LETTER, cards=cards(1), recipient="", places=(), seats=(), privacy="", help_line="")
    words = text_of(printing.handover_letter(bare))
    assert "Votre pass numérique" in words
    assert "Vous avez 1 pass numérique." in words
    assert "Téléphonez au lieu pour réserver votre place." in words
    assert "est réservée" not in words
    assert "Exemple" not in words


def test_seats_of_a_family_are_told_together() -> None:
    two = replace(LETTER, seats=(replace(LETTER.seats[0], seats=2),), cards=cards(2))
    words = text_of(printing.handover_letter(two))
    assert "Vos places sont réservées" in words
    assert "2 places" in words
    assert "autres pass" not in words


@pytest.mark.parametrize("length", [40, 80, 120, 160])
def test_long_names_overflow_neither_the_letter_nor_its_two_pages(length: int) -> None:
    name = long_name(length)
    session, address = replace(MAIL, title=name), f"12 rue {long_name(73)}".upper()
    letter = replace(
        LETTER,
        structure=name,
        cards=cards(10),
        places=(NearPlace(name, address, (session,), "03 00 00 00 01", "à 14\u00a0km"),) * 3,
        seats=(BookedSeat(session, name, address, "03 00 00 00 01", address),) * 2,
        if_lost=f"Prévenez tout de suite {name}. Le pass perdu est bloqué. Vous recevez un autre pass.",
        help_line=f"Téléphonez à {name}.",
    )
    pdf = printing.handover_letter(letter)
    assert page_count(pdf) == 2
    assert_inside(pdf, 14)
    assert _codes_of(pdf) == {card.url for card in letter.cards}
    assert _times(name, pdf) == 13
    large = printing.handover_letter(letter, large_print=True)
    assert_inside(large, 14)
    assert _times(name, large) >= 12, "a sentence may run over to the next page"


def _times(name: str, pdf: bytes) -> int:
    """How often a name stands on a paper, wherever its lines break."""
    bare = str.maketrans("", "", " -")
    return text_of(pdf).translate(bare).count(name.translate(bare))


@pytest.mark.parametrize("length", [40, 80, 120, 160])
def test_long_names_overflow_no_attendance_sheet(length: int) -> None:
    name = long_name(length)
    who = Participant(name[-40:], 118, (118, 119), Presence.PRESENT, OnScreen("14\u00a0h\u00a005", words=name[-120:]))
    long = replace(
        ATTENDANCE,
        title=name,
        theme=name,
        module=name,
        trainer=name[-120:],
        room=name[-80:],
        place=Party(name, name),
        participants=(who,) * 12,
        closed=replace(CLOSED, trainer=name[-120:], remark=long_name(240)),
    )
    for paper in (long, replace(long, closed=None)):
        pdf = printing.attendance_sheet(paper)
        assert_inside(pdf, 14)
        assert _times(name[-40:], pdf) >= 12


def test_what_was_signed_on_screen_is_drawn_on_the_sheet_with_words_in_its_place() -> None:
    pdf = printing.attendance_sheet(replace(ATTENDANCE, closed=CLOSED))
    words = text_of(pdf)
    for part in ("à l’écran, 14 h 05", "Bérénice B. à l’écran, 14 h 06", "2 personnes présentes, 1 pass utilisé."):
        assert part in words
    assert "Remarque : Salle froide." in words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = {str(found.Alt) for found in document.objects if _has_alt(found)}
    assert told == {"Signature de la personne 2", "Signature de Sacha Médiation (fictif)"}
    with pypdfium2.PdfDocument(pdf) as document:
        kinds = {found.type for page in document for found in page.get_objects()}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds - {pypdfium2.raw.FPDF_PAGEOBJ_FORM}, "lines, not pixels"


def test_the_attendance_sheet_carries_every_mention() -> None:
    words = text_of(printing.attendance_sheet(ATTENDANCE))
    for part in (
        "PETR du Pays de Verdun",
        "Pass numérique du Pays de Verdun",
        "Atelier n° 221215-7F3A9C",
        "Ma boîte e-mail",
        "Salle 2",
        "Sacha Médiation (fictif)",
        "Compétences de base",
        "Communiquer en ligne (1.2, séance 3)",
        "En signant, chaque personne atteste qu’elle a suivi cet atelier",
        "atteste que l’atelier a eu lieu",
        "justifie le service fait",
        "Une absence, excusée ou non, ne consomme pas de pass.",
        "RGPD, article 6.1.e",
        "gardée avec les pièces du dispositif",
        "à corriger ou à effacer",
    ):
        assert part in words


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (Remittance.DELIVERY, "Bordereau de remise de carnets"),
        (Remittance.RETURN, "Bordereau de retour de carnets"),
        (Remittance.TRANSFER, "Bordereau de transfert de carnets"),
    ],
)
def test_the_delivery_note_counts_booklets_passes_and_face_value(kind: Remittance, title: str) -> None:
    words = text_of(printing.delivery_note(replace(NOTE, kind=kind)))
    for part in (title, "N° 2022-0014", "n° 12 à 19", "n° 111 à 190", "n° 31", "Total 9 90 900,00 €"):
        assert part in words
    assert "Signé à l’écran par Camille Modèle (fictif), le 1er mars 2022." in words
    assert "SIRET 987 654 321 00017" in words


def test_the_attendance_sheet_has_a_line_each_and_says_what_is_known() -> None:
    words = text_of(printing.attendance_sheet(ATTENDANCE))
    for part in (
        "Feuille d’émargement",
        "jeudi 15 décembre 2022",
        "14 h – 16 h",
        "Communiquer en ligne",
        "n° 117",
    ):
        assert part in words
    assert words.count("excusé") >= 5  # four blank lines and one expected participant leave the boxes
    assert "n° 118 utilisé Présent" in words


def test_a_long_attendance_sheet_repeats_its_head() -> None:
    pdf = printing.attendance_sheet(replace(ATTENDANCE, blank_lines=60))
    assert page_count(pdf) > 2
    assert text_of(pdf).count("Nom et prénom") in {
        page_count(pdf) - 1,
        page_count(pdf),
    }  # the end may stand alone


def test_the_claim_pays_the_net_of_the_accepted_lines_once_all_are_controlled() -> None:
    words = text_of(printing.claim_statement(CLAIM))
    for part in (
        "novembre 2022",
        "Contesté : pas de signature",
        "Total demandé (2 pass) 20,00 € 0,80 € 19,20 €",
    ):
        assert part in words
    assert "Total accepté (1 pass) 10,00 € 0,40 € 9,60 €" in words
    assert "Somme à payer au lieu : 9,60 €" in words
    assert "référence MANDAT-881" in words


def test_a_claim_not_yet_controlled_promises_nothing() -> None:
    lines = (replace(CLAIM.lines[0], control=Control.PENDING), CLAIM.lines[1])
    words = text_of(printing.claim_statement(replace(CLAIM, lines=lines, payment=None, approved_on=None)))
    assert "Somme demandée, avant contrôle : 19,20 €" in words
    assert "Total accepté" not in words
    assert "à payer" not in words


def test_the_state_of_the_programme_holds_on_one_page_with_its_table() -> None:
    pdf = printing.programme_state(STATE)
    assert page_count(pdf) == 1
    words = text_of(pdf)
    for part in (
        "État du dispositif au 13 décembre 2022",
        "En stock 780 43,3 %",
        "Utilisés 648 36,0 %",
        "Total 1 800",
    ):
        assert part in words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = [str(found.Alt) for found in document.objects if _has_alt(found)]
    assert len(told) == 1
    assert "1\u202f800" in told[0]
    assert "Remis\u202f: 372" in told[0]


def test_empty_lists_still_make_a_paper() -> None:
    bare = replace(STATE, figures=(), states=(), calendar=(), money=(), notes=())
    assert "Aucun pass" in text_of(printing.programme_state(bare))
    assert "Total demandé (0 pass)" in text_of(printing.claim_statement(replace(CLAIM, lines=())))
    assert "Total 0 0 0,00 €" in text_of(printing.delivery_note(replace(NOTE, ranges=())))
    assert printing.attendance_sheet(replace(ATTENDANCE, participants=(), blank_lines=0))


def test_a_sheet_or_a_letter_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        printing.card_sheet(replace(sheet(1), cards=()))
    with pytest.raises(ValueError, match="at least one"):
        printing.handover_letter(replace(LETTER, cards=()))


def test_what_people_typed_is_shown_and_never_obeyed() -> None:
    brand = replace(BRAND, programme=TRAP)
    trapped = [
        printing.handover_letter(replace(LETTER, recipient=TRAP, if_lost=TRAP, structure=TRAP)),
        printing.delivery_note(replace(NOTE, brand=brand, remark=TRAP, giver=Party(TRAP, TRAP, TRAP, TRAP))),
        printing.attendance_sheet(replace(ATTENDANCE, title=TRAP, participants=(Participant(TRAP, 7),))),
        printing.claim_statement(replace(CLAIM, lines=(replace(CLAIM.lines[0], session=TRAP, reason=TRAP),))),
        printing.programme_state(replace(STATE, headline=TRAP, states=(StateCount(TRAP, 3),))),
        printing.card_sheet(replace(sheet(1), brand=Brand(TRAP[:40], "PETR"), buys=TRAP[:40])),
    ]
    for pdf in trapped:
        words = text_of(pdf).replace(" ", "")
        assert '#panic("no")$x^2$*b*_i_' in words
    for pdf in trapped[:-1]:
        assert '"q"\\\\u{41}[z]{w}@ref<label>//note/*c*/~=--«l’été»' in text_of(pdf).replace(" ", "")


def test_very_long_words_stay_on_their_card() -> None:
    endless = replace(
        sheet(11),
        brand=Brand("Programme " * 60, "Syndicat-mixte-" * 30),
        buys="un très long texte " * 40,
        valid="Valable " * 30,
        site="pass." * 40,
    )
    pdf = printing.card_sheet(endless)
    assert page_count(pdf) == 2
    assert len(qr_of(pdf, 0)) == 10


@pytest.mark.parametrize(
    "name", ["محمد", "漢字 🎉", "a\x00b\x1b\ufeff\u202e", "Ştefan Łukasz Ğ Ž", "Νίκος Иван", "e\u0301te"]
)
def test_no_name_stops_a_paper(name: str) -> None:
    words = text_of(printing.attendance_sheet(replace(ATTENDANCE, participants=(Participant(name, 7),))))
    assert printable(name).strip() in words


def test_every_letter_said_to_be_printable_is_in_a_typeface() -> None:
    letters = [chr(point) for point in range(0x20, 0x2300)]
    shown = "\n".join(letter for letter in letters if printable(letter) == letter)
    assert len(shown) > 1500
    assert printing.delivery_note(replace(NOTE, remark=shown))


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((31, 58, 95, 128)) * 4 for _ in range(4))
    head = struct.pack(">IIBBBBB", 4, 4, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("logo", [None, b"", SVG, _png()], ids=["none", "empty", "svg", "png"])
def test_a_logo_is_drawn_when_there_is_one(logo: bytes | None) -> None:
    assert printing.card_sheet(replace(sheet(2), brand=replace(BRAND, logo=logo)))


@pytest.mark.parametrize("logo", [b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", b"\xff\xd8\xffbroken", b"<svg broken"])
def test_a_damaged_logo_is_refused_by_name(logo: bytes) -> None:
    with pytest.raises(UnreadableLogo) as refused:
        printing.card_sheet(replace(sheet(2), brand=replace(BRAND, logo=logo)))
    assert refused.value.name == "unreadable_logo"
