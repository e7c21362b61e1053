"""What happened to a claim, oldest first, as sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.queries import people_named
from passnumerique.settlement.queries import order_of
from passnumerique.settlement.queries.answers import answers_in, final_refusals_in
from passnumerique.settlement.queries.controlling import sample_of, sent_back_of
from passnumerique.settlement.queries.recoveries import undue_of_lines
from passnumerique.settlement.queries.runs import payments_of
from passnumerique.settlement.rules import ClaimState, Outcome
from passnumerique.web.pages.payments.words import why_returned
from passnumerique.web.pages.settlement.words import contested
from passnumerique.web.templatetags.house import day, euros


class Moment(NamedTuple):
    """One thing that happened: when, what, by whom, under which icon."""

    at: datetime
    sentence: str
    by: UUID | None
    icon: str


def history_of(claim: Any) -> list[dict[str, Any]]:
    """The story of a claim, each sentence with the name of who did it."""
    moments = sorted(_moments(claim), key=lambda one: one.at)
    names = people_named(one.by for one in moments if one.by)
    return [
        {"at": one.at, "sentence": one.sentence, "by": names.get(one.by, "") if one.by else "", "icon": one.icon}
        for one in moments
    ]


def _moments(claim: Any) -> Iterator[Moment]:
    yield _filing(claim)
    yield from _control(claim)
    yield from _decision(claim)
    yield from _answers(claim)
    yield from _refusals(claim)
    order = order_of(claim)
    if order:
        yield Moment(order.at, _paper(_("Mandat"), order), order.by_user, "document")
    yield from _payments(claim)
    yield from _undue(claim)


def _filing(claim: Any) -> Moment:
    if claim.complement_of_id:
        return Moment(claim.filed_at, _("Une demande complémentaire reprend des pass contestés."), None, "plus")
    return Moment(claim.filed_at, _("La demande est déposée."), claim.prepared_by, "inbox")


def _control(claim: Any) -> Iterator[Moment]:
    sample = sample_of(claim)
    if sample:
        told = {"size": sample.size, "passes": claim.passes, "seed": sample.seed}
        said = _("Des pass sont tirés au sort\u202f: %(size)s sur %(passes)s, avec la graine %(seed)s.") % told
        yield Moment(sample.drawn_at, said, sample.drawn_by, "search")
    if claim.controlled_at:
        yield Moment(claim.controlled_at, _("Les lignes sont contrôlées."), claim.controlled_by, "search")
    for back in sent_back_of(claim):
        yield Moment(
            back.approved_at, _("La demande est acceptée par une première personne."), back.approved_by, "stamp"
        )
        said = _("La demande est renvoyée au contrôle\u202f: %(reason)s.") % {"reason": back.reason}
        yield Moment(back.at, said, back.by_user, "undo")


def _decision(claim: Any) -> Iterator[Moment]:
    if claim.approved_at is None:
        return
    first = claim.first_approved_at
    if first is None and claim.state != ClaimState.COUNTERSIGN:
        yield Moment(claim.approved_at, _decided(claim), claim.approved_by, "stamp")
        return
    said = _("La demande est acceptée par une première personne.")
    yield Moment(first or claim.approved_at, said, claim.approved_by, "stamp")
    if first:
        yield Moment(
            claim.approved_at,
            _("La décision est confirmée.") + " " + _decided(claim),
            claim.second_approved_by,
            "stamp",
        )


def _decided(claim: Any) -> str:
    if claim.state == ClaimState.REJECTED:
        return _("Tous les pass sont contestés\u202f: rien n’est à payer.")
    said = _("La demande est acceptée.")
    if claim.rejected_lines:
        said = _("La demande est acceptée en partie\u202f: %(contested)s.") % {
            "contested": contested(claim.rejected_lines)
        }
    if claim.offset_cents:
        said += " " + _("Indu retenu\u202f: %(amount)s.") % {"amount": euros(claim.offset_cents)}
    return said


def _answers(claim: Any) -> Iterator[Moment]:
    for row in answers_in(claim).values():
        told = {"number": row.line.voucher_number, "reason": row.outcome_reason}
        said = _("Le lieu répond au sujet du pass n°\u202f%(number)s.") % told
        yield Moment(row.answered_at, said, row.answered_by, "inbox")
        if row.decided_at is None:
            continue
        if row.outcome == Outcome.ACCEPTED:
            said = _("La réponse est entendue\u202f: le pass n°\u202f%(number)s est accepté.") % told
        else:
            said = (
                _("La réponse n’est pas retenue, le pass n°\u202f%(number)s reste contesté\u202f: %(reason)s.") % told
            )
        yield Moment(row.decided_at, said, row.decided_by, "stamp")


def _refusals(claim: Any) -> Iterator[Moment]:
    """What was refused for good, told once for what was refused together."""
    refused: dict[tuple[Any, ...], list[int]] = {}
    for row in final_refusals_in(claim).values():
        refused.setdefault((row.at, row.reason, row.by_user), []).append(row.line.voucher_number)
    for (at, reason, by), numbers in refused.items():
        said = ngettext(
            "Le pass n°\u202f%(numbers)s est refusé définitivement\u202f: %(reason)s.",
            "Les pass n°\u202f%(numbers)s sont refusés définitivement\u202f: %(reason)s.",
            len(numbers),
        )
        yield Moment(at, said % {"numbers": ", ".join(map(str, sorted(numbers))), "reason": reason}, by, "cross")


def _payments(claim: Any) -> Iterator[Moment]:
    """Each payment, and what the bank sent back: the one after it is the payment anew."""
    for rank, (payment, back) in enumerate(payments_of(claim)):
        what = _("Nouveau paiement") if rank else _("Paiement")
        yield Moment(payment.at, _paper(what, payment), payment.by_user, "euro")
        if back:
            told = {"day": day(back.returned_on), "why": why_returned(back.code)}
            said = _("Le paiement est revenu le %(day)s\u202f: %(why)s. La demande est à payer de nouveau.") % told
            yield Moment(back.at, said, back.by_user, "undo")


def _undue(claim: Any) -> Iterator[Moment]:
    """What was declared undue of this claim, told once for what was declared together, and how it came back."""
    declared: dict[tuple[Any, ...], list[int]] = {}
    for row in undue_of_lines(claim).values():
        declared.setdefault((row.declared_at, row.cause, row.declared_by), []).append(row.line.voucher_number)
        if row.settled_at:
            yield Moment(row.settled_at, _came_back(row), row.settled_by, "undo")
    for (at, cause, by), numbers in declared.items():
        said = ngettext(
            "Le pass n°\u202f%(numbers)s est déclaré indu\u202f: %(cause)s.",
            "Les pass n°\u202f%(numbers)s sont déclarés indus\u202f: %(cause)s.",
            len(numbers),
        )
        yield Moment(at, said % {"numbers": ", ".join(map(str, sorted(numbers))), "cause": cause}, by, "alert")


def _came_back(row: Any) -> str:
    told = {"number": row.line.voucher_number, "how": row.settled_for}
    if row.offset_in_id:
        told["claim"] = row.offset_in.number
        return _("La somme du pass n°\u202f%(number)s est retenue sur la demande n°\u202f%(claim)s.") % told
    if row.order_id:
        told["order"] = row.order.number
        return _("La somme du pass n°\u202f%(number)s est rendue sur l’ordre n°\u202f%(order)s.") % told
    return _("La somme du pass n°\u202f%(number)s est revenue\u202f: %(how)s.") % told


def _paper(what: str, paper: Any) -> str:
    """`Mandat de 38,40 €, référence M-1, du 13 décembre 2022.`"""
    day_of_paper = getattr(paper, "ordered_on", None) or paper.paid_on
    told = {"what": what, "amount": euros(paper.amount_cents), "reference": paper.reference, "day": day(day_of_paper)}
    return _("%(what)s de %(amount)s, référence %(reference)s, du %(day)s.") % told
