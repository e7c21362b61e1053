"""After `purge --rekey` everything that is enciphered, wherever it lies, is read by the new key alone."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import models

from passnumerique.beneficiaries.rules import Channel, Wanted
from passnumerique.directory.rules import Role, system_actor
from passnumerique.directory.rules.refusals import AccountsNotKept
from passnumerique.ground.ciphers import deciphered
from passnumerique.ground.refusals import NotAllowed
from passnumerique.insight.audit import audit_programme
from passnumerique.programmes.operations import create_programme
from passnumerique.settlement.models import PaymentRun, RunLine
from passnumerique.settlement.operations import rekeying
from passnumerique.settlement.operations.rekeying import encipher_payments_again
from passnumerique.settlement.operations.statements import import_statement
from passnumerique.settlement.queries.runs import access_run, file_of, run_lines
from tests.house.schema import OURS
from tests.house.test_sealed import bears_the_name
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import RUN_DAY, Office, bank, office
from tests.rooms.world import START, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """A day on which the contact is still kept."""
    with time_machine.travel(on(RUN_DAY, 13), tick=False):
        yield


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of the house that is enciphered."""
    for model in OURS:
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.BinaryField) and bears_the_name(field.name):
                yield model, field.name


def unread(keys: list[str]) -> list[str]:
    """The columns of which something is there that these keys do not read; those of which nothing is there."""
    faults = []
    for model, column in sealed_columns():
        texts = [bytes(one) for one in model._default_manager.values_list(column, flat=True).order_by() if one]
        if not texts:
            faults.append(f"{model._meta.label}.{column}: nothing to read, fill it in this test")
        faults += [f"{model._meta.label}.{column}" for text in texts if deciphered(keys, text) is None][:1]
    return faults


def everything_enciphered() -> Office:
    """A world in which every enciphered column of the house holds something."""
    desk = office()
    desk.world.hand_over(1, wants=(Wanted(Channel.SMS, "+33639980001"),))
    run = desk.sent([desk.claim()])
    row = run_lines(access_run(desk.sender, run)).get()
    content = statement([Entry(-row.amount_cents, RUN_DAY, row.id)])
    given: dict[str, Any] = {"filename": "r.xml", "content": content, "by": desk.sender, "at": on(RUN_DAY, 12)}
    import_statement(programme_id=desk.world.programme_id, **given)
    return desk


def test_everything_is_read_by_the_new_key_alone(settings: Any) -> None:
    desk = everything_enciphered()
    old, new = settings.CONTACT_KEYS[0], Fernet.generate_key().decode()
    files = [file_of(run) for run in PaymentRun.objects.order_by("id")]
    settings.CONTACT_KEYS = [new, old]
    told = StringIO()
    call_command("purge", rekey=True, stdout=told)
    assert "1 contact(s), 3 compte(s) bancaire(s), 2 virement(s) et lot(s), 1 relevé(s) sous la clé" in told.getvalue()
    settings.CONTACT_KEYS = [new]
    assert unread([new]) == []
    assert [file_of(run) for run in PaymentRun.objects.order_by("id")] == files
    assert audit_programme(desk.world.programme_id).differences == ()


def test_the_judge_sees_a_column_left_out(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    everything_enciphered()
    old, new = settings.CONTACT_KEYS[0], Fernet.generate_key().decode()
    settings.CONTACT_KEYS = [new, old]
    real = rekeying.rekey

    def skips(keys: Any, rows: Any, *given: Any, **more: Any) -> int:
        return 0 if rows.model is RunLine else real(keys, rows, *given, **more)

    monkeypatch.setattr(rekeying, "rekey", skips)
    call_command("purge", rekey=True, stdout=StringIO())
    assert unread([new]) == ["settlement.RunLine.sealed"]


def test_a_programme_without_a_calendar_is_enciphered_again_too(settings: Any) -> None:
    world = build_world(quantity=0)
    bank(world, 0)
    by, at = world.manager, on(START)
    create_programme(authority_id=world.authority_id, slug="sans-dates", name="Sans dates", by=by, at=at)
    told = StringIO()
    call_command("purge", programme="sans-dates", rekey=True, stdout=told)
    assert "pas encore de calendrier" in told.getvalue()
    assert "1 compte(s) bancaire(s)" in told.getvalue()


def test_what_no_key_reads_stays_as_it_is_and_only_the_system_does_it(settings: Any) -> None:
    desk = everything_enciphered()
    programme = desk.world.programme_id
    before = bytes(RunLine.objects.get().sealed)
    settings.CONTACT_KEYS = [Fernet.generate_key().decode()]
    done = encipher_payments_again(programme_id=programme, by=system_actor(desk.world.authority_id))
    assert (done.transfers, done.files, bytes(RunLine.objects.get().sealed)) == (0, 0, before)
    for role in (Role.FINANCE, Role.PLACE, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            encipher_payments_again(programme_id=programme, by=desk.world.actor(role))
    settings.CONTACT_KEYS = []
    with pytest.raises(AccountsNotKept):
        encipher_payments_again(programme_id=programme, by=system_actor(desk.world.authority_id))
