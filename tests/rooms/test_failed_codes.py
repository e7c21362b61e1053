"""Failed codes are counted together by every worker, for ten minutes, and forgotten after."""

from datetime import timedelta

import pytest

from passnumerique.directory.models import FailedTries
from passnumerique.directory.operations import note_failed_codes
from passnumerique.directory.operations.tries import SWEPT_AT_ONCE
from passnumerique.directory.queries import too_many_failed_codes
from passnumerique.directory.rules import FAILED_CODES_WINDOW, MOST_FAILED_CODES
from tests.rooms.directory_cast import AT
from tests.rooms.race import at_once, faults

pytestmark = pytest.mark.django_db

WHO = "token:0190"
SECOND = timedelta(seconds=1)


def test_the_last_failed_code_that_is_allowed_and_the_first_that_is_not():
    note_failed_codes(WHO, MOST_FAILED_CODES - 1, at=AT)
    assert too_many_failed_codes(WHO, at=AT) is None
    note_failed_codes(WHO, 1, at=AT + SECOND)
    assert too_many_failed_codes(WHO, at=AT + SECOND) == 599


def test_the_wait_is_told_in_whole_seconds_and_ends_with_the_window():
    note_failed_codes(WHO, MOST_FAILED_CODES, at=AT)
    assert too_many_failed_codes(WHO, at=AT) == 600
    assert too_many_failed_codes(WHO, at=AT + timedelta(seconds=599.5)) == 1
    assert too_many_failed_codes(WHO, at=AT + FAILED_CODES_WINDOW) is None


def test_a_window_begins_with_its_first_failed_code_and_the_next_begins_anew():
    note_failed_codes(WHO, MOST_FAILED_CODES - 1, at=AT)
    note_failed_codes(WHO, 2, at=AT + FAILED_CODES_WINDOW)
    assert too_many_failed_codes(WHO, at=AT + FAILED_CODES_WINDOW) is None
    row = FailedTries.objects.get()
    assert (row.count, row.since) == (2, AT + FAILED_CODES_WINDOW)


def test_instants_with_and_without_fractions_of_a_second_are_compared_alike():
    note_failed_codes(WHO, 1, at=AT + timedelta(microseconds=1))
    note_failed_codes(WHO, 1, at=AT + FAILED_CODES_WINDOW)
    assert FailedTries.objects.get().count == 2
    note_failed_codes(WHO, 1, at=AT + FAILED_CODES_WINDOW + timedelta(microseconds=1))
    assert FailedTries.objects.get().count == 1


def test_subjects_do_not_count_for_each_other_and_cannot_be_read_back():
    note_failed_codes(WHO, MOST_FAILED_CODES, at=AT)
    assert too_many_failed_codes("token:0191", at=AT) is None
    assert WHO not in FailedTries.objects.get().subject


def test_a_caller_may_be_stricter():
    note_failed_codes(WHO, 3, at=AT)
    assert too_many_failed_codes(WHO, at=AT, most=3) == 600
    assert too_many_failed_codes(WHO, at=AT, most=4) is None


@pytest.mark.parametrize("many", [0, -1])
def test_no_failed_code_writes_nothing(many, django_assert_num_queries):
    with django_assert_num_queries(0):
        note_failed_codes(WHO, many, at=AT)


def test_the_question_is_one_lookup(django_assert_num_queries):
    note_failed_codes(WHO, 1, at=AT)
    with django_assert_num_queries(1):
        too_many_failed_codes(WHO, at=AT)


def test_windows_that_are_over_go_away_with_the_next_writes_some_at_once():
    for rank in range(SWEPT_AT_ONCE + 5):
        note_failed_codes(f"address:{rank}", 1, at=AT)
    later = AT + FAILED_CODES_WINDOW
    note_failed_codes(WHO, 1, at=later)
    assert FailedTries.objects.count() == 6
    note_failed_codes(WHO, 1, at=later)
    assert FailedTries.objects.get().count == 2


@pytest.mark.django_db(transaction=True)
def test_another_connection_counts_on():
    note_failed_codes(WHO, MOST_FAILED_CODES - 1, at=AT)
    told = at_once(lambda: (note_failed_codes(WHO, 1, at=AT), too_many_failed_codes(WHO, at=AT)))
    assert told == [(None, 600)]
    assert too_many_failed_codes(WHO, at=AT) == 600


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_lose_no_failed_code_and_never_wait_in_a_circle():
    subjects = ["a", "b", "c", WHO]
    for subject in subjects:
        note_failed_codes(subject, 1, at=AT)
    later = AT + FAILED_CODES_WINDOW

    def work(order):
        def act():
            for subject in order * 5:
                note_failed_codes(subject, 2, at=later)

        return act

    answers = at_once(*(work(order) for order in (subjects, subjects[::-1]) * 2))
    assert faults(answers) == []
    assert {(row.count, row.since) for row in FailedTries.objects.all()} == {(40, later)}
    assert FailedTries.objects.count() == len(subjects)
