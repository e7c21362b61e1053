"""Make the project itself known to the environment that runs this file: its modules, and `passnum`.

Two small files do what an editable installation would, without a build tool to download: a path file,
so that the modules are read where they stand, and the command line beside the interpreter.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/python" -P -m passnumerique.console "$@"
"""


def main() -> None:
    """Write both files; running it again changes nothing."""
    (Path(sysconfig.get_path("purelib")) / "passnumerique.pth").write_text(f"{ROOT}\n")
    command = Path(sys.prefix) / "bin" / "passnum"
    command.write_text(COMMAND)
    command.chmod(0o755)


if __name__ == "__main__":
    main()
