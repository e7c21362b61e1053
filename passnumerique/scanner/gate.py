"""The gate: which device calls, for which programme, and how far its clock is wrong."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from passnumerique.directory.operations import PairedDevice, note_device_seen, note_failed_codes, pair_device
from passnumerique.directory.queries import DeviceHolder, actor_of_device, too_many_failed_codes, tries_left
from passnumerique.directory.rules import MOST_PAIRING_TRIES
from passnumerique.directory.rules.refusals import DeviceUnknown, PairingOver
from passnumerique.ground.refusals import Refusal
from passnumerique.programmes.queries import access_programme, instant_of
from passnumerique.scanner.problems import GUESSES, TooManyGuesses, TooManyPairings

_MILLISECOND = timedelta(milliseconds=1)
_BITS = {4: 32, 6: 64}
"""Of an address: one line of the network is one who tries."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A device that was let in. `now` is the real clock's instant, `at` the same on the programme's own clock."""

    holder: DeviceHolder
    slug: str
    programme: str
    now: datetime
    at: datetime

    def ahead(self, device_now: datetime) -> timedelta:
        """How far the device's clock is ahead of the programme's: what its instants are set right by."""
        return device_now - self.at

    @property
    def since(self) -> datetime:
        """When the device was paired, on the programme's own clock: it can have taken nothing before."""
        return self.at - (self.now - self.holder.paired_at)


def let_in(request: HttpRequest, now: datetime) -> Caller:
    """The device that presents its secret in `Authorization: Device …`.

    Refuses (DeviceUnknown) no secret or one that no device has, (DeviceRevoked) one revoked or out of time.
    """
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "device" or not secret.strip().isascii():
        raise DeviceUnknown
    return caller_of(actor_of_device(secret.strip(), at=now), now)


def caller_of(holder: DeviceHolder, now: datetime) -> Caller:
    """A device already known, at this instant."""
    programme = access_programme(holder.actor, holder.programme_id)
    return Caller(holder, programme.slug, programme.name, now, instant_of(programme, now))


def noted(caller: Caller, device_now: datetime) -> int:
    """How far the device's clock is ahead of the real one, in milliseconds: noted with the device."""
    skew_ms = (device_now - caller.now) // _MILLISECOND
    note_device_seen(
        programme_id=caller.holder.programme_id, device_id=caller.holder.device_id, skew_ms=skew_ms, at=caller.now
    )
    return skew_ms


def require_patience(caller: Caller) -> int:
    """How many codes that do not exist the device may still send. Refuses (TooManyGuesses), for a while, one that
    sent too many."""
    seconds = too_many_failed_codes(_subject(caller), at=caller.now)
    if seconds is not None:
        raise TooManyGuesses(seconds=seconds)
    return tries_left(_subject(caller), at=caller.now)


def note_guesses(caller: Caller, refusals: Iterable[Refusal | None]) -> None:
    """Count the codes that failed against the device; nothing is written for none."""
    note_failed_codes(_subject(caller), sum(isinstance(one, GUESSES) for one in refusals), at=caller.now)


def _subject(caller: Caller) -> str:
    return f"device:{caller.holder.device_id}"


def paired(request: HttpRequest, pairing: str, now: datetime) -> PairedDevice:
    """The device that this code pairs. Refuses (PairingOver) a wrong one, and (TooManyPairings) for a while an
    address that gave too many."""
    subject = f"pairing:{_line(request)}"
    seconds = too_many_failed_codes(subject, at=now, most=MOST_PAIRING_TRIES)
    if seconds is not None:
        raise TooManyPairings(seconds=seconds)
    try:
        return pair_device(pairing=pairing, at=now)
    except PairingOver:
        note_failed_codes(subject, 1, at=now)
        raise


def _line(request: HttpRequest) -> str:
    """The caller's address; behind our own proxy, the one that the proxy itself saw and wrote last."""
    behind = bool(settings.SECURE_PROXY_SSL_HEADER)
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if behind else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(str(told).rpartition(",")[2].strip())
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, _BITS[address.version]), strict=False))
