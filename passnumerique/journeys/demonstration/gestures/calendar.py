"""The council's acts and the calendar: the extension, once its three documents stand; new periods."""

from typing import Any
from uuid import UUID

from passnumerique.council.operations import record_deliberation, record_publication
from passnumerique.council.queries import deliberations
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.journeys.set_up.building import act_of, calendar_of, paper_of
from passnumerique.journeys.set_up.file import DocumentGiven, ExtensionGiven
from passnumerique.programmes.operations import (
    add_training_period,
    draft_amendment,
    extend,
    record_document,
    sign_amendment,
)
from passnumerique.programmes.queries import amendments, documents, revisions, training_periods


def extend_when_voted(stage: Stage, cast: Cast) -> None:
    """Record the vote on its day, its publication on its own, the amendments when signed, and extend on
    the day when all three bind. Where somebody prepares an extension by hand, or did, the papers are theirs."""
    extension = stage.script.extension
    if extension is None:
        return
    _vote(stage, cast, extension)
    if amendments(cast.manager, stage.programme_id).filter(item__isnull=False).exists():
        return
    papers = (extension.convention_amendment, extension.mandate_amendment)
    for paper in papers:
        if paper.signed_on == stage.day:
            _sign(stage, cast, paper, extension)
    binding = [extension.deliberation.transmitted_on, extension.deliberation.published_on]
    binding += [paper.in_force_on for paper in papers]
    if max(day for day in binding if day) == stage.day and len(revisions(stage.programme_id)) == 1:
        _extend(stage, cast, extension)


def _vote(stage: Stage, cast: Cast, extension: ExtensionGiven) -> None:
    given = extension.deliberation
    if given.sat_on == stage.day:
        if not deliberations(cast.manager).filter(number=given.number).exists():  # where no sitting voted it
            act = act_of(given.model_copy(update={"transmitted_on": None, "published_on": None}))
            record_deliberation(authority_id=stage.authority_id, act=act, by=cast.manager, at=stage.at(17, 45))
        _file(stage, cast, extension.deliberation_document, _act_id(cast, extension))
    if given.transmitted_on and given.published_on and max(given.transmitted_on, given.published_on) == stage.day:
        record_publication(
            deliberation_id=_act_id(cast, extension),
            transmitted_on=given.transmitted_on,
            published_on=given.published_on,
            by=cast.manager,
            at=stage.at(11),
        )


def _act_id(cast: Cast, extension: ExtensionGiven) -> UUID:
    return deliberations(cast.manager).get(number=extension.deliberation.number).id


def _file(stage: Stage, cast: Cast, paper: DocumentGiven, act_id: UUID) -> None:
    record_document(
        programme_id=stage.programme_id, paper=paper_of(paper, act_id), by=cast.manager, at=stage.at(17, 50)
    )


def _sign(stage: Stage, cast: Cast, paper: DocumentGiven, extension: ExtensionGiven) -> None:
    """One amendment drafted from the dates of the act, signed and in force on the days that the file gives."""
    given: dict[str, Any] = {"programme_id": stage.programme_id, "by": cast.manager, "at": stage.at(17, 50)}
    amendment_id = draft_amendment(
        kind=paper.kind,
        dates=calendar_of(extension.dates),
        deliberation_id=_act_id(cast, extension),
        reference=paper.reference,
        **given,
    )
    sign_amendment(
        amendment_id=amendment_id,
        signed_on=stage.day,
        in_force_on=paper.in_force_on,
        signatories=paper.counterpart,
        **given,
    )


def _extend(stage: Stage, cast: Cast, extension: ExtensionGiven) -> None:
    known = dict(documents(stage.programme_id).values_list("reference", "id"))
    extend(
        programme_id=stage.programme_id,
        calendar=calendar_of(extension.dates),
        deliberation_id=known[extension.deliberation_document.reference],
        convention_amendment_id=known[extension.convention_amendment.reference],
        mandate_amendment_id=known[extension.mandate_amendment.reference],
        by=cast.manager,
        at=stage.at(17, 55),
    )


def open_periods(stage: Stage, cast: Cast) -> None:
    """Open the training periods that the script keeps for later, unless somebody did."""
    known = set(training_periods(stage.programme_id).values_list("number", flat=True))
    for period in stage.file.periods:
        if period.opens_on == stage.day and period.number not in known:
            add_training_period(
                programme_id=stage.programme_id,
                by=cast.manager,
                at=stage.at(8, 30),
                **period.model_dump(exclude={"opens_on"}),
            )
