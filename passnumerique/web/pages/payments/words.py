"""How the pages of payments say what the bank said."""

from passnumerique.ground.words import say
from passnumerique.settlement.rules.returns import RETURN_WORDS, UNKNOWN


def why_returned(code: str) -> str:
    """The reason in the reader's language, with the bank's own code where it gave one."""
    words = RETURN_WORDS.get(code)
    if words:
        return f"{say(words)} ({code})"
    return f"{say(UNKNOWN)} ({code})" if code else say(UNKNOWN)
