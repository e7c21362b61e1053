"""How a measure is told: the machine, and one line for each thing against its floor.

A line is told in words, and as one JSON object a line in the file that BENCHMARK_LINES names.
"""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TextIO


def machine() -> str:
    """What this runs on."""
    cpu = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, {platform.system()}"


@dataclass(frozen=True)
class Line:
    """One measure: its value, the floor measured beside it in the same unit, and how the two compare.

    `ratio` is value over floor, both being speeds or both being times; None without floor.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None


def speed(name: str, done: Sequence[float], floor: Sequence[float], unit: str) -> Line:
    """A speed against a floor's: the medians, and the share of the floor that is reached."""
    value, low = median(done), median(floor)
    return Line(name, value, unit, low, value / low)


def duration(name: str, done: Sequence[float], floor: Sequence[float]) -> Line:
    """A time against a floor's, both given in seconds: the medians in milliseconds, and how many times the
    floor's it is."""
    value, low = median(done) * 1000, median(floor) * 1000
    return Line(name, value, "ms", low, value / low)


def tell(line: Line, to_reach: str = "", reached: bool | None = None, detail: str = "") -> None:
    """Say a line. `to_reach` is what was promised in words, `reached` whether it is kept."""
    words = f"  {line.name:<34} {_figure(line.value):>10} {line.unit}"
    if line.floor is not None:
        words += f"   floor {_figure(line.floor)} {line.unit}"
    if line.ratio is not None:
        words += f"   ratio {line.ratio:.2f}"
    if to_reach:
        words += f"   to reach {to_reach}: {'reached' if reached else 'NOT REACHED'}"
    print(words + (f"   ({detail})" if detail else ""), flush=True, file=_human())
    written = json.dumps(asdict(line))
    if _human() is sys.stderr:
        print(written, flush=True)
    if path := os.environ.get("BENCHMARK_LINES"):
        with Path(path).open("a") as file:
            file.write(written + "\n")


def say(words: str) -> None:
    """Something for the reader that is no line: a step that begins, what else was seen."""
    print(words, flush=True, file=_human())


def _human() -> TextIO:
    """With BENCHMARK_JSON, the standard output is for the lines of JSON alone."""
    return sys.stderr if os.environ.get("BENCHMARK_JSON") else sys.stdout


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
