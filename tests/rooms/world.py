"""A small world to test in, made through the operations alone: an authority with its programme and
papers, structures and places, people, a lot issued, and what can be done with it in one line.

`build_world()` gives a fresh one; two worlds of one test know nothing of each other. Days: the
programme runs from 1 September 2021; passes are handed out until 31 October 2022, used until 31
December 2022, claimed until 28 February 2023, and the programme closes on 31 March 2023.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from passnumerique.beneficiaries.rules import AgeBracket, Profile
from passnumerique.council.operations import Act as Deliberated
from passnumerique.council.operations import record_deliberation
from passnumerique.council.rules import Ballot
from passnumerique.directory.operations import accredit, found_authority, register_organisation
from passnumerique.directory.rules import AccreditationKind, Actor, AuthorityKind, Role, system_actor
from passnumerique.ground.dates import at_time
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ledger.queries import totals
from passnumerique.ledger.rules import Account
from passnumerique.programmes.operations import (
    CommuneGiven,
    add_training_period,
    authorise_envelope,
    create_programme,
    open_calendar,
    record_document,
    set_parameters,
    set_territory,
)
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
from passnumerique.training.operations import redeem_at_session, schedule_session, set_plan
from passnumerique.training.queries import plan
from passnumerique.training.rules import ModuleGiven, ThemeGiven
from passnumerique.vouchers.operations import Outcome, Scan, Signatures, allocate, hand_over, issue_lot
from passnumerique.vouchers.queries.history import access_voucher, printed_code
from passnumerique.vouchers.queries.stock import counts_by_state, stock_of, whole_booklets_in_stock
from passnumerique.vouchers.rules import State

START = date(2021, 9, 1)
CALENDAR = Calendar(
    distribution_until=date(2022, 10, 31),
    validity_until=date(2022, 12, 31),
    end_of_training=date(2022, 12, 31),
    claims_until=date(2023, 2, 28),
    closing=date(2023, 3, 31),
)
COMMUNE = "55545"
"""Verdun, the one commune of the territory."""
SIGNED = Signatures("Dominique Garnier (fictif)", "Louison Petit (fictif)")
PROFILE = Profile(AgeBracket.FROM_40, COMMUNE)


def on(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That hour of that day in France."""
    return at_time(day, hour, minute)


