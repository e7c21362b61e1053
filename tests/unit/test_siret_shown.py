"""A SIRET as it is shown: in groups, and said invented where it is nobody's."""

import pytest

from passnumerique.web.templatetags.house import INVENTED_SIRET, siret


@pytest.mark.parametrize(
    ("given", "shown"),
    [("20004918700014", "200 049 187 00014"), (INVENTED_SIRET, "000 000 000 00000 (fictif)"), ("", ""), ("12", "12")],
)
def test_it_is_grouped_and_the_one_of_nobody_says_so(given: str, shown: str) -> None:
    assert siret(given).replace("\u202f", " ") == shown
