"""By what the same person is known again: exactly, and by likeness."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.beneficiaries.rules import (
    CONSENT_WORDS,
    AgeBracket,
    Channel,
    ContactOfOtherKind,
    ContactUnreadable,
    Identity,
    IdentityIncomplete,
    KeyKind,
    OpenContact,
    Profile,
    Wanted,
    address_for,
    channel_of,
    folded,
    likeness_texts,
    same_way,
    sounding,
    texts_of,
)
from passnumerique.beneficiaries.rules.likeness import identity_text

BORN = date(1961, 3, 12)
PERSON = Identity("Marie-Thérèse", "Lefèvre", BORN)


@pytest.mark.parametrize(
    "names",
    [
        "Lefebvre Lefèvre LEFEVRE Lefebure",
        "Dupont Dupond Dupon",
        "Gauthier Gautier Gaultier",
        "Meyer Mayer Meier Maier",
        "Schmitt Schmidt Schmit",
        "Thierry Thiéry Tierri",
        "Le-Goff Legoff",
        "Renault Renaud Renaux Reno",
        "Muller Müller Mueller Muler",
        "Weber Veber",
        "Hubert Ubert",
        "Étienne Etiene",
        "Schneider Chneider",
        "Nguyen N’Guyen",
        "Da-Silva Dasilva",
    ],
)
def test_spellings_of_one_name_sound_alike(names: str) -> None:
    assert len({sounding(name) for name in names.split()}) == 1


def test_names_that_sound_apart_stay_apart() -> None:
    names = ["Lefèvre", "Dupont", "Gautier", "Schmitt", "Renault", "Weber", "Bernard", "Petit", "Garcia", "Collin"]
    assert len({sounding(name) for name in names}) == len(names)


def test_a_name_is_folded_to_its_letters() -> None:
    assert folded(" Le Fèvre-d’Œuf ") == "LEFEVREDOEUF"
    assert folded("Strauß") == "STRAUSS"


def test_letters_of_another_alphabet_still_tell_people_apart() -> None:
    assert sounding("李") != sounding("王")
    assert identity_text(Identity("李", "王", BORN)) != identity_text(Identity("王", "李", BORN))


@pytest.mark.parametrize(
    "other",
    [
        Identity("marie therese", "LEFEVRE", BORN),
        Identity("Marie-Thérèse", "Lefebvre", BORN),
        Identity("Marie", "Lefèvre", BORN),
        Identity("Marie-Thérèse", "Lefèvre", date(1961, 12, 3)),
        Identity("Lefèvre", "Marie-Thérèse", BORN),
        Identity("Marie-Thérèse", "Lefèvre", date(1916, 3, 12)),
        Identity("Maritérèse", "Lefaivre", BORN),
    ],
    ids=["marks", "spelling", "first_name", "day_and_month", "order", "year", "letters"],
)
def test_a_fault_of_the_counter_leaves_a_likeness(other: Identity) -> None:
    assert set(likeness_texts(PERSON)) & set(likeness_texts(other))


@pytest.mark.parametrize(
    "other",
    [
        Identity("Marie-Thérèse", "Bernard", date(1961, 3, 13)),
        Identity("Paul", "Lefèvre", date(1962, 3, 12)),
        Identity("Paul", "Bernard", BORN),
    ],
    ids=["surname_and_day", "first_name_and_year", "only_the_day"],
)
def test_somebody_else_is_not_alike(other: Identity) -> None:
    assert not set(likeness_texts(PERSON)) & set(likeness_texts(other))


def test_only_accents_and_marks_keep_an_identity() -> None:
    assert identity_text(PERSON) == identity_text(Identity("MARIE THERESE", "lefevre", BORN))
    assert identity_text(PERSON) != identity_text(Identity("Marie-Thérèse", "Lefebvre", BORN))


@pytest.mark.parametrize("given", [Identity("", "Lefèvre", BORN), Identity("Marie", "  ", BORN)], ids=["first", "last"])
def test_half_an_identity_is_refused(given: Identity) -> None:
    with pytest.raises(IdentityIncomplete):
        identity_text(given)


@given(st.text(max_size=40), st.text(max_size=40), st.dates())
def test_whatever_is_typed_is_read_or_refused(first: str, last: str, born: date) -> None:
    identity = Identity(first, last, born)
    try:
        assert identity_text(identity).endswith(born.isoformat())
    except IdentityIncomplete:
        assert not (first.strip() and last.strip())
    assert 1 <= len(likeness_texts(identity)) <= 4


def profile(**given: object) -> Profile:
    """A profile with what a test is about."""
    return Profile(AgeBracket.FROM_60, "55545", **given)  # type: ignore[arg-type]


def test_a_contact_given_twice_is_one_key() -> None:
    wants = (Wanted(Channel.SMS, "06 12 34 56 78"), Wanted(Channel.EMAIL, "Marie@Exemple.fr"))
    found = list(texts_of(profile(contact="+33 6 12 34 56 78", wants=wants)))
    assert found == [(KeyKind.CONTACT, "+33612345678"), (KeyKind.CONTACT, "marie@exemple.fr")]
    assert list(texts_of(profile())) == []


def test_an_address_goes_by_its_own_channel() -> None:
    assert channel_of("0612345678") is Channel.SMS
    assert address_for(Channel.EMAIL, " Marie@Exemple.FR ") == "marie@exemple.fr"
    with pytest.raises(ContactOfOtherKind):
        address_for(Channel.EMAIL, "0612345678")
    with pytest.raises(ContactOfOtherKind):
        address_for(Channel.SMS, "marie@exemple.fr")


@pytest.mark.parametrize(
    "typed", ["bonjour", "12", "marie@", "@exemple.fr", "a b@exemple.fr", "marie@exemple", "x" * 500]
)
def test_what_is_no_contact_is_refused(typed: str) -> None:
    with pytest.raises(ContactUnreadable):
        same_way(typed)


def test_nothing_that_is_printed_by_mistake_shows_who_it_is() -> None:
    wants = (Wanted(Channel.EMAIL, "marie@exemple.fr"),)
    shown = repr(profile(contact="0612345678", identity=PERSON, wants=wants))
    shown += repr(OpenContact(UUID(int=1), Channel.SMS, "+33612345678"))
    assert not [told for told in ("0612", "33612", "marie@", "Lef", "Marie", "1961") if told in shown]


def test_the_consent_fits_where_it_is_kept() -> None:
    assert 0 < len(CONSENT_WORDS) <= 240
