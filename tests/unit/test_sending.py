"""Letters and text messages on their way out: folded to what carriers take, and nothing said of whom to."""

import smtplib
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.sending import (
    TWO_PARTS,
    Attachment,
    Letter,
    NotSent,
    as_sms,
    mail_is_on,
    send_mail,
    send_sms,
    sms_fates,
    sms_is_on,
    sms_length,
)

NUMBER = "+33600000000"
LETTER = Letter(to="personne@exemple.fr", subject="Rappel", text="Bonjour.", mark="1@localhost")


def letter(**changes: Any) -> Letter:
    return Letter(**{**LETTER.__dict__, **changes})


def carrier(to: str, text: str) -> str:
    """A carrier that takes everything."""
    return f"taken {len(text)}"


def refusing(to: str, text: str) -> str:
    """A carrier that says too much when it refuses."""
    raise ValueError(f"no such subscriber: {to}")


def fates(receipts: list[str]) -> dict[str, bool]:
    """A carrier that knows of the first message only."""
    return {receipts[0]: False}


@pytest.fixture
def opened(settings: LazySettings) -> LazySettings:
    settings.MAIL = settings.SMS = "console"
    return settings


def test_every_way_out_is_shut_until_it_is_opened() -> None:
    with pytest.raises(NotSent) as shut:
        send_mail(LETTER)
    assert shut.value.again
    with pytest.raises(NotSent):
        send_sms(NUMBER, "Bonjour")
    assert mail.outbox == []


def test_a_demonstration_only_prints(settings: LazySettings) -> None:
    settings.DEMONSTRATION = True
    settings.MAIL, settings.SMS = "smtp://mail.exemple.fr", f"{__name__}.carrier"
    assert not mail_is_on()
    assert not sms_is_on()
    settings.MAIL = settings.SMS = "console"
    assert mail_is_on()
    assert sms_is_on()


def test_a_letter_says_how_to_end_such_letters(opened: LazySettings) -> None:
    files = (Attachment("atelier.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),)
    assert send_mail(letter(leave="https://x/d/", sender="PETR «\u202fÀ\u202f»", attachments=files)) == "1@localhost"
    [sent] = mail.outbox
    headers = sent.message()
    assert headers["List-Unsubscribe"] == "<https://x/d/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"] == "<1@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert [name for name, _content, _type in sent.attachments] == ["atelier.ics"]


@pytest.mark.parametrize("field", ["subject", "sender", "answer_to", "leave", "mark"])
def test_nobody_adds_a_heading_to_a_letter(opened: LazySettings, field: str) -> None:
    send_mail(letter(**{field: "Atelier\r\nBcc: autre@exemple.fr\n\nTexte"}))
    [sent] = mail.outbox
    assert sent.message()["Bcc"] is None
    assert sent.recipients() == ["personne@exemple.fr"]
    assert sent.body == "Bonjour."


@pytest.mark.parametrize("to", ["", "a@b.fr\nBcc: c@d.fr", "a@b.fr, c@d.fr", "a @b.fr"])
def test_an_address_with_more_in_it_is_not_written_to(opened: LazySettings, to: str) -> None:
    with pytest.raises(NotSent, match="not_an_address"):
        send_mail(letter(to=to))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "why", "again"),
    [
        (smtplib.SMTPRecipientsRefused({"personne@exemple.fr": (550, b"unknown")}), "SMTPRecipientsRefused 550", False),
        (smtplib.SMTPRecipientsRefused({"personne@exemple.fr": (451, b"later")}), "SMTPRecipientsRefused 451", True),
        (smtplib.SMTPDataError(421, b"personne@exemple.fr"), "SMTPDataError 421", True),
        (smtplib.SMTPServerDisconnected("personne@exemple.fr"), "SMTPServerDisconnected", False),
        (TimeoutError("personne@exemple.fr"), "TimeoutError", False),
    ],
    ids=["unknown", "later", "busy", "gone", "late"],
)
def test_a_refused_letter_names_the_fault_and_nobody(
    opened: LazySettings, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str, again: bool
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(NotSent) as refused:
        send_mail(LETTER)
    assert (refused.value.why, refused.value.again) == (why, again)
    assert "personne" not in repr(LETTER)


def test_a_server_that_does_not_answer_may_be_asked_again(
    opened: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse, raising=False)
    with pytest.raises(NotSent) as refused:
        send_mail(LETTER)
    assert refused.value.again


def test_the_console_prints_a_text_message(opened: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = send_sms(NUMBER, "Bonjour"), send_sms(NUMBER, "Bonjour")
    assert first != second
    assert capsys.readouterr().out.count("Bonjour") == 2
    assert sms_fates([first]) == {first: True}


@pytest.mark.parametrize("to", ["0612345678", "+33 6 00", "+33600000000\nx", "personne@exemple.fr", "", "+0123456789"])
def test_only_a_number_gets_a_text_message(opened: LazySettings, to: str) -> None:
    with pytest.raises(NotSent, match="not_a_number"):
        send_sms(to, "Bonjour")


def test_a_text_message_too_long_is_not_sent(opened: LazySettings) -> None:
    with pytest.raises(NotSent, match="too_long"):
        send_sms(NUMBER, "a" * (TWO_PARTS + 1))


def test_a_carrier_is_a_function_of_ones_own(settings: LazySettings) -> None:
    settings.SMS = f"{__name__}.carrier"
    assert send_sms(NUMBER, "Bonjour") == "taken 7"
    assert sms_fates(["1"]) == {}
    settings.SMS_FATES = f"{__name__}.fates"
    assert sms_fates(["1", "2"]) == {"1": False}
    settings.SMS = f"{__name__}.refusing"
    with pytest.raises(NotSent) as refused:
        send_sms(NUMBER, "Bonjour")
    assert (refused.value.why, refused.value.again) == ("ValueError", False)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Médiathèque d’Étain", "Médiathèque d'Étain"),
        ("l’atelier «\u202fÇa va\u202f», 14\u202fh\u202f30", 'l\'atelier "Ça va", 14 h 30'),
        ("forêt, œuvre, naïf, garçon", "foret, oeuvre, naif, garcon"),
        ("deux\nlignes\x00", "deux lignes"),
        ("😀", "?"),
    ],
    ids=["accents", "marks", "others", "lines", "emoji"],
)
def test_a_text_message_is_folded_to_its_alphabet(text: str, folded: str) -> None:
    assert as_sms(text) == folded


def test_a_euro_takes_two_letters() -> None:
    assert sms_length("5 €") == 4


@given(st.text(max_size=900))
def test_any_text_holds_in_two_parts_with_its_tail_whole(text: str) -> None:
    tail = "STOP: https://pass.exemple.fr/D/abc/"
    made = as_sms(text, tail)
    assert made.endswith(tail)
    assert sms_length(made) <= TWO_PARTS
    assert made == as_sms(text, tail)
