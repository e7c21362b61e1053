"""Draw the keys of a new installation and write them where the settings read them: `.env`.

An existing file is never touched: with other keys, no pass already printed could be read.
"""

import os
import secrets
from pathlib import Path

ENV = Path(__file__).resolve().parent.parent / ".env"
HEADER = "# The keys of this installation. Keep a copy in a safe place: without them no pass can be read."


def main() -> None:
    """Write `.env`, readable by its owner only, unless there is one."""
    if ENV.exists():
        return
    lines = [HEADER, f"PASSNUM_SECRET_KEY={secrets.token_urlsafe(50)}"]
    lines += [f"{name}={secrets.token_hex(32)}" for name in ("PASSNUM_CODE_KEY", "PASSNUM_INDEX_KEY")]
    descriptor = os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
