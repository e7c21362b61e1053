"""The warnings before the end of validity: a letter to each structure thirty, fifteen and seven days before."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries.messages import open_channels
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState
from passnumerique.directory.queries import accredited_prescribers, organisations_by_id
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, start_of
from passnumerique.ground.ids import id_of
from passnumerique.ledger.queries import books_closed_on
from passnumerique.programmes.queries import access_programme, calendar_on
from passnumerique.settlement.operations.closing import note_step
from passnumerique.settlement.queries.closing import four_counts, steps_of
from passnumerique.settlement.rules.closing import ClosingTask, warnings_due
from passnumerique.settlement.rules.letters import closing_warning
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.rules.hours import is_quiet
from passnumerique.vouchers.queries.stock import counts_by_structure
from passnumerique.vouchers.rules import State


def warn_structures(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write to each structure the warning that is due, once for each end of validity: what it has left, until
    when it may hand passes over, and the four counts. Notes the steps that this does.

    For the system and who manages the programme. From 8 h to 20 h, while the installation sends e-mail; a
    structure without an address, or that asked for silence, is left out. Done again it changes nothing.
    """
    require(by, Permission.SEND_MESSAGES)
    access_programme(by, programme_id)
    day, sent = day_of(at), Sent()
    calendar = calendar_on(programme_id, day)
    task = warnings_due(calendar, day)
    if task is None or is_quiet(at) or Channel.EMAIL not in open_channels() or books_closed_on(programme_id):
        return sent
    for structure_id in sorted(accredited_prescribers(programme_id, day)):
        sent.note(_letter_to(programme_id, structure_id, task, by, at))
    noted = set(steps_of(programme_id, calendar.validity_until).values_list("task", flat=True))
    for told in (ClosingTask.WARN, ClosingTask.STOP):
        due = told is ClosingTask.WARN or task is not ClosingTask.WARN
        if due and told.value not in noted:
            note_step(programme_id=programme_id, task=told, done_on=day, by=by, at=at)
    return sent


def _letter_to(
    programme_id: UUID, structure_id: UUID, task: ClosingTask, by: Actor, at: datetime
) -> MessageState | None:
    programme = access_programme(by, programme_id)
    calendar = calendar_on(programme_id, day_of(at))
    counts = counts_by_structure(programme_id, [structure_id]).get(structure_id, {})
    words = closing_warning(
        task,
        structure=organisations_by_id([structure_id])[structure_id].name,
        programme=programme.name,
        authority=programme.authority.name,
        email=programme.authority.email,
        in_stock=counts.get(State.STRUCTURE_STOCK, 0),
        counts=four_counts(programme_id, day_of(at)),
        calendar=calendar,
        page=f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{programme.slug}/cloture/",
    )
    return send_message(
        programme_id=programme_id,
        organisation_id=structure_id,
        kind=MessageKind.END_OF_VALIDITY,
        subject_id=id_of(start_of(calendar.validity_until), f"{programme_id} {task}"),
        words=words,
        by=by,
        at=at,
    )
