"""Draw the keys of a new installation and write them where the settings read them: `.env`.

What an existing file says is never changed: with other keys, no pass already printed could be read. Only the
key of the contacts, which came later, is added to a file that lacks it.
"""

import base64
import os
import re
import secrets
from pathlib import Path

ENV = Path(__file__).resolve().parent.parent / ".env"
HEADER = "# The keys of this installation. Keep a copy in a safe place: without them no pass can be read."


def main() -> None:
    """Write `.env`, readable by its owner only; to an existing one add what it lacks."""
    if ENV.exists():
        _complete()
        return
    lines = [HEADER, f"PASSNUM_SECRET_KEY={secrets.token_urlsafe(50)}"]
    lines += [f"{name}={secrets.token_hex(32)}" for name in ("PASSNUM_CODE_KEY", "PASSNUM_INDEX_KEY")]
    descriptor = os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join([*lines, contact_key()]) + "\n")


def contact_key() -> str:
    """The line of a new key for contacts, as Fernet takes it: 32 bytes in the alphabet of addresses."""
    return f"PASSNUM_CONTACT_KEY={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def _complete() -> None:
    known = ENV.read_text()
    if not re.search(r"^PASSNUM_CONTACT_KEY=", known, re.MULTILINE):
        with ENV.open("a") as file:
            file.write(("" if known.endswith("\n") or not known else "\n") + contact_key() + "\n")


if __name__ == "__main__":
    main()