@dataclass
class World:
    """Ids and people of one authority; each method does one act through its operation."""

    slug: str
    authority_id: UUID
    manager: Actor
    programme_id: UUID = NOBODY
    convention_id: UUID = NOBODY
    structures: list[UUID] = field(default_factory=list)
    places: list[UUID] = field(default_factory=list)
    lots: list[UUID] = field(default_factory=list)

    def person(self, role: Role, organisation_id: UUID | None = None) -> Actor:
        """Somebody new in that role."""
        made = new_id(on(START))
        return Actor(made, f"{role.value} {self.slug} (fictif)", role, self.authority_id, organisation_id)

    def actor(self, role: Role, rank: int = 0) -> Actor:
        """Somebody new in that role; desks act for the structure or place of that rank."""
        if role is Role.PRESCRIBER:
            return self.person(role, self.structures[rank])
        return self.person(role, self.places[rank] if role in {Role.PLACE, Role.MEDIATOR} else None)

    def issue(self, quantity: int, day: date = START) -> UUID:
        """A lot of passes in the authority's stock."""
        lot = issue_lot(
            programme_id=self.programme_id,
            reference=f"LOT-{len(self.lots) + 1}",
            quantity=quantity,
            by=self.manager,
            at=on(day),
        )
        self.lots.append(lot)
        return lot

    def allocate(self, booklets: int, structure: int = 0, day: date = START) -> UUID:
        """Whole booklets to a structure; the note's id."""
        first, *_, last = [*whole_booklets_in_stock(self.programme_id, booklets)] * 2
        return allocate(
            programme_id=self.programme_id,
            structure_id=self.structures[structure],
            booklets=[(first, last)],
            signatures=SIGNED,
            by=self.manager,
            at=on(day, 10),
        )

    def hand_over(self, count: int = 1, structure: int = 0, day: date = START, **profile: Any) -> list[int]:
        """Passes of a structure's stock to one person; their numbers."""
        numbers = stock_of(self.programme_id, self.structures[structure], count)
        hand_over(
            programme_id=self.programme_id,
            structure_id=self.structures[structure],
            numbers=[(number, number) for number in numbers],
            profile=replace(PROFILE, **profile),
            by=self.actor(Role.PRESCRIBER, structure),
            at=on(day, 11),
        )
        return numbers

    def code(self, number: int) -> str:
        """The code printed on a pass issued here."""
        code = printed_code(access_voucher(self.manager, self.programme_id, number))
        assert code
        return code

    def plan(self) -> list[UUID]:
        """A plan of two themes, with a module that costs one pass and one that costs two; their ids."""
        first = ModuleGiven("Premiers pas", sessions=["La souris", "Le courriel"])
        second = ModuleGiven("Démarches", price_passes=2, minutes=150)
        themes = [ThemeGiven("Compétences de base", [first]), ThemeGiven("Accéder à ses droits", [second])]
        set_plan(programme_id=self.programme_id, themes=themes, by=self.manager, at=on(START))
        return self.modules()

    def modules(self) -> list[UUID]:
        """The modules of the plan as it stands; that of `plan` where there is none yet."""
        found = [module.id for theme in plan(self.programme_id) for module in theme.modules]
        return found or self.plan()

    def session(self, day: date, place: int = 0, module: int = 0, hour: int = 14, **details: Any) -> UUID:
        """A session of two hours and ten seats at a place, of the module of that rank; its id."""
        given = {
            "starts_at": on(day, hour),
            "ends_at": on(day, hour + 2),
            "seats": 10,
            "by": self.actor(Role.PLACE, place),
            "at": on(day, 8),
            "place_id": self.places[place],
        }
        return schedule_session(programme_id=self.programme_id, module_id=self.modules()[module], **(given | details))

    def redeem(
        self, session_id: UUID, numbers: list[int], day: date, place: int = 0, participant: UUID | None = None
    ) -> list[Outcome]:
        """Passes presented at a session, at half past two on that day."""
        at = on(day, 14, 30)
        return redeem_at_session(
            programme_id=self.programme_id,
            session_id=session_id,
            scans=[Scan(new_id(at), self.code(number), participant) for number in numbers],
            redeemed_at=at,
            by=self.actor(Role.PLACE, place),
            at=at,
        )

    def spend(self, count: int, day: date, place: int = 0) -> list[int]:
        """Passes handed over that day and used that day at a session of the place; their numbers."""
        numbers = self.hand_over(count, day=day)
        outcomes = self.redeem(self.session(day, place), numbers, day, place)
        assert [one.refusal for one in outcomes] == [None] * count
        return numbers

    def states(self) -> dict[State, int]:
        """How many passes are in each state, by the counters, the empty states left out."""
        return {state: n for state, n in counts_by_state(self.programme_id).items() if n}

    def money(self) -> dict[Account, int]:
        """Cents in each account, the empty accounts left out."""
        return {account: cents for account, cents in totals(self.programme_id).items() if cents}

    def accredit(self, organisation_id: UUID, kind: AccreditationKind, **days: Any) -> None:
        """Accredit an organisation, from the start unless told otherwise."""
        accredit(
            by=self.manager,
            at=on(START),
            programme_id=self.programme_id,
            programme_authority_id=self.authority_id,
            organisation_ids=[organisation_id],
            kind=kind,
            **({"from_day": START} | days),
        )

    def organisation(self, name: str, **texts: str) -> UUID:
        """A new organisation of the network, invented and said so."""
        given = {"name": f"{name} {self.slug} (fictif)", "commune": "Verdun", "insee_code": COMMUNE, **texts}
        return register_organisation(by=self.manager, at=on(START), texts=given, fictional=True).id

    def add_structure(self) -> UUID:
        """One more prescribing structure, accredited from the start."""
        self.structures.append(self.organisation(f"Structure {len(self.structures) + 1}"))
        self.accredit(self.structures[-1], AccreditationKind.PRESCRIBER)
        return self.structures[-1]

    def add_place(self) -> UUID:
        """One more mediation place, accredited from the start."""
        self.places.append(self.organisation(f"Lieu {len(self.places) + 1}"))
        self.accredit(self.places[-1], AccreditationKind.PLACE)
        return self.places[-1]

    def set(self, day: date = START, **parameters: Any) -> None:
        """Parameters of the programme from a day on."""
        set_parameters(
            programme_id=self.programme_id,
            values=parameters,
            document_id=self.convention_id,
            in_force_on=day,
            by=self.manager,
            at=on(day),
        )


