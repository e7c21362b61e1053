"""The acts of a takeover, each through the operation of every day, at its own date and in order."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID, uuid5

from django.db import transaction

from passnumerique.beneficiaries.rules import AgeBracket, Profile
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import at_time, month_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.ground.words import N_
from passnumerique.journeys.takeover.checking import Names, age_bracket
from passnumerique.journeys.takeover.folder import Bad, Row
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import Purchase
from passnumerique.settlement.operations import (
    approve_claim,
    control_lines,
    file_claim,
    order_payment,
    record_payment,
)
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Verdict
from passnumerique.training.operations import redeem_at_session, schedule_session
from passnumerique.vouchers.operations import Printed, Scan, Signatures, allocate, hand_over, receive_lot

CAUSE = N_("Reprise de l’ancien émetteur")
AMOUNT_APART = N_("Ce paiement devrait être de {expected_cents}, d’après les pass utilisés à ce lieu et les frais.")
RECEIVED_AT, ALLOCATED_AT, HANDED_AT, USED_AT, PAID_AT = 8, 9, 10, 14, 17
MOST_SEATS = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Act:
    """One act to do again: when, in which order of the day, for which lines."""

    at: datetime
    rank: int
    rows: list[Row]
    do: Callable[["Replaying", list[Row], datetime], None]


@dataclass
class Replaying:
    """Does the acts of the files again, and keeps every line that an operation refuses."""

    programme_id: UUID
    names: Names
    by: Actor
    former: str
    bad: list[Bad] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)

    def replay(self, rows: dict[str, list[Row]], progress: Progress) -> list[Bad]:
        """Every act in the order of time. What one refuses is kept, and the next is done."""
        self.codes = {row["number"]: row["code"] for row in rows["lots"]}
        acts = sorted(_acts(rows), key=lambda act: (act.at, act.rank, act.rows[0].line))
        for done, act in enumerate(acts, start=1):
            try:
                with transaction.atomic():
                    act.do(self, act.rows, act.at)
            except Refusal as refusal:
                self.bad.append(_refused(act.rows[0], refusal))
            progress(done, len(acts))
        return self.bad

    def somebody(self, role: Role, organisation_id: UUID | None = None) -> Actor:
        """Who did it then: nobody that is known here, one for each role and organisation."""
        person = uuid5(self.programme_id, f"takeover:{role}:{organisation_id}")
        return Actor(person, self.former, role, self.by.authority_id, organisation_id)

    def structure(self, row: Row) -> UUID:
        """The structure that a line names."""
        return self.names.structures[normalised(row["structure"])]

    def place(self, row: Row) -> UUID:
        """The place that a line names."""
        return self.names.places[normalised(row["place"])]

    def module(self, row: Row) -> UUID:
        """The module that a line names; the first of the plan when it names none."""
        named = row.values.get("module")
        return self.names.modules[normalised(named)] if named else next(iter(self.names.modules.values()))

    def receive(self, rows: list[Row], at: datetime) -> None:
        """One lot, with the codes that its cards bear."""
        passes = [Printed(row["number"], row["booklet"], fold(row["code"])) for row in rows]
        file = "\n".join(f"{one.number};{one.booklet};{one.code}" for one in passes).encode()
        receive_lot(
            programme_id=self.programme_id,
            reference=rows[0]["lot"],
            passes=passes,
            file=file,
            by=self.by,
            at=at,
            cause=CAUSE,
        )

    def allocate(self, rows: list[Row], at: datetime) -> None:
        """One delivery of passes to a structure."""
        (row,) = rows
        allocate(
            programme_id=self.programme_id,
            structure_id=self.structure(row),
            booklets=[(row["first"], row["last"])],
            signatures=Signatures(self.former, self.former),
            by=self.by,
            at=at,
            cause=CAUSE,
        )

    def hand_over(self, rows: list[Row], at: datetime) -> None:
        """Passes given to one person, of whom only the commune is known."""
        (row,) = rows
        structure_id = self.structure(row)
        hand_over(
            programme_id=self.programme_id,
            structure_id=structure_id,
            numbers=[(row["first"], row["last"])],
            profile=Profile(cast(AgeBracket, age_bracket(row["age"])), row["commune"]),
            by=self.somebody(Role.PRESCRIBER, structure_id),
            at=at,
            cause=CAUSE,
        )

    def use(self, rows: list[Row], at: datetime) -> None:
        """The passes used at a place on a day, for one module: one session, and its people present."""
        place_id, module_id = self.place(rows[0]), self.module(rows[0])
        hours = 1 if terms_on(self.programme_id, rows[0]["day"]).purchase is Purchase.HOUR else 2
        session_id = schedule_session(
            programme_id=self.programme_id,
            place_id=place_id,
            module_id=module_id,
            starts_at=at,
            ends_at=at + timedelta(hours=hours),
            seats=max(len(rows), 1),
            room=f"{rows[0].line}",
            trainer=self.former[:120],
            by=self.by,
            at=at - timedelta(hours=1),
        )
        scans = [Scan(new_id(at), self.codes[row["number"]]) for row in rows]
        outcomes = redeem_at_session(
            programme_id=self.programme_id,
            session_id=session_id,
            scans=scans,
            redeemed_at=at,
            by=self.somebody(Role.PLACE, place_id),
            at=at,
        )
        told = zip(rows, outcomes, strict=True)
        self.bad += [_refused(row, one.refusal, "number") for row, one in told if one.refusal]

    def pay(self, rows: list[Row], at: datetime) -> None:
        """What was paid to a place: its claim up to that month, accepted, ordered and paid on that day."""
        (row,) = rows
        place_id = self.place(row)
        claim_id = file_claim(
            programme_id=self.programme_id,
            place_id=place_id,
            month=month_of(row["until"]),
            by=self.somebody(Role.PLACE, place_id),
            at=at,
        )
        step, manager = timedelta(minutes=1), self.somebody(Role.MANAGER)
        paid = {line.id: (Verdict.APPROVED, "") for line in lines_of(manager, claim_id)}
        control_lines(claim_id=claim_id, verdicts=paid, by=manager, at=at)
        payable = approve_claim(claim_id=claim_id, by=manager, at=at + step)
        if payable != row["amount_cents"]:
            self.bad.append(row.bad("amount_cents", AMOUNT_APART, expected_cents=payable))
            return
        finance, given = self.somebody(Role.FINANCE), {"claim_id": claim_id, "reference": row["reference"]}
        order_payment(**given, ordered_on=row["day"], by=finance, at=at + 2 * step)
        record_payment(**given, paid_on=row["day"], by=finance, at=at + 3 * step)


def _acts(rows: dict[str, list[Row]]) -> Iterator[_Act]:
    for lot in _grouped(rows["lots"], "lot"):
        yield _act(0, RECEIVED_AT, sorted(lot, key=lambda row: int(row["number"])), Replaying.receive)
    for row in rows["allocations"]:
        yield _act(1, ALLOCATED_AT, [row], Replaying.allocate)
    for row in rows["remises"]:
        yield _act(2, HANDED_AT, [row], Replaying.hand_over)
    for day in _grouped(rows["utilisations"], "day", "place", "module"):
        for begin in range(0, len(day), MOST_SEATS):
            yield _act(3, USED_AT, day[begin : begin + MOST_SEATS], Replaying.use)
    for row in rows["paiements"]:
        yield _act(4, PAID_AT, [row], Replaying.pay)


def _act(rank: int, hour: int, rows: list[Row], do: Callable[[Replaying, list[Row], datetime], None]) -> _Act:
    day: date = rows[0]["day"]
    return _Act(at_time(day, hour), rank, rows, do)


def _grouped(rows: list[Row], *names: str) -> Iterator[list[Row]]:
    found: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row.values.get(name) for name in names)].append(row)
    yield from found.values()


_OF_FILE = {"lots": "lot", "allocations": "structure", "remises": "structure", "utilisations": "place"}


def _refused(row: Row, refusal: Refusal, name: str = "") -> Bad:
    return row.bad(name or _OF_FILE.get(row.file, "place"), refusal.sentence, **refusal.params)
