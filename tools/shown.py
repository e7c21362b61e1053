"""Commands shown in the pages of the project, each followed by what it says.

`python -m tools.shown` plays the demonstration in a temporary database, runs every command that a page
shows with an answer below it, and writes the answers again. A test refuses answers that are not current.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md",)
SHOWN = re.compile(r"(```sh\n\.venv/bin/passnum (?P<words>[^\n]+)\n```\n\n```text\n)(?P<answer>.*?)(?=```)", re.DOTALL)

Run = Callable[..., str]


def answers(page: Path) -> dict[str, str]:
    """What a page says that each command answers."""
    return {match["words"]: match["answer"] for match in SHOWN.finditer(page.read_text("utf-8"))}


def write_again(page: Path, run: Run) -> None:
    """Put in a page what the commands answer now."""
    text = page.read_text("utf-8")
    page.write_text(SHOWN.sub(lambda match: match[1] + run(*match["words"].split()), text), "utf-8")


def main() -> None:
    """Every page, upon a demonstration of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/shown.sqlite3", "PASSNUM_DEMONSTRATION": "1"}

        def run(*words: str) -> str:
            command = [sys.executable, "-m", "passnumerique.console", *words]
            return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

        run("demo", "--verbosity", "0")
        for page in PAGES:
            write_again(page, run)


if __name__ == "__main__":
    main()
