"""Letters and text messages on their way out: one door for e-mail, one for SMS. No word of the scheme.

Both are shut until the installation opens them (`PASSNUM_MAIL`, `PASSNUM_SMS`). Nothing here writes an
address, a number or a text to a log: only the `console` way prints the whole message on the standard output
of the process, which is what it is for; keep it to trials.
"""

import re
import smtplib
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr
from typing import cast

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from passnumerique.ground.chance import chance

OFF, CONSOLE = "off", "console"
ONE_PART, TWO_PARTS = 160, 306
"""Letters that one text message holds, and two joined ones (153 each)."""
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØøÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€")
"""The alphabet of text messages (GSM 03.38); the latter take two letters. Any other letter would make each
part hold 70 only."""
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE"}
)
_STEERING = frozenset({"Cc", "Zl", "Zp"})
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One e-mail to one person. `mark` is its Message-ID, without the angle brackets; `leave` the address at
    which one click ends such letters (RFC 8058). Its text in a trace shows no address."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    mark: str
    sender: str = ""
    answer_to: str = field(default="", repr=False)
    leave: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()


class NotSent(Exception):  # noqa: N818 — an answer of the carrier
    """The carrier did not take a message. The text says why, never to whom; `again` says that it surely did
    not leave, so that it may be tried later."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.why, self.again = why[:160], again


def mail_is_on() -> bool:
    """Whether this installation writes e-mail to the public."""
    return _open(settings.MAIL)


def sms_is_on() -> bool:
    """Whether this installation sends text messages."""
    return _open(settings.SMS)


def _open(way: str) -> bool:
    """A demonstration only prints: some of what it shows is invented and some is not, and nobody asked to be
    written to by it."""
    return way == CONSOLE or (way != OFF and not settings.DEMONSTRATION)


def send_mail(letter: Letter) -> str:
    """Give one letter to the mail server; returns its Message-ID. Raises NotSent, also when e-mail is off and
    when the address holds a blank or a line break."""
    if not mail_is_on():
        raise NotSent("off", again=True)
    if not letter.to or one_line(letter.to) != letter.to or " " in letter.to:
        raise NotSent("not_an_address")
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_told(error), again=True) from None
    try:
        connection.send_messages([_written(letter)])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(_told(error), again=_for_now(error)) from None
    finally:
        _close(connection.close)
    return letter.mark


def _written(letter: Letter) -> EmailMessage:
    """Every heading on one line, whatever came in: nobody adds a heading of their own to a letter."""
    headers = {"Message-ID": f"<{one_line(letter.mark)}>", "Auto-Submitted": "auto-generated"}
    if letter.leave:
        headers |= {
            "List-Unsubscribe": f"<{one_line(letter.leave)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMessage(
        subject=one_line(letter.subject),
        body=letter.text,
        from_email=formataddr((one_line(letter.sender), settings.DEFAULT_FROM_EMAIL)),
        to=[letter.to],
        reply_to=[one_line(letter.answer_to)] if letter.answer_to else None,
        headers=headers,
    )
    for one in letter.attachments:
        message.attach(one_line(one.name), one.content, one.media_type)
    return message


def one_line(text: str) -> str:
    """The text without line breaks or other signs that steer a machine; no-break spaces stay."""
    bare = "".join(" " if unicodedata.category(sign) in _STEERING else sign for sign in text)
    return re.sub(" +", " ", bare).strip()


def _told(error: Exception) -> str:
    """The kind of the error and its code: its text may hold the address."""
    code = getattr(error, "smtp_code", None)
    refused = getattr(error, "recipients", None)
    if code is None and isinstance(refused, Mapping):
        code = next((answer[0] for answer in refused.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _for_now(error: Exception) -> bool:
    """Whether the server itself said that it did not take it, and to come again (codes 4xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= answer[0] < 500 for answer in error.recipients.values())  # noqa: PLR2004 — SMTP's codes
    return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500  # noqa: PLR2004


def _close(close: Callable[[], object]) -> None:
    """Hang up; the letter has left, whatever the server says to that."""
    try:
        close()
    except (smtplib.SMTPException, OSError):
        return


def send_sms(to: str, text: str) -> str:
    """Give one text message to the carrier; returns the carrier's own name for it.

    `to` is a number in international form (`+33612345678`), `text` what `as_sms` made. Raises NotSent: when
    SMS are off, when `to` is no number, when the text is too long, when the carrier refuses.
    """
    if not sms_is_on():
        raise NotSent("off", again=True)
    if not _NUMBER.fullmatch(to):
        raise NotSent("not_a_number")
    if sms_length(text) > TWO_PARTS:
        raise NotSent("too_long")
    carrier = _on_the_console if settings.SMS == CONSOLE else import_string(settings.SMS)
    try:
        return str(carrier(to, text))[:160]
    except NotSent:
        raise
    except Exception as error:  # what a carrier raises is not ours to know; its text may hold the number
        raise NotSent(type(error).__name__) from None


def _on_the_console(to: str, text: str) -> str:
    """Print the message, number and all, on the standard output: for trials only."""
    sys.stdout.write(f"SMS → {to}\n{text}\n{'-' * 79}\n")
    sys.stdout.flush()
    return f"console-{chance().getrandbits(64):016x}"


def sms_fates(receipts: Sequence[str]) -> Mapping[str, bool]:
    """What became of text messages already given to the carrier: True when it arrived, False when it never
    will; those of which nothing is known are left out. Asked of `PASSNUM_SMS_FATES`; the console knows that
    what it printed was read."""
    if settings.SMS == CONSOLE:
        return dict.fromkeys(receipts, True)
    if settings.SMS_FATES == OFF or not receipts:
        return {}
    return cast("Mapping[str, bool]", import_string(settings.SMS_FATES)(receipts))


def as_sms(text: str, tail: str = "") -> str:
    """The text in the alphabet of text messages, cut so that it holds in two parts with its tail, which is
    never cut: « Forêt d’Étain » becomes "Foret d'Étain"."""
    body, end = _folded(text), _folded(tail)
    room = TWO_PARTS - sms_length(end) - (1 if end else 0)
    if sms_length(body) > room:
        while sms_length(body) > room - 3:
            body = body[:-1]
        body = body.rstrip() + "..."
    return f"{body} {end}" if end else body


def sms_length(text: str) -> int:
    """How many letters of a text message it takes."""
    return sum(2 if sign in _GSM_DOUBLE else 1 for sign in text)


def _folded(text: str) -> str:
    tight = re.sub(r"«\s|\s»", '"', text)
    return "".join(_letter(sign) for sign in one_line(tight).translate(_PLAIN))


def _letter(sign: str) -> str:
    if sign in _GSM or sign in _GSM_DOUBLE:
        return sign
    bare = unicodedata.normalize("NFKD", sign)
    return "".join(part for part in bare if part in _GSM or part in _GSM_DOUBLE) or ("" if bare != sign else "?")
