"""What is read of a bank account, and from which day one is paid to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from passnumerique.directory.rules import Actor, Role
from passnumerique.directory.rules import refusals as no
from passnumerique.directory.rules.banking import account_on, another_looks, first_day, masked_iban, read_payee
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal

AT = datetime(2022, 1, 3, tzinfo=UTC)
GOOD = {
    "holder": "Médiathèque (fictif)",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "street": "rue de la Gare",
    "building": "4",
    "postcode": "55100",
    "town": "Verdun",
}


def test_an_account_is_read_as_people_type_it() -> None:
    payee = read_payee(GOOD | {"iban": "fr76-3000 6000 0112 3456 7890 189", "holder": "  Médiathèque   (fictif) "})
    assert (payee.iban, payee.holder) == ("FR7630006000011234567890189", "Médiathèque (fictif)")
    assert (payee.country, payee.town) == ("FR", "Verdun")
    assert payee.bic.startswith("AGRIFRPP")  # found from the IBAN
    assert payee.iban not in repr(payee)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, no.IbanKeyWrong),
        ({"iban": "FR14 2004 1010 0505 0001 3M02 607"}, no.IbanKeyWrong),
        ({"iban": "FR76 3000 6000 0112 3456 7890"}, no.IbanLength),
        ({"iban": ""}, no.IbanUnreadable),
        ({"iban": "QQ76 3000 6000 0112 3456 7890 189"}, no.IbanUnreadable),
        ({"iban": "BR18 0036 0305 0000 1000 9795 493C 1"}, no.IbanOutsideSepa),
        ({"bic": "NOTABIC"}, no.UnknownBic),
        ({"bic": "NWBKGB2L"}, no.BicUnlikeIban),
        ({"holder": "  "}, no.HolderMissing),
        ({"town": ""}, no.PayeeAddressMissing),
        ({"postcode": ""}, no.PayeeAddressMissing),
        ({"country": "France"}, no.PayeeAddressMissing),
    ],
)
def test_what_cannot_be_paid_to_is_refused_by_its_name(given: dict[str, str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        read_payee(GOOD | given)
    assert "30006" not in refused.value.say()  # a refusal never repeats the number


@dataclass(frozen=True)
class Account:
    in_force_on: date | None
    confirmed_at: datetime | None


def test_the_account_of_a_day_is_the_last_one_confirmed_that_is_in_force_by_then() -> None:
    first = Account(date(2022, 1, 1), datetime(2022, 1, 1, tzinfo=UTC))
    second = Account(date(2022, 3, 6), datetime(2022, 3, 1, tzinfo=UTC))
    waiting = Account(None, None)
    every = [second, waiting, first]
    assert account_on(every, date(2021, 12, 31)) is None
    assert account_on(every, date(2022, 3, 5)) == first
    assert account_on(every, date(2022, 3, 6)) == second


def test_a_first_account_is_paid_to_at_once_and_a_change_after_its_delay() -> None:
    assert first_day(date(2022, 1, 3), 5, replaces=False) == date(2022, 1, 3)
    assert first_day(date(2022, 1, 3), 5, replaces=True) == date(2022, 1, 8)


def test_two_people_look_and_one_of_them_is_at_the_authority() -> None:
    place, colleague = (Actor(new_id(AT), "", Role.PLACE, new_id(AT), new_id(AT)) for _ in "12")
    finance, manager = (Actor(new_id(AT), "", role, new_id(AT)) for role in (Role.FINANCE, Role.MANAGER))
    assert another_looks(Role.PLACE, place.user_id, finance)
    assert another_looks(Role.FINANCE, finance.user_id, manager)
    assert another_looks(Role.FINANCE, finance.user_id, place)
    assert not another_looks(Role.FINANCE, finance.user_id, finance)
    assert not another_looks(Role.PLACE, place.user_id, colleague)
    assert not another_looks(Role.PLACE, place.user_id, Actor(None, "", Role.MANAGER, new_id(AT)))


def test_an_iban_is_shown_by_its_end_alone() -> None:
    assert masked_iban("FR", "0189") == "FR•• •••• 0189"
