"""What the pages of the issuer share: badges, the way back, what is told of cells."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.settlement.rules.issuer import RowVerdict
from passnumerique.settlement.rules.reconciling import FollowUp
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk
from passnumerique.web.templatetags.house import badge

_FOLLOW_UP = {
    FollowUp.OPEN: ("alert", "warn"),
    FollowUp.EXPLAINED: ("edit", "info"),
    FollowUp.SETTLED: ("check", "good"),
}
_VERDICT = {
    RowVerdict.TAKEN: ("check", "good"),
    RowVerdict.KNOWN: ("dot", "plain"),
    RowVerdict.REFUSED: ("alert", "bad"),
    RowVerdict.WITHDRAWN: ("undo", "plain"),
}


def follow_up_badge(state: FollowUp) -> SafeString:
    """How far a difference has come."""
    return badge(say(state.words), *_FOLLOW_UP[state])


def verdict_badge(verdict: RowVerdict) -> SafeString:
    """What became of a row."""
    return badge(say(verdict.words), *_VERDICT[verdict])


def file_crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    """The path to a page of the issuer's files."""
    first = Crumb(_("Fichiers de l’émetteur"), desk.url("issuer_files") if labels else "")
    return [first, *(Crumb(label) for label in labels)]


def gap_crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    """The path to a page of the reconciliation."""
    first = Crumb(_("Rapprochement"), desk.url("reconciliation") if labels else "")
    return [first, *(Crumb(label) for label in labels)]


def voucher_url(desk: Desk, number: int | None) -> str:
    """The page of a pass, for who may read the register; nothing for anybody else."""
    return desk.url("voucher", number) if number is not None and desk.may(Permission.READ_REGISTER) else ""
