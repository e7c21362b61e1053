"""One pass asked about by whoever holds its card: what may be said of it, without spending it."""

from datetime import date
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.codes import LENGTH, fold, grouped_code, well_formed
from passnumerique.programmes.queries import access_programme
from passnumerique.vouchers.queries.history import PublicAnswer, public_answer
from passnumerique.vouchers.rules.refusals import UnknownCode, WrongCheckLetter

LONGEST_TOLD = 40


def voucher_with_code(actor: Actor, programme_id: UUID, code: str, *, day: date) -> PublicAnswer:
    """The number, the state and the last days of the pass with this code, as of now, and whether it can be
    used on that day: nothing personal. For the desks that read the register.

    Refuses a programme out of reach (NotFound), a code that no pass of the programme carries, and a
    mistyped one by name.
    """
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    answer = public_answer(programme_id, code, day)
    if answer is None:
        raise _why_unknown(fold(code))
    return answer


def _why_unknown(code: str) -> UnknownCode | WrongCheckLetter:
    if len(code) == LENGTH and not well_formed(code):
        return WrongCheckLetter(code=grouped_code(code))
    return UnknownCode(code=grouped_code(code)[:LONGEST_TOLD])
