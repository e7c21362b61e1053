"""The rendering of accounts of a mandate in one gesture: papers, sheets, journal, and their manifest.

It crosses floors: the accounts are read by `insight`, the papers made by `documents`. The same period of
the same ledger gives the same bytes on any day, so that a copy can be proven by its hash.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.documents.accounts import Block, Ledgered, Signatory, ledgered
from passnumerique.documents.papers import Brand
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros
from passnumerique.ground.sheets import Cell, Leaf, write_workbook
from passnumerique.insight.accounts import Accounts, BalanceLine, Period, accounts_of, journal_lines
from passnumerique.insight.accounts.natures import SIDE_WORDS, Side
from passnumerique.insight.accounts.period import COLUMNS
from passnumerique.programmes.queries import access_programme

PAPER, SHEETS, JOURNAL, MANIFEST = "reddition.pdf", "reddition.xlsx", "journal.beancount", "manifest.json"
_BALANCE = ("Compte", "Code", "Lieu", "Solde au début", "Sorties (débit)", "Entrées (crédit)", "Solde à la fin")
_NATURE = ("Nature des opérations", "Nombre", "Montant")
_CASH = ("Où est l’argent", "Solde au début", "Recettes", "Dépenses", "Solde à la fin")
_UNDUE = ("Lieu", "Déclaré indu", "Récupéré", "Reste à recouvrer", "Depuis le")
_PIECES = ("Pièce", "Référence", "Date", "Avec", "Montant", "Précision")


@dataclass(frozen=True)
class Rendered:
    """One file that was written: its name, its size in bytes, its SHA-256."""

    name: str
    bytes: int
    sha256: str


def rendering_paper(actor: Actor, programme_id: UUID, period: Period) -> bytes:
    """The rendering of accounts as a paper. For who reads the accounts."""
    programme, accounts = _read(actor, programme_id, period)
    return ledgered(_paper(actor, programme, accounts))


def rendering_sheets(actor: Actor, programme_id: UUID, period: Period) -> bytes:
    """The rendering of accounts as a workbook. For who reads the accounts."""
    _programme, accounts = _read(actor, programme_id, period)
    return _workbook(accounts)


def journal_of(actor: Actor, programme_id: UUID, period: Period) -> Iterable[bytes]:
    """The ledger of the period as a plain-text journal, in pieces. For who reads the accounts."""
    programme = _access(actor, programme_id)
    return (line.encode() for line in journal_lines(programme_id, programme.slug, period))


def render_accounts(*, actor: Actor, programme_id: UUID, period: Period, out: Path) -> list[Rendered]:
    """Write the whole rendering into the directory `out`, with its manifest; what was written.

    For who reads the accounts. A file of the same name is replaced.
    """
    programme, accounts = _read(actor, programme_id, period)
    out.mkdir(parents=True, exist_ok=True)
    written = [
        _write(out / PAPER, [ledgered(_paper(actor, programme, accounts))]),
        _write(out / SHEETS, [_workbook(accounts)]),
        _write(out / JOURNAL, journal_of(actor, programme_id, period)),
    ]
    return [*written, _write(out / MANIFEST, [_manifest(programme, accounts, written)])]


def render_archive(*, actor: Actor, programme_id: UUID, period: Period, into: BinaryIO, scratch: Path) -> None:
    """The whole rendering as one ZIP, the same bytes for the same ledger; `scratch` is an empty directory."""
    render_accounts(actor=actor, programme_id=programme_id, period=period, out=scratch)
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        for name in (PAPER, SHEETS, JOURNAL, MANIFEST):
            with (
                (scratch / name).open("rb") as source,
                archive.open(ZipInfo(name), "w", force_zip64=True) as target,
            ):
                while part := source.read(1 << 20):
                    target.write(part)


def _access(actor: Actor, programme_id: UUID) -> Any:
    require(actor, Permission.READ_ACCOUNTS)
    return access_programme(actor, programme_id)


def _read(actor: Actor, programme_id: UUID, period: Period) -> tuple[Any, Accounts]:
    return _access(actor, programme_id), accounts_of(programme_id, period)


def _write(path: Path, parts: Iterable[bytes]) -> Rendered:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
            digest.update(part)
            size += len(part)
    return Rendered(path.name, size, digest.hexdigest())


def _manifest(programme: Any, accounts: Accounts, files: Iterable[Rendered]) -> bytes:
    told = {
        "programme": programme.slug,
        "from": accounts.period.first.isoformat(),
        "to": accounts.period.last.isoformat(),
        "files": {one.name: {"bytes": one.bytes, "sha256": one.sha256} for one in files},
        "totals": accounts.totals(),
    }
    return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def brand_of(actor: Actor, programme: Any) -> Brand:
    """Whose paper it is."""
    authority = access_authorities(actor).get(id=programme.authority_id)
    return Brand(programme.name, authority.name, authority.colour, bytes(authority.logo) or None)


def _paper(actor: Actor, programme: Any, accounts: Accounts) -> Ledgered:
    period = accounts.period
    return Ledgered(
        brand=brand_of(actor, programme),
        title="Reddition des comptes du mandat",
        made_on=period.last,
        under=f"Du {long_day(period.first)} au {long_day(period.last)}",
        facts=(
            ("Mandant", brand_of(actor, programme).authority),
            ("Dispositif", programme.name),
            ("Mandataire", programme.issuer),
            ("Textes", "CGCT, articles L1611-7 et D1611-25"),
        ),
        blocks=tuple(_blocks(accounts)),
        notes=tuple(_notes(programme)),
        signatories=(Signatory("Pour le mandataire", programme.issuer), Signatory("Pour la collectivité")),
    )


def _notes(programme: Any) -> list[str]:
    notes = [
        "Les opérations sont comptées à leur date d’enregistrement. Recettes et dépenses ne se compensent pas.",
        "Valeur faciale et argent sont deux livres, chacun équilibré\u202f: la somme de ses soldes est nulle.",
        "Le code d’un lieu est celui du journal joint\u202f; il ne dit rien du lieu et ne change jamais.",
        "Le manifeste joint porte l’empreinte SHA-256 de chaque fichier.",
    ]
    invented = (
        "Une partie de ces données est inventée ou supposée. La page «\u202fÉtat du dispositif\u202f» dit laquelle."
    )
    return [*notes, invented] if programme.invented else notes


def _blocks(accounts: Accounts) -> list[Block]:
    return [
        *(_natures(accounts, side) for side in Side),
        _balance("Balance générale – livre de l’argent", accounts.cash),
        _balance("Balance générale – livre de la valeur faciale", accounts.face),
        _soldes(accounts),
        Block(
            "Situation de trésorerie",
            _CASH,
            tuple(
                (one.label, *map(euros, (one.opening_cents, one.received_cents, one.spent_cents, one.closing_cents)))
                for one in accounts.position
            ),
            (1, 2, 3, 4),
            (2, 1, 1, 1, 1),
        ),
        Block(
            "État des créances non recouvrées (indus)",
            _UNDUE,
            tuple(
                (
                    one.place,
                    *map(euros, (one.declared_cents, one.recovered_cents, one.left_cents)),
                    long_day(one.since) if one.since else "–",
                )
                for one in accounts.receivables
            ),
            (1, 2, 3),
            (2, 1, 1, 1, 1),
            totals=(("Total", *_sums(accounts), ""),) if accounts.receivables else (),
        ),
        Block(
            "Liste des pièces justificatives",
            _PIECES,
            tuple(
                (
                    one.kind,
                    one.reference,
                    f"{one.day:%d/%m/%Y}",
                    one.counterpart,
                    "" if one.amount_cents is None else euros(one.amount_cents),
                    one.note,
                )
                for one in accounts.pieces
            ),
            (4,),
            (3, 3, 2, 3, 2, 4),
        ),
    ]


def _sums(accounts: Accounts) -> list[str]:
    rows = accounts.receivables
    sums = (sum(one.declared_cents for one in rows), sum(one.recovered_cents for one in rows))
    return [euros(cents) for cents in (*sums, sums[0] - sums[1])]


def _natures(accounts: Accounts, side: Side) -> Block:
    lines = accounts.of_side(side)
    total = ("Total", str(sum(one.count for one in lines)), euros(sum(one.amount_cents for one in lines)))
    return Block(
        f"Opérations par nature – {SIDE_WORDS[side].lower()}",
        _NATURE,
        tuple((one.nature, str(one.count), euros(one.amount_cents)) for one in lines),
        (1, 2),
        (4, 1, 1),
        totals=(total,) if lines else (),
    )


def _balance(title: str, lines: Iterable[BalanceLine]) -> Block:
    rows = list(lines)
    sums = [sum(getattr(one, name) for one in rows) for name in COLUMNS]
    return Block(
        title,
        _BALANCE,
        tuple((one.label, one.code, one.place, *map(euros, _four(one))) for one in rows),
        (3, 4, 5, 6),
        (3, 2, 4, 2, 2, 2, 2),
        totals=(("Total", "", "", *map(euros, sums)),),
    )


def _four(line: BalanceLine) -> tuple[int, int, int, int]:
    return line.opening_cents, line.debit_cents, line.credit_cents, line.closing_cents


def _soldes(accounts: Accounts) -> Block:
    """The balance statements: what makes each balance that is not zero at the end."""
    rows = [line for line in accounts.lines if line.closing_cents]
    return Block(
        "États des soldes à la fin de la période",
        ("Compte", "Code", "Lieu", "Solde"),
        tuple((one.label, one.code, one.place, euros(one.closing_cents)) for one in rows),
        (3,),
        (3, 2, 4, 2),
        lead="Un solde négatif est une source\u202f: ce qui a été autorisé, ou apporté.",
    )


def _workbook(accounts: Accounts) -> bytes:
    return write_workbook(list(_leaves(accounts)), title="Reddition des comptes")


def _leaves(accounts: Accounts) -> Iterable[Leaf]:
    yield Leaf(
        "Opérations",
        ("Sens", *_NATURE),
        [(SIDE_WORDS[one.side], one.nature, one.count, _money(one.amount_cents)) for one in accounts.natures],
    )
    for title, lines in (("Balance argent", accounts.cash), ("Balance valeur faciale", accounts.face)):
        yield Leaf(title, _BALANCE, [(one.label, one.code, one.place, *map(_money, _four(one))) for one in lines])
    yield Leaf(
        "Soldes",
        ("Compte", "Code", "Lieu", "Solde"),
        [(one.label, one.code, one.place, _money(one.closing_cents)) for one in accounts.lines if one.closing_cents],
    )
    yield Leaf(
        "Trésorerie",
        _CASH,
        [
            (one.label, *map(_money, (one.opening_cents, one.received_cents, one.spent_cents, one.closing_cents)))
            for one in accounts.position
        ],
    )
    yield Leaf(
        "Restes à recouvrer",
        _UNDUE,
        [
            (one.place, *map(_money, (one.declared_cents, one.recovered_cents, one.left_cents)), one.since)
            for one in accounts.receivables
        ],
    )
    yield Leaf(
        "Pièces",
        _PIECES,
        [
            (one.kind, one.reference, one.day, one.counterpart, _money(one.amount_cents), one.note)
            for one in accounts.pieces
        ],
    )


def _money(cents: int | None) -> Cell:
    return None if cents is None else Decimal(cents) / 100
