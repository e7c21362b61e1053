"""Where communes are, for saying how far a session is: known where the network has somebody."""

from dataclasses import dataclass
from datetime import date
from statistics import fmean
from uuid import UUID

from passnumerique.directory.queries import accredited_places, accredited_prescribers, organisations_by_id
from passnumerique.ground.sheets import normalised


@dataclass(frozen=True)
class Commune:
    """A commune with a structure or place of the programme, and the middle of those (degrees)."""

    insee_code: str
    name: str
    latitude: float
    longitude: float


def communes_known(programme_id: UUID, day: date) -> list[Commune]:
    """The communes that a person can choose as theirs or the nearest to theirs, by name."""
    ids = accredited_places(programme_id, day) | accredited_prescribers(programme_id, day)
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in organisations_by_id(ids).values():
        if one.insee_code and one.latitude is not None and one.longitude is not None:
            found.setdefault((one.insee_code, one.commune), []).append((one.latitude, one.longitude))
    made = [
        Commune(code, name, fmean(lat for lat, _ in points), fmean(lon for _, lon in points))
        for (code, name), points in found.items()
    ]
    return sorted(made, key=lambda one: (normalised(one.name), one.insee_code))
