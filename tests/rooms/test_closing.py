"""The end of a programme: the dated checklist, the explicit return of value, the closing, and what comes after."""

from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest

from passnumerique.directory.rules import AccreditationKind, Role, system_actor
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.closing import (
    close_after_audit,
    contradictory_statement,
    credit_note,
    everything_unbalanced,
)
from passnumerique.journeys.sealing import seal_programme
from passnumerique.ledger.models import Closure, Correction, Transfer
from passnumerique.ledger.rules import (
    Account,
    AlreadyClosed,
    CorrectionOpen,
    CorrectionWithoutReason,
    NoCorrectionOpen,
    NotClosedYet,
    ProgrammeClosed,
)
from passnumerique.programmes.models import Programme
from passnumerique.settlement.operations import (
    approve_claim,
    file_claim,
    fund_mandatary,
    order_payment,
    record_funds,
    record_payment,
    recover,
)
from passnumerique.settlement.operations.closing import (
    begin_programme_correction,
    close_programme,
    end_programme_correction,
    note_step,
    return_unspent,
)
from passnumerique.settlement.operations.reconciling import note_difference
from passnumerique.settlement.operations.warning import warn_structures
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.queries.closing import checklist, four_counts, what_does_not_balance
from passnumerique.settlement.queries.reconciling import reconcile
from passnumerique.settlement.rules.closing import ClosingTask, Imbalance
from passnumerique.settlement.rules.issuer import IssuerKind
from passnumerique.settlement.rules.letters import closing_warning
from passnumerique.settlement.rules.reconciling import FollowUp, Gap, Owner
from passnumerique.settlement.rules.refusals import (
    BooksDoNotBalance,
    ClosingTooEarly,
    CreditNoteWithoutAmount,
    NothingUnspent,
    StepDone,
    StepOfTheFuture,
    StepTooEarly,
    StepWithoutReference,
    StillUsable,
)
from passnumerique.vouchers.operations import declare_lost
from passnumerique.vouchers.rules import State
from tests.rooms.test_issuer_files import csv, send
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db

END, CLOSING = CALENDAR.validity_until, CALENDAR.closing
STATED = END + timedelta(days=37)


def spent_and_paid(world: World, many: int = 3, month: date = date(2022, 9, 1)) -> Any:
    """Passes used and paid by the authority; the claim's id."""
    world.spend(many, month + timedelta(days=10))
    day = month + timedelta(days=40)
    finance = world.actor(Role.FINANCE)
    claim = file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=month,
        by=world.actor(Role.PLACE),
        at=on(day),
    )
    approve_claim(claim_id=claim, by=world.manager, at=on(day, 10), approve_rest=True)
    order_payment(claim_id=claim, reference=f"M-{month}", ordered_on=day, by=finance, at=on(day, 11))
    record_payment(claim_id=claim, reference=f"V-{month}", paid_on=day, by=finance, at=on(day, 12))
    return claim


def fund(world: World, cents: int = 3000, reference: str = "TITRE-1") -> None:
    record_funds(
        programme_id=world.programme_id,
        contributor="État",
        amount_cents=cents,
        reference=reference,
        received_on=date(2022, 1, 5),
        by=world.actor(Role.FINANCE),
        at=on(date(2022, 1, 5)),
    )


def state(world: World) -> None:
    note(world, ClosingTask.STATEMENT, STATED, reference="EC-2023")


def note(world: World, task: ClosingTask, day: date, **given: Any) -> None:
    details = {"by": world.manager, "at": on(day), "done_on": day}
    note_step(programme_id=world.programme_id, task=task, **(details | given))


def give_back(world: World, day: date = STATED) -> int:
    return return_unspent(programme_id=world.programme_id, cause="Fin de validité", by=world.manager, at=on(day, 15))


def close(world: World, day: date = CLOSING) -> None:
    close_after_audit(programme_id=world.programme_id, by=world.manager, at=on(day, 16))


def ended() -> World:
    """A programme of which all is settled, on the eve of its closing."""
    world = build_world()
    spent_and_paid(world)
    fund(world)
    state(world)
    give_back(world)
    return world


def closed() -> World:
    world = ended()
    close(world)
    return world


