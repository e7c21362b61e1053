"""How long the sheet of 1,800 cards takes, against the same pages set in bare text without a QR code.

Run `python -m benchmarks.card_sheet`; both are timed in turn in the same run, and the medians compared.
Seconds are those of the processor, all threads together, so that a busy machine does not count.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date

import typst

from benchmarks.telling import Line, tell
from passnumerique.documents import press
from passnumerique.documents.papers import Brand, Card, CardSheet
from passnumerique.documents.printing import card_sheet
from passnumerique.ground.codes import ALPHABET, check_letter, grouped_code

CARDS = 1800
ROUNDS = 5
LIMIT_SECONDS = 15
DAY = date(2022, 12, 13)


def sheet() -> CardSheet:
    """1,800 cards with codes drawn from one seed."""
    drawn = random.Random(1)
    codes = ["".join(drawn.choices(ALPHABET, k=11)) for _ in range(CARDS)]
    cards = tuple(
        Card(number, (number + 4) // 5, whole, f"HTTPS://PASS.PETR-VERDUN.FR/P/{whole}")
        for number, whole in enumerate((code + check_letter(code) for code in codes), start=1)
    )
    return CardSheet(
        Brand("Pass numérique du Pays de Verdun", "PETR du Pays de Verdun"),
        DAY,
        "Ce pass paie un atelier de 2 heures au plus.",
        "Valable jusqu’au 31 décembre 2022",
        "pass.petr-verdun.fr",
        cards,
    )


def floor(cards: CardSheet) -> bytes:
    """The same words on as many pages, tagged and archivable too, with no card, frame or QR code."""
    words = [
        f"{cards.brand.programme}, {cards.brand.authority} — n° {card.number}, carnet {card.booklet} — "
        f"{cards.buys} {cards.valid} — {grouped_code(card.code)} — "
        f"Où l’utiliser ? Scannez le carré avec un téléphone ou tapez ce code sur {cards.site}"
        for card in cards.cards
    ]
    pages = ["\n\n".join(words[start : start + 10]) for start in range(0, len(words), 10)]
    head = (
        '#set document(title: "Cartes", date: datetime(year: 2022, month: 12, day: 13))\n'
        '#set text(font: "Atkinson Hyperlegible Next", lang: "fr")\n'
    )
    source = head + "\n#pagebreak()\n".join(pages)
    return typst.compile(source.encode(), font_paths=press.fonts(), pdf_standards=[*press.STANDARDS], timestamp=0)


def seconds(make: Callable[[CardSheet], bytes], cards: CardSheet) -> float:
    """Processor seconds of one making; typst is made to forget first, so that nothing is found ready."""
    press.forget()
    start = time.process_time()
    make(cards)
    return time.process_time() - start


def main() -> None:
    """Print both medians, their ratio and whether the promise of fifteen seconds is kept."""
    cards = sheet()
    pairs = [(seconds(floor, cards), seconds(card_sheet, cards)) for _ in range(ROUNDS)]
    bare, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    detail = f"{CARDS} cards, {CARDS // 10} pages, {len(card_sheet(cards)) / 1e6:.1f} MB"
    line = Line("card_sheet_1800", whole, "s", bare, whole / bare)
    tell(line, f"< {LIMIT_SECONDS} s", whole < LIMIT_SECONDS, detail)


if __name__ == "__main__":
    main()
