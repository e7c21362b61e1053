"""What every way in does with an error: one rule for the plain views and for the lane."""

from passnumerique.api.problems import BadToken, TooManyWrongCodes
from passnumerique.ground import problems
from passnumerique.ground.refusals import Refusal


def refusal_of(error: Exception) -> Refusal:
    """What refuses a whole request: the refusal itself, or what stands for a fault, which is noted."""
    return problems.refusal_of(error, "api")


def headers_of(refusal: Refusal) -> dict[str, str]:
    """The headers that go with a refusal."""
    if isinstance(refusal, BadToken):
        return {"WWW-Authenticate": 'Bearer realm="passnumerique"'}
    if isinstance(refusal, TooManyWrongCodes):
        return {"Retry-After": str(refusal.params["seconds"])}
    return problems.headers_of(refusal)
