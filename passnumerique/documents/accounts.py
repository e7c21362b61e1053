"""The papers of the accounts and of the end of a programme: their facts, and their PDF."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from passnumerique.documents.papers import Brand
from passnumerique.documents.press import logo_facts, press


@dataclass(frozen=True)
class Block:
    """One table of a paper: its title, what it shows in a sentence, headings, lines of texts, and totals.

    `right` are the ranks of the columns of amounts; `empty` is said instead of a table without lines.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    totals: tuple[tuple[str, ...], ...] = ()
    lead: str = ""
    empty: str = "Néant."


@dataclass(frozen=True)
class Signatory:
    """Who signs a paper, and for whom."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Ledgered:
    """A paper made of tables: the rendering of accounts, the list of creditors, the contradictory statement,
    the credit note. `made_on` is the last day that it tells of: no clock is read."""

    brand: Brand
    title: str
    made_on: date
    under: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    reference: str = ""
    headline: str = ""
    signatories: tuple[Signatory, ...] = field(default=())


def ledgered(paper: Ledgered) -> bytes:
    """The PDF of a paper made of tables, tagged and fit for archives. The same facts give the same bytes."""
    facts = {
        **asdict(paper),
        "brand": {**asdict(paper.brand), "logo": logo_facts(paper.brand.logo)},
        "blocks": [_block(block) for block in paper.blocks],
    }
    return press("accounts", paper.made_on, facts)


def _block(block: Block) -> dict[str, object]:
    many = len(block.columns)
    align: Sequence[str] = ["right" if rank in block.right else "left" for rank in range(many)]
    return {**asdict(block), "align": align, "widths": block.widths or (0,) * many}