def test_the_checklist_is_dated_by_the_calendar_in_force_and_filled_as_things_are_done() -> None:
    world = build_world(tolerance_days=30, structures=2)
    days = {line.task: line.day for line in checklist(world.manager, world.programme_id, date(2022, 11, 1)).lines}
    assert days == {
        ClosingTask.WARN: date(2022, 12, 1),
        ClosingTask.STOP: date(2022, 12, 16),
        ClosingTask.ACKNOWLEDGE: date(2022, 12, 24),
        ClosingTask.LAPSE: date(2022, 12, 31),
        ClosingTask.REFUSE_USE: date(2023, 1, 31),
        ClosingTask.STATEMENT: date(2023, 2, 6),
        ClosingTask.CREDIT_NOTE: date(2023, 2, 6),
        ClosingTask.RETURN_VALUE: date(2023, 2, 6),
        ClosingTask.CLOSE: date(2023, 3, 31),
    }
    note(world, ClosingTask.ACKNOWLEDGE, date(2022, 12, 24), structure_id=world.structures[0])
    found = checklist(world.actor(Role.AUDITOR), world.programme_id, date(2022, 12, 25))
    assert (found.line(ClosingTask.ACKNOWLEDGE).done, found.line(ClosingTask.ACKNOWLEDGE).of) == (1, 2)
    assert list(found.waiting) == [world.structures[1]]
    assert found.line(ClosingTask.WARN).is_late(date(2022, 12, 25))
    own = world.actor(Role.PRESCRIBER, 1)
    note(world, ClosingTask.ACKNOWLEDGE, date(2022, 12, 26), structure_id=world.structures[1], by=own)
    after = checklist(world.manager, world.programme_id, date(2022, 12, 26))
    assert after.line(ClosingTask.ACKNOWLEDGE).done_on == date(2022, 12, 26)
    assert checklist(world.manager, world.programme_id, date(2022, 12, 25)).waiting == found.waiting, "as of that day"


def test_the_four_counts_are_those_of_the_day_asked_for() -> None:
    world = build_world(quantity=40, booklets=2)
    world.spend(3, date(2022, 9, 10))
    world.hand_over(7, day=date(2022, 9, 12))
    world.hand_over(2, day=date(2022, 9, 20))
    then = four_counts(world.programme_id, date(2022, 9, 11))
    assert (then.issued, then.handed_out, then.not_handed_out, then.started_booklets) == (40, 3, 37, 1)
    now = four_counts(world.programme_id, END)
    assert (now.issued, now.handed_out, now.not_handed_out, now.started_booklets) == (40, 12, 28, 1)
    assert (now.used, now.unspent) == (3, 37)


@pytest.mark.parametrize(
    ("task", "given", "refusal"),
    [
        (ClosingTask.WARN, {"done_on": date(2022, 11, 30)}, StepTooEarly),
        (ClosingTask.WARN, {"done_on": END + timedelta(days=40)}, StepOfTheFuture),
        (ClosingTask.STATEMENT, {"reference": " "}, StepWithoutReference),
        (ClosingTask.ACKNOWLEDGE, {}, NotFound),
        (ClosingTask.LAPSE, {}, NotAllowed),
        (ClosingTask.CLOSE, {}, NotAllowed),
    ],
)
def test_a_step_is_noted_when_it_is_due_and_with_its_paper(
    task: ClosingTask, given: dict[str, Any], refusal: type[Refusal]
) -> None:
    world = build_world()
    with pytest.raises(refusal):
        note(world, task, STATED, **given)


def test_a_step_is_noted_once_and_a_structure_notes_its_own_alone() -> None:
    world = build_world()
    state(world)
    with pytest.raises(StepDone):
        state(world)
    stranger = world.actor(Role.PRESCRIBER, 1)
    with pytest.raises(NotAllowed):
        note(world, ClosingTask.ACKNOWLEDGE, STATED, structure_id=world.structures[0], by=stranger)
    for role in (Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE):
        with pytest.raises(NotAllowed):
            note(world, ClosingTask.WARN, STATED, by=world.actor(role))


def test_value_goes_back_to_the_envelope_by_an_explicit_act_in_one_set() -> None:
    world = build_world()
    spent_and_paid(world)
    [lost] = world.hand_over(1, day=date(2022, 9, 20))
    declare_lost(
        programme_id=world.programme_id,
        numbers=[(lost, lost)],
        cause="Perdu",
        by=world.manager,
        at=on(date(2022, 9, 21)),
    )
    with pytest.raises(StillUsable):
        give_back(world, END)
    assert give_back(world) == 37
    assert world.states() == {State.CANCELLED: 37, State.REIMBURSED: 3}
    assert world.money()[Account.ENVELOPE] == 97_000
    assert Account.COMMITTED not in world.money()
    with pytest.raises(NothingUnspent):
        give_back(world)
    line = checklist(world.manager, world.programme_id, STATED).line(ClosingTask.RETURN_VALUE)
    assert (line.done_on, line.reference) == (STATED, "Fin de validité")
    assert audit_programme(world.programme_id).differences == ()


def test_the_programme_closes_on_its_day_when_the_books_balance() -> None:
    world = ended()
    assert everything_unbalanced(world.programme_id, on(CLOSING)) == []
    with pytest.raises(ClosingTooEarly):
        close(world, CLOSING - timedelta(days=1))
    close(world)
    assert checklist(world.manager, world.programme_id, CLOSING).closed_on == CLOSING
    with pytest.raises((AlreadyClosed, ProgrammeClosed)):
        close(world)
    assert audit_programme(world.programme_id).differences == ()


