"""Where one more place would bring most residents near a workshop."""

from itertools import combinations
from random import Random
from uuid import UUID

from passnumerique.insight.coverage import Reached, Site, closing_most

KM = 10.0
DEGREE_KM = 111.2


def hole(insee: str, residents: int, north_km: float, *, known: bool = True) -> Reached:
    """A commune so far north of the equator, without any place near; one place is very far."""
    point = (north_km / DEGREE_KM, 0.0) if known else None
    return Reached(insee, f"Commune {insee}", "", residents, point, False, None, 500.0 if known else None)


def site(number: int, north_km: float) -> Site:
    return Site(UUID(int=number), f"Organisme {number}", "", (north_km / DEGREE_KM, 0.0))


def test_each_counts_what_those_before_it_left() -> None:
    holes = [hole("1", 100, 0), hole("2", 80, 15), hole("3", 30, 40)]
    found = closing_most(holes, [site(1, 7.5), site(2, 1), site(3, 41), site(4, 200)], KM)
    assert [(one.site.id.int, one.residents, one.communes) for one in found] == [
        (1, 180, ("Commune 1", "Commune 2")),
        (3, 30, ("Commune 3",)),
    ]


def test_what_is_near_already_or_not_known_is_no_hole() -> None:
    near = Reached("1", "Ici", "", 900, (0.0, 0.0), False, site(9, 1), 1.0)
    assert closing_most([near, hole("2", 50, 0, known=False)], [site(1, 0)], KM) == []


def test_it_reaches_nearly_what_the_best_choice_would() -> None:
    draw = Random(7)
    for _ in range(40):
        holes = [hole(str(rank), draw.randint(1, 500), draw.uniform(0, 150)) for rank in range(30)]
        sites = [site(rank, draw.uniform(0, 150)) for rank in range(8)]
        best = max(
            sum(one.residents for one in closing_most(holes, some, KM, many=3)) for some in combinations(sites, 3)
        )
        assert sum(one.residents for one in closing_most(holes, sites, KM, many=3)) >= 0.63 * best
