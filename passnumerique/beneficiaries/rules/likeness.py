"""By what the same person may be known again: a contact, an identity, or what resembles it. Pure.

What is made here are texts to be hashed with the key of the installation, never to be kept. An identity and a
contact are exact. A likeness survives the faults of a counter: another spelling of the same sound, a day and a
month swapped, names in the wrong order, a wrong year. It only shows who may be the same person.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from passnumerique.beneficiaries.rules.contacts import same_way
from passnumerique.beneficiaries.rules.people import Identity, KeyKind, Profile
from passnumerique.beneficiaries.rules.refusals import IdentityIncomplete

FIRST_LETTERS = 3
"""Of a surname and of a first name, that are compared when the rest may be misspelt."""

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_SOUNDS = (
    (r"(.)\1+", r"\1"),  # doubled letters
    (r"H(?<!CH)(?<!PH)(?<!SH)", ""),
    (r"PH", "F"),
    (r"S?CH|SH|G(?=[EIY])", "J"),
    (r"QU?|CK|C(?![EIYH])|X", "K"),
    (r"SC(?=[EIY])|C(?=[EIY])|Z", "S"),
    (r"GN", "N"),
    (r"M(?=[BP])", "N"),
    (r"UL(?=[TDX])", "U"),  # Gaultier, Renault
    (r"BV|BU(?=R)", "V"),  # Lefebvre, Lefebure
    (r"W", "V"),
    (r"(?<=..)[ESTDKPS]+$", ""),  # what is written at the end and not heard
    (r"^[AEIOUY]+", "A"),
    (r"(?<=.)[AEIOUY]", ""),
    (r"(.)\1+", r"\1"),
)
"""How names of France are heard, in the order in which it is done: what sounds alike is written in one way, and
of the vowels, which are misspelt most, only a first one stays."""


def folded(name: str) -> str:
    """A name in capital letters without accents, blanks, dashes or marks: `Le Fèvre-d’Œuf` is `LEFEVREDOEUF`."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return re.sub(r"[^a-z]", "", plain).upper()


def sounding(name: str) -> str:
    """A name as it sounds, so that spellings of one name meet: `Lefebvre`, `Lefèvre` and `LEFEVRE` alike.

    Letters that are none of the Latin alphabet have no sound here: the name stays as it was typed.
    """
    sound = folded(name)
    for pattern, put in _SOUNDS:
        sound = re.sub(pattern, put, sound)
    return sound or folded(name) or name.strip().casefold()


def texts_of(profile: Profile) -> Iterator[tuple[KeyKind, str]]:
    """What a profile may be known again by, as texts to hash, each once. Refuses a contact or an identity
    that cannot be read."""
    contacts = [*profile.contact.splitlines(), *(wanted.address for wanted in profile.wants)]
    yield from ((KeyKind.CONTACT, text) for text in _once(same_way(one) for one in contacts if one.strip()))
    if profile.identity:
        yield KeyKind.IDENTITY, identity_text(profile.identity)
        yield from ((KeyKind.LIKENESS, text) for text in likeness_texts(profile.identity))


def identity_text(identity: Identity) -> str:
    """Somebody exactly, accents and dashes aside. Refuses a name without a letter."""
    first, last = (folded(one) or one.strip().casefold() for one in (identity.first_name, identity.last_name))
    if not (first and last):
        raise IdentityIncomplete
    return f"identity {last} {first} {identity.born_on.isoformat()}"


def likeness_texts(identity: Identity) -> list[str]:
    """What somebody resembles: the sound of the surname and the day of birth with day and month in any order;
    both names in any order; both sounds with another year; and the first letters with the exact day."""
    first, last = sounding(identity.first_name), sounding(identity.last_name)
    day, month = sorted((identity.born_on.day, identity.born_on.month))
    year = identity.born_on.year
    begin = f"{folded(identity.last_name)[:FIRST_LETTERS]} {folded(identity.first_name)[:FIRST_LETTERS]}"
    names = " ".join(sorted((first, last)))
    return _once(
        (
            f"surname {last} {year} {day} {month}",
            f"names {names} {year} {day} {month}",
            f"another year {names} {day} {month}",
            f"letters {begin} {identity.born_on.isoformat()}",
        )
    )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