def test_what_does_not_balance_is_listed_and_keeps_the_programme_open() -> None:
    world = build_world()
    claim = spent_and_paid(world)
    finance = world.actor(Role.FINANCE)
    world.spend(2, date(2022, 10, 12))
    recover(
        claim_id=claim, line_ids=[lines_of(finance, claim)[0].id], cause="Erreur", by=finance, at=on(date(2022, 11, 1))
    )
    fund_mandatary(
        programme_id=world.programme_id,
        amount_cents=500,
        reference="A-1",
        paid_on=date(2022, 11, 1),
        by=finance,
        at=on(date(2022, 11, 1)),
    )
    found = {one.why: (one.passes, one.cents) for one in what_does_not_balance(world.programme_id, CLOSING)}
    assert found == {
        Imbalance.UNSPENT: (35, 35_000),
        Imbalance.DUE: (0, 2000),
        Imbalance.UNDUE: (0, 1000),
        Imbalance.WITH_ISSUER: (0, 500),
        Imbalance.OVERDRAWN: (0, 3500),
        Imbalance.NO_STATEMENT: (0, 0),
    }
    with pytest.raises(BooksDoNotBalance, match="6"):
        close(world)
    assert not Closure.objects.exists()


def test_the_credit_note_is_compared_with_what_is_unspent_and_a_difference_is_owned_and_explained() -> None:
    world = ended()
    Programme.objects.filter(id=world.programme_id).update(issuer="Émetteur (fictif)")
    assert reasons(world) == {Imbalance.NO_CREDIT_NOTE: 37_000}
    with pytest.raises(CreditNoteWithoutAmount):
        note(world, ClosingTask.CREDIT_NOTE, STATED, reference="AV-1")
    note(world, ClosingTask.CREDIT_NOTE, STATED, reference="AV-1", stated_cents=36_000)
    assert reasons(world) == {Imbalance.CREDIT_APART: 1000}
    with pytest.raises(BooksDoNotBalance):
        close(world)
    (found,) = reconcile(world.manager, world.programme_id, CLOSING).differences
    assert (found.apart.gap, found.owner, found.apart.cents) == (Gap.CREDIT_APART, Owner.ISSUER, -1000)
    explained = {"state": FollowUp.EXPLAINED, "owner": Owner.ISSUER, "reason": "Avoir rectificatif promis"}
    given = {"programme_id": world.programme_id, "by": world.actor(Role.FINANCE), "at": on(CLOSING)}
    note_difference(key=found.apart.key, after=0, **explained, **given)
    assert reasons(world) == {}
    close(world)
    assert audit_programme(world.programme_id).differences == ()


def test_a_credit_note_that_says_the_same_leaves_nothing_open() -> None:
    world = ended()
    Programme.objects.filter(id=world.programme_id).update(issuer="Émetteur (fictif)")
    note(world, ClosingTask.CREDIT_NOTE, STATED, reference="AV-1", stated_cents=37_000)
    assert reasons(world) == {}
    content = csv(["Date", "Référence", "Montant"], [[f"{STATED:%d/%m/%Y}", "AV-1", "350,00"]])
    assert send(world, content, IssuerKind.CREDIT_NOTES, "avoirs.csv").taken == 1
    assert reasons(world) == {Imbalance.CREDIT_APART: 2000}, "the issuer's own file says something else"


def reasons(world: World) -> dict[Imbalance, int]:
    return {one.why: one.cents for one in what_does_not_balance(world.programme_id, CLOSING)}


def test_a_register_that_was_altered_is_not_closed() -> None:
    world = ended()
    Transfer.objects.filter(credit_account="paid").update(amount_cents=1)
    with pytest.raises(BooksDoNotBalance):
        close(world)


def test_a_closed_programme_refuses_by_name_until_a_correction_is_open() -> None:
    world = closed()
    after = CLOSING + timedelta(days=3)
    with pytest.raises(ProgrammeClosed):
        world.issue(10, after)
    with pytest.raises(ProgrammeClosed):
        world.set(after, low_stock_alert=3)
    with pytest.raises(ProgrammeClosed):
        fund(world, reference="TITRE-2")
    with pytest.raises(CorrectionWithoutReason):
        begin(world, " ", after)
    begin(world, "Apport oublié", after)
    with pytest.raises(CorrectionOpen):
        begin(world, "Encore", after)
    fund(world, reference="TITRE-2")
    end_programme_correction(programme_id=world.programme_id, by=world.manager, at=on(after, 12))
    with pytest.raises(ProgrammeClosed):
        fund(world, reference="TITRE-3")
    with pytest.raises(NoCorrectionOpen):
        end_programme_correction(programme_id=world.programme_id, by=world.manager, at=on(after, 13))
    assert Correction.objects.get().reason == "Apport oublié"
    assert audit_programme(world.programme_id).differences == ()