def build_world(
    slug: str = "verdun",
    *,
    quantity: int = 40,
    booklets: int = 2,
    structures: int = 2,
    places: int = 2,
    envelope_cents: int = 100_000,
    calendar: Calendar = CALENDAR,
    **parameters: Any,
) -> World:
    """A world ready to hand passes over: `quantity` issued, `booklets` allocated to the first structure."""
    world = _founded(slug)
    _agree(world, envelope_cents, calendar)
    if parameters:
        world.set(**parameters)
    for _ in range(structures):
        world.add_structure()
    for _ in range(places):
        world.add_place()
    if quantity:
        world.issue(quantity)
    if quantity and booklets and structures:
        world.allocate(booklets)
    return world


def _founded(slug: str) -> World:
    at = on(START, 8)
    authority = found_authority(
        by=system_actor(),
        at=at,
        name=f"Collectivité {slug} (fictif)",
        slug=slug,
        kind=AuthorityKind.PETR,
        fictional=True,
    )
    manager = Actor(new_id(at), f"manager {slug} (fictif)", Role.MANAGER, authority.id)
    world = World(slug, authority.id, manager)
    world.programme_id = create_programme(authority_id=authority.id, slug=slug, name=f"Pass {slug}", by=manager, at=at)
    return world


def build_beside(world: World, slug: str, quantity: int = 20) -> World:
    """Another programme of the same authority, with one structure of its own that holds all its passes."""
    at = on(START, 8)
    beside = World(slug, world.authority_id, world.manager)
    beside.programme_id = create_programme(
        authority_id=world.authority_id, slug=slug, name=f"Pass {slug}", by=world.manager, at=at
    )
    _agree(beside, 100_000, CALENDAR, "2021-02")
    beside.add_structure()
    beside.issue(quantity)
    beside.allocate(quantity // 10)
    return beside


def _agree(world: World, envelope_cents: int, calendar: Calendar, number: str = "2021-01") -> None:
    """The first deliberation, the convention, the calendar, the envelope, the territory, one period."""
    at, by, programme_id = on(START, 8), world.manager, world.programme_id
    deliberation_id = deliberate(world, number, date(2021, 7, 1))
    paper = Paper(
        DocumentKind.CONVENTION,
        "CONV-2021",
        signed_on=START,
        in_force_on=START,
        deliberation_id=deliberation_id,
    )
    world.convention_id = record_document(programme_id=programme_id, paper=paper, by=by, at=at)
    open_calendar(
        programme_id=programme_id,
        calendar=calendar,
        document_id=world.convention_id,
        in_force_on=START,
        by=by,
        at=at,
    )
    authorise_envelope(
        programme_id=programme_id,
        amount_cents=envelope_cents,
        shares={"État": envelope_cents},
        document_id=world.convention_id,
        by=by,
        at=at,
    )
    set_territory(programme_id=programme_id, communes=[CommuneGiven(COMMUNE, "Verdun")], vintage=2022, by=by, at=at)
    add_training_period(
        programme_id=programme_id,
        number=1,
        name="Période 1",
        starts_on=START,
        ends_on=date(2021, 12, 31),
        by=by,
        at=at,
    )


def deliberate(world: World, number: str, sat_on: date) -> UUID:
    """An adopted deliberation, transmitted and published the day after; its id."""
    act = Deliberated(
        number=number,
        matter="7.5",
        subject="Pass numérique",
        decisions=["Approuve le dispositif."],
        convened_on=sat_on,
        sat_on=sat_on,
        chaired_by="Présidence (fictif)",
        secretary="Secrétariat (fictif)",
        ballot=Ballot(24, 14, 14, 0, 0),
        transmitted_on=date.fromordinal(sat_on.toordinal() + 1),
        published_on=date.fromordinal(sat_on.toordinal() + 1),
    )
    return record_deliberation(authority_id=world.authority_id, act=act, by=world.manager, at=on(sat_on))
