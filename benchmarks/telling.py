"""How a measure is told: the machine, and one line for each thing against its floor."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median


def machine() -> str:
    """What this runs on."""
    cpu = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, {platform.system()}"


def against(what: str, floor: Sequence[float], done: Sequence[float], each: int = 1) -> str:
    """Both medians in milliseconds, and the share of the floor's speed that is reached."""
    low, high = median(floor) * 1000 / each, median(done) * 1000 / each
    return f"  {what:<48} {high:9.2f} ms   floor {low:8.2f} ms   {low / high:6.1%} of the floor's speed"