def begin(world: World, reason: str, day: date) -> None:
    begin_programme_correction(programme_id=world.programme_id, reason=reason, by=world.manager, at=on(day, 9))


def test_a_correction_that_unbalances_the_books_does_not_end() -> None:
    world = closed()
    after = CLOSING + timedelta(days=3)
    begin(world, "Avance oubliée", after)
    fund_mandatary(
        programme_id=world.programme_id,
        amount_cents=1,
        reference="A-9",
        paid_on=after,
        by=world.actor(Role.FINANCE),
        at=on(after),
    )
    with pytest.raises(BooksDoNotBalance):
        end_programme_correction(programme_id=world.programme_id, by=world.manager, at=on(after, 12))


def test_the_journal_is_sealed_after_the_closing_too() -> None:
    world = closed()
    after = on(CLOSING + timedelta(days=2))
    assert seal_programme(programme_id=world.programme_id, by=world.manager, at=after) > 0
    assert audit_programme(world.programme_id).differences == ()


def test_there_is_nothing_to_correct_in_an_open_programme() -> None:
    with pytest.raises(NotClosedYet):
        begin(build_world(), "Erreur", CLOSING)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR, Role.PRESCRIBER, Role.PLACE])
def test_only_the_manager_ends_a_programme(role: Role) -> None:
    world = build_world()
    by = world.actor(role)
    given: dict[str, Any] = {"programme_id": world.programme_id, "by": by, "at": on(CLOSING)}
    for act in (
        lambda: return_unspent(cause="Fin", **given),
        lambda: close_programme(**given),
        lambda: begin_programme_correction(reason="x", **given),
        lambda: end_programme_correction(**given),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_of_another_authority_reads_or_ends_it() -> None:
    world, other = build_world(), build_world("meuse")
    with pytest.raises(NotFound):
        checklist(other.manager, world.programme_id, END)
    with pytest.raises(NotFound):
        close_after_audit(programme_id=world.programme_id, by=other.manager, at=on(CLOSING))


def test_the_statement_and_the_credit_note_are_papers_of_the_same_figures(tmp_path: Any) -> None:
    world = build_world()
    spent_and_paid(world)
    for make in (contradictory_statement, credit_note):
        content = make(world.actor(Role.ACCOUNTANT), world.programme_id, on(STATED))
        assert content == make(world.manager, world.programme_id, on(STATED))
        (tmp_path / "p.pdf").write_bytes(content)
        with pikepdf.open(tmp_path / "p.pdf") as paper:
            assert paper.Root.MarkInfo.Marked


@pytest.mark.django_db(transaction=True)
def test_structures_are_warned_three_times_and_never_twice(settings: Any) -> None:
    settings.MAIL = "console"
    world = build_world(structures=1)
    world.structures.append(world.organisation("Structure jointe", contact_email="accueil@structure.exemple.fr"))
    world.accredit(world.structures[-1], AccreditationKind.PRESCRIBER)
    by = system_actor(world.authority_id)

    def warn(day: date, hour: int = 10) -> int:
        sent = warn_structures(programme_id=world.programme_id, by=by, at=on(day, hour))
        return sum(sent.counts.values())

    assert warn(END - timedelta(days=31)) == 0
    assert warn(END - timedelta(days=30), hour=22) == 0, "nobody is written to at night"
    assert warn(END - timedelta(days=30)) == 1
    assert warn(END - timedelta(days=29)) == 0
    assert warn(END - timedelta(days=15)) == 1
    assert warn(END - timedelta(days=7)) == 1
    assert warn(END) == 0
    lines = checklist(world.manager, world.programme_id, END)
    assert lines.line(ClosingTask.WARN).done_on == END - timedelta(days=30)
    assert lines.line(ClosingTask.STOP).done_on == END - timedelta(days=15)


def test_what_is_written_tells_the_four_counts_and_what_is_asked() -> None:
    world = build_world()
    words = closing_warning(
        ClosingTask.ACKNOWLEDGE,
        structure="Structure",
        programme="Pass",
        authority="Collectivité",
        email="",
        in_stock=20,
        counts=four_counts(world.programme_id, END),
        calendar=CALENDAR,
        page="https://pass.exemple.fr/verdun/cloture/",
    )
    assert words.subject == "Fin de validité des pass le 31 décembre 2022"
    assert "40 pass émis, 0 remis, 40 émis et jamais remis" in words.text
    assert "à la charge de votre structure" in words.text
