"""Devices of a mediation place: added with a code, paired once, seen, revoked. Credentials live on the real
clock: `at` is that one, even where a demonstration lives on another day."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from passnumerique.directory.models import Device, Organisation
from passnumerique.directory.queries import (
    DeviceHolder,
    access_organisations,
    accreditation_periods,
    device_holder,
    one_device,
    pairing_hash,
)
from passnumerique.directory.rules import (
    DEVICE_DAYS,
    DEVICE_MARK,
    LONGEST_LABEL,
    PAIRING_MINUTES,
    SECRET_BYTES,
    SEEN_EVERY,
    AccreditationKind,
    Actor,
    Permission,
    covers,
    hash_token,
    pairing_code,
    require,
)
from passnumerique.directory.rules.refusals import (
    DeviceAlreadyPaired,
    DeviceAlreadyRevoked,
    LabelTooLong,
    NameMissing,
    PairingOver,
)
from passnumerique.ground.chance import chance
from passnumerique.ground.codes import code_of
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound


@dataclass(frozen=True)
class AddedDevice:
    """A device just added, with the only copy of the code that pairs it."""

    device: Device
    pairing: str


@dataclass(frozen=True)
class PairedDevice:
    """A device just paired: whom it acts for, with the only copy of its secret."""

    holder: DeviceHolder
    secret: str


def add_device(*, programme_id: UUID, organisation_id: UUID, label: str, by: Actor, at: datetime) -> AddedDevice:
    """A device with which the place takes passes of the programme without network, for 400 days.

    For managers, and for a place its own. The code that pairs it is returned this once: fifteen minutes,
    one use, only its hash is kept. Refuses a missing or long name, and (NotFound) an organisation that is no
    mediation place of the programme.
    """
    require(by, Permission.MANAGE_DEVICES)
    place = _place(by, programme_id, organisation_id)
    pairing = _drawn_code()
    device = Device(
        id=new_id(at),
        programme_id=programme_id,
        organisation=place,
        label=_checked_label(label),
        pairing_hash=pairing_hash(pairing),
        pairing_until=at + timedelta(minutes=PAIRING_MINUTES),
        created_at=at,
        created_by=by.user_id,
        expires_at=at + timedelta(days=DEVICE_DAYS),
    )
    device.save(force_insert=True)
    return AddedDevice(device, pairing)


def renew_pairing(*, programme_id: UUID, device_id: UUID, by: Actor, at: datetime) -> AddedDevice:
    """Another code for a device that was not paired in time; the one before opens nothing any more.

    For managers, and for a place its own. Refuses one that is paired or revoked already.
    """
    require(by, Permission.MANAGE_DEVICES)
    device, pairing = one_device(by, programme_id, device_id), _drawn_code()
    open_rows = Device.objects.filter(programme_id=programme_id, id=device.id, secret_hash=None, revoked_at=None)
    until = at + timedelta(minutes=PAIRING_MINUTES)
    if not open_rows.update(pairing_hash=pairing_hash(pairing), pairing_until=until):
        raise DeviceAlreadyPaired
    return AddedDevice(one_device(by, programme_id, device_id), pairing)


def pair_device(*, pairing: str, at: datetime) -> PairedDevice:
    """Give a device its secret, for the code shown on the desk's page: once, within fifteen minutes.

    For whoever holds the code. Only the secret's hash is kept. Refuses (PairingOver) a code that is
    mistyped, unknown, used, too old or withdrawn: the same answer for all.
    """
    code = pairing_code(pairing)
    waiting = Device.objects.filter(
        pairing_hash=pairing_hash(code or ""), pairing_until__gt=at, expires_at__gt=at, revoked_at=None
    )
    device = waiting.order_by("id").first() if code else None
    if device is None:
        raise PairingOver
    drawn = base64.urlsafe_b64encode(chance().randbytes(SECRET_BYTES)).decode().rstrip("=")
    secret = f"{DEVICE_MARK}{device.programme_id.hex}_{drawn}"
    mine = waiting.filter(programme_id=device.programme_id, id=device.id, secret_hash=None)
    if not mine.update(secret_hash=hash_token(secret), paired_at=at, pairing_hash=None, seen_at=at):
        raise PairingOver
    return PairedDevice(device_holder(device.programme_id, device.id), secret)


def note_device_seen(*, programme_id: UUID, device_id: UUID, skew_ms: int, at: datetime) -> None:
    """Note when a device spoke to us and how far its clock was ahead: at most once a minute."""
    rows = Device.objects.filter(programme_id=programme_id, id=device_id)
    unseen = Q(skew_ms=None) | Q(seen_at=None) | Q(seen_at__lte=at - SEEN_EVERY)
    rows.filter(unseen).update(seen_at=at, skew_ms=skew_ms)


def revoke_device(*, programme_id: UUID, device_id: UUID, by: Actor, at: datetime) -> Device:
    """The device opens nothing from now on, and cannot be paired again. What it sent before stands.

    For managers, and for a place its own. Refuses (DeviceAlreadyRevoked) to the second of two.
    """
    require(by, Permission.MANAGE_DEVICES)
    device = one_device(by, programme_id, device_id)
    rows = Device.objects.filter(programme_id=programme_id, id=device.id, revoked_at=None)
    if not rows.update(revoked_at=at, revoked_by=by.user_id, pairing_hash=None):
        raise DeviceAlreadyRevoked(day=day_of(one_device(by, programme_id, device_id).revoked_at or at))
    return one_device(by, programme_id, device_id)


def _place(by: Actor, programme_id: UUID, organisation_id: UUID) -> Organisation:
    """A mediation place of the programme that the actor reaches; accredited once, today or to come."""
    place = access_organisations(by).filter(id=organisation_id).first()
    known = accreditation_periods(programme_id, AccreditationKind.PLACE)
    if place is None or place.id not in known or not covers(by, programme_id):
        raise NotFound
    return place


def _drawn_code() -> str:
    return code_of(chance().getrandbits(55))


def _checked_label(label: str) -> str:
    label = label.strip()
    if not label:
        raise NameMissing
    if len(label) > LONGEST_LABEL:
        raise LabelTooLong(most=LONGEST_LABEL)
    return label
