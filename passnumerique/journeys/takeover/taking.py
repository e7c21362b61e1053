"""Taking a programme over: read, check, do again, prove. Nothing is left of it unless all of it holds."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import AccreditationKind, Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.journeys.takeover.checking import Checked, Names
from passnumerique.journeys.takeover.folder import Bad, Folder
from passnumerique.journeys.takeover.proving import Proof, prove
from passnumerique.journeys.takeover.refusals import AlreadyTakenOver, ProgrammeNotEmpty, StatementDayToCome
from passnumerique.journeys.takeover.replaying import Progress, Replaying
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.operations.takeover import record_takeover
from passnumerique.settlement.queries.issuer import words_of
from passnumerique.settlement.queries.takeover import takeover_of
from passnumerique.training.queries.plan import plan
from passnumerique.vouchers.queries.stock import counts_by_state


@dataclass(frozen=True)
class TakeoverReport:
    """What a takeover did, or would do: lines of each file, the proof, every line that cannot be. `written`:
    it stands. `known`: it stood already, and nothing was done."""

    lines: dict[str, int]
    proofs: tuple[Proof, ...] = ()
    bad: tuple[Bad, ...] = ()
    written: bool = False
    known: bool = False


def take_over_programme(
    *,
    programme_id: UUID,
    folder: Folder,
    former: str,
    statement_on: date,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> TakeoverReport:
    """Do again everything that the files of the former issuer tell, each act at its date, and prove the result
    equal to its last statement, of the evening of `statement_on`. All or nothing; the same folder again
    changes nothing.

    For the manager. Refuses a programme that has passes already, a statement of a day to come, and a folder
    without lots or statement. Every line that cannot be is in the report, and then nothing is written.
    """
    require(by, Permission.RECEIVE_LOT)
    access_programme(by, programme_id)
    before = takeover_of(programme_id)
    if before:
        if bytes(before.sha256) != folder.sha256:
            raise AlreadyTakenOver
        return TakeoverReport({}, known=True)
    if statement_on > day_of(at):
        raise StatementDayToCome(day=statement_on)
    if any(counts_by_state(programme_id).values()):
        raise ProgrammeNotEmpty
    rows, bad = folder.read()
    lines = {name: len(some) for name, some in rows.items()}
    names = _names(programme_id)
    bad += Checked(names, statement_on).follow(rows)
    if bad:
        return TakeoverReport(lines, bad=_in_order(bad))
    with transaction.atomic():
        bad = Replaying(programme_id, names, by, former.strip()).replay(rows, progress)
        proofs, apart = prove(programme_id, rows["releve"], names.places)
        bad += [] if bad else apart
        written = not (bad or dry_run)
        if written:
            record_takeover(
                programme_id=programme_id,
                sha256=folder.sha256,
                former=former,
                statement_on=statement_on,
                lines=lines,
                by=by,
                at=at,
            )
        transaction.set_rollback(not written)
    return TakeoverReport(lines, tuple(proofs), _in_order(bad), written)


def _names(programme_id: UUID) -> Names:
    modules = {normalised(module.name): module.id for theme in plan(programme_id) for module in theme.modules}
    structures = words_of(programme_id, AccreditationKind.PRESCRIBER)
    return Names(structures, words_of(programme_id, AccreditationKind.PLACE), modules)


def _in_order(bad: list[Bad]) -> tuple[Bad, ...]:
    return tuple(sorted(bad, key=lambda one: (one.file, one.line, one.column)))
