"""Many threads at once, each with a connection of its own, and guards taken away to see that they count."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, connections

from passnumerique.ground.refusals import Refusal
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.training.operations import redeeming
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.operations import moving
from passnumerique.vouchers.operations.moving import Deed, Moved, Target
from passnumerique.vouchers.queries.reading import Seen
from tests.fire.guards import unguarded_act
from tests.rooms.world import World

ON_SQLITE = connection.vendor == "sqlite"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do every act in its own thread, all let go together; what each returned, or the exception it raised."""
    gate = threading.Barrier(len(acts), timeout=20)

    def done(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except Exception as fault:
            return fault
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def refusals(answers: Sequence[Any]) -> list[str]:
    """The names of the refusals among the answers, sorted."""
    return sorted(one.name for one in answers if isinstance(one, Refusal))


def faults(answers: Sequence[Any]) -> list[Exception]:
    """What came back that is neither an answer nor a refusal: nobody may ever see one."""
    return [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refusal)]


def clean(world: World) -> bool:
    """Whether the audit finds nothing, as `assert` likes to print it."""
    told = [sentence(one) for one in audit_programme(world.programme_id).differences]
    assert told == []
    return True


@contextmanager
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without what decides who wins: the conditional UPDATE, and the locks taken first.

    Each thread reads, waits a moment, and writes: what a program does that was never raced. A redemption is
    written whatever became of its pass.
    """
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_move_chunk", _read_then_write)
        patch.setattr(moving, "_wait_in_order", lambda *_: None)
        act = unguarded_act(redeeming.REDEEMING.act, not ON_SQLITE)
        patch.setattr(redeeming, "REDEEMING", replace(redeeming.REDEEMING, act=act))
        if ON_SQLITE:
            options = dict(connections.settings["default"]["OPTIONS"])
            options.pop("transaction_mode")
            patch.setitem(connections.settings["default"], "OPTIONS", options | {"timeout": 1})
        yield


def _read_then_write(deed: Deed, chunk: Sequence[Seen], target: Target) -> list[Moved]:
    first = chunk[0]
    structure_id = first.structure_id if target.structure_id is None else target.structure_id
    place_id = moving._place_after(first, target)
    rows = Voucher.objects.filter(programme_id=deed.programme_id, id__in=[one.id for one in chunk])
    free = set(rows.filter(state=first.state).values_list("id", flat=True).order_by())
    threading.Event().wait(0.3)  # long enough for the others to have read too, on a busy machine
    rows.filter(id__in=free).update(
        step=first.step + 1,
        state=target.state,
        structure_id=structure_id,
        place_id=place_id,
        deed_id=deed.id,
        **target.sets,
    )
    return [Moved(one, target.state, structure_id, place_id) for one in chunk if one.id in free]
