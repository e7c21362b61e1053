"""What the installation does by itself: once at a time, whatever fails, and noted."""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.core.management import CommandError, call_command

from passnumerique.beneficiaries.models import Contact, Message
from passnumerique.beneficiaries.rules import Channel, Wanted
from passnumerique.directory.models import JobRun
from passnumerique.directory.operations.jobs import end_job, take_job
from passnumerique.directory.queries.jobs import job_runs
from passnumerique.directory.rules import Role, system_actor
from passnumerique.directory.rules.jobs import COUNT_WORDS, JOB_WORDS, LEASE, JobName
from passnumerique.ground.refusals import NotAllowed
from passnumerique.jobs import schedule
from passnumerique.jobs.ticking import Done, instant_for, tick
from passnumerique.programmes.models import Programme
from passnumerique.programmes.operations import create_programme
from passnumerique.programmes.queries import every_programme
from passnumerique.training.operations import book_seats
from tests.rooms.race import at_once, faults
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2021, 10, 12)
AT = on(date(2021, 10, 10), 14)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(settings: LazySettings) -> World:
    settings.MAIL = settings.SMS = "console"
    return build_world(reminders="on")


def seated(world: World) -> None:
    """Somebody with an e-mail and a seat on DAY."""
    numbers = world.hand_over(1, wants=(Wanted(Channel.EMAIL, "personne@exemple.fr"),))
    session, by = world.session(DAY), world.actor(Role.PLACE)
    codes, at = [world.code(number) for number in numbers], on(date(2021, 10, 1))
    book_seats(programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=at)


def ticked(at: datetime = AT, **options: Any) -> dict[JobName, Done]:
    with time_machine.travel(at, tick=False):
        return {done.name: done for done in tick(list(every_programme()), **options)}


def take(world: World, at: datetime = AT, **options: Any) -> bool:
    by = system_actor(world.authority_id)
    given = {"programme_id": world.programme_id, "name": JobName.NEWS, "every": 10 * MINUTE, "by": by, "at": at}
    return take_job(**(given | options))


def test_a_job_is_taken_when_it_is_due_and_by_one(world: World) -> None:
    answers = at_once(*[lambda: take(world)] * 6)
    assert faults(answers) == []
    assert sum(answers) == 1
    assert not take(world, AT + LEASE - MINUTE)
    end_job(programme_id=world.programme_id, name=JobName.NEWS, by=system_actor(world.authority_id), at=AT)
    assert [take(world, AT + 9 * MINUTE), take(world, AT + 10 * MINUTE - timedelta(seconds=15))] == [False, True]


def test_a_killed_run_holds_its_job_for_a_quarter_of_an_hour(world: World) -> None:
    assert take(world)
    assert not take(world, AT + 14 * MINUTE, now=True)
    assert take(world, AT + 15 * MINUTE)


def test_a_tick_does_everything_once_and_says_so(world: World) -> None:
    seated(world)
    done = ticked()
    assert list(done) == [job.name for job in schedule.JOBS]
    assert not [one for one in done.values() if one.fault]
    assert done[JobName.REMINDERS].counts == {"sent": 1}
    assert ticked(AT + timedelta(seconds=20)) == {}
    assert set(ticked(AT + MINUTE)) == {JobName.EXPIRE_OFFERS, JobName.NEWS, JobName.PREPARE_CLAIMS}
    assert len(mail.outbox) == 1
    runs = job_runs(world.manager, world.programme_id)
    assert [run.name for run in runs] == list(JobName)
    assert all(run.lease_until is None and run.ended_at for run in runs)


def test_two_ticks_at_once_write_once(world: World) -> None:
    seated(world)
    with time_machine.travel(AT, tick=False):
        programmes = list(every_programme())
        answers = at_once(*[lambda: list(tick(programmes))] * 3)
    assert faults(answers) == []
    assert sum(len(one) for one in answers) == len(schedule.JOBS)
    assert Message.objects.count() == len(mail.outbox) == 1


def test_a_job_that_fails_keeps_no_other_from_being_done(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    seated(world)

    def fail(**_: object) -> Mapping[str, int]:
        raise ValueError("personne@exemple.fr")

    monkeypatch.setattr(schedule, "send_news", fail)
    with caplog.at_level(logging.DEBUG), time_machine.travel(AT, tick=False), pytest.raises(SystemExit):
        call_command("tick")
    printed = capsys.readouterr().out
    assert f"verdun · {JOB_WORDS[JobName.NEWS]} : ÉCHEC, ValueError" in printed
    assert "personne@" not in printed + caplog.text
    assert f"verdun · {JOB_WORDS[JobName.REMINDERS]} : envoyés : 1" in printed
    news = JobRun.objects.get(name=JobName.NEWS)
    assert news.fault.startswith("ValueError rooms/test_jobs.py:")
    assert news.lease_until is None


def test_the_command_is_for_one_programme_or_all(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(AT, tick=False):
        call_command("tick", programme="verdun")
        assert capsys.readouterr().out.count("verdun · ") == len(schedule.JOBS)
        call_command("tick")
        assert capsys.readouterr().out == ""
        call_command("tick", now=True)
        assert capsys.readouterr().out.count("verdun · ") == len(schedule.JOBS)
        with pytest.raises(CommandError):
            call_command("tick", programme="ailleurs")


def test_a_programme_without_a_calendar_has_nothing_to_do(world: World) -> None:
    by, at = world.manager, on(date(2021, 9, 2))
    create_programme(authority_id=world.authority_id, slug="neuf", name="Neuf", by=by, at=at)
    with time_machine.travel(AT, tick=False):
        assert not [done for done in tick(every_programme().filter(slug="neuf")) if done.fault]


def test_old_contacts_go_by_themselves(world: World) -> None:
    seated(world)
    done = ticked(AT + timedelta(days=800))
    assert done[JobName.PURGE].counts["contacts"] == 1
    assert Contact.objects.get().gone_at is not None


def test_only_the_installation_takes_jobs_and_only_readers_see_them(world: World) -> None:
    with pytest.raises(NotAllowed):
        take(world, by=world.manager)
    with pytest.raises(NotAllowed):
        job_runs(world.actor(Role.PLACE), world.programme_id)


def test_the_messages_of_a_demonstration_leave_before_eight() -> None:
    shown = Programme(demonstration_day=date(2022, 12, 13))
    assert instant_for(shown, datetime(2026, 11, 23, 15, tzinfo=UTC)) == on(date(2022, 12, 13), 19, 59)
    assert instant_for(shown, datetime(2026, 11, 23, 1, tzinfo=UTC)) < on(date(2022, 12, 13), 19)


def test_every_job_and_every_count_has_its_words() -> None:
    assert set(JOB_WORDS) == {job.name for job in schedule.JOBS} == set(JobName)
    assert {"sent", "postponed", "failed", "done", "contacts", "keys", "passes", "rows"} == set(COUNT_WORDS)
