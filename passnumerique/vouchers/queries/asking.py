"""One pass asked about by whoever holds its card: what may be said of it, without spending it."""

from datetime import date
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.codes import fold
from passnumerique.programmes.queries import access_programme
from passnumerique.vouchers.queries.history import PublicAnswer, public_answer
from passnumerique.vouchers.queries.reading import codes_of_siblings, why_unknown


def voucher_with_code(actor: Actor, programme_id: UUID, code: str, *, day: date) -> PublicAnswer:
    """The number, the state and the last days of the pass with this code, as of now, and whether it can be
    used on that day: nothing personal. For the desks that read the register.

    Refuses a programme out of reach (NotFound), a code that no pass of the programme carries, by
    name: mistyped, of another programme of the authority, or unknown.
    """
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    answer = public_answer(programme_id, code, day)
    if answer is None:
        folded = fold(code)
        raise why_unknown(folded, sibling=bool(codes_of_siblings(programme_id, [folded])))
    return answer
