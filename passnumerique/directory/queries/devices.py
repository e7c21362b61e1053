"""Devices: which organisation one acts for, and the list of those that were added."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from passnumerique.directory.models import Device
from passnumerique.directory.queries.sets import one_or_refuse
from passnumerique.directory.rules import (
    NEEDS_ORGANISATION,
    Actor,
    Permission,
    Role,
    covers,
    hash_token,
    may,
    programme_of_secret,
)
from passnumerique.directory.rules.refusals import DeviceRevoked, DeviceUnknown
from passnumerique.ground.ids import NOBODY


@dataclass(frozen=True, slots=True)
class DeviceHolder:
    """A device that speaks to us: the actor that it makes, in its one programme."""

    device_id: UUID
    programme_id: UUID
    label: str
    place: str
    paired_at: datetime
    actor: Actor


def actor_of_device(secret: str, *, at: datetime) -> DeviceHolder:
    """Whom the secret of a device stands for at that instant of the real clock: its mediation place, role
    PLACE, in one programme; its `user_id` is the device's id.

    Refuses (DeviceUnknown) a secret that no device has, (DeviceRevoked) one that was revoked or whose time is over.
    """
    programme_id = programme_of_secret(secret)
    if programme_id is None:
        raise DeviceUnknown
    rows = Device.objects.filter(programme_id=programme_id, secret_hash=hash_token(secret))
    device = rows.select_related("organisation").first()
    if device is None:
        raise DeviceUnknown
    if device.revoked_at is not None or device.expires_at <= at:
        raise DeviceRevoked
    return _holder(device)


def device_holder(programme_id: UUID, device_id: UUID) -> DeviceHolder:
    """The same for a device known by its id, for whoever has checked that it may act."""
    rows = Device.objects.filter(programme_id=programme_id, id=device_id)
    return _holder(rows.select_related("organisation").get())


def _holder(device: Device) -> DeviceHolder:
    place = device.organisation
    reach = frozenset({device.programme_id})
    actor = Actor(device.id, device.label, Role.PLACE, place.authority_id, place.id, reach)
    paired_at = device.paired_at or device.created_at
    return DeviceHolder(device.id, device.programme_id, device.label, place.name, paired_at, actor)


def access_devices(actor: Actor, programme_id: UUID, *, organisation_id: UUID | None = None) -> QuerySet[Device]:
    """The devices of a programme, newest first, without their hashes: for managers and auditors, and for a
    place and its mediators their own. Anybody else sees none."""
    rows = Device.objects.filter(programme_id=programme_id, organisation__authority_id=actor.authority_id)
    if not may(actor, Permission.READ_DEVICES) or not covers(actor, programme_id):
        return rows.none()
    if actor.role in NEEDS_ORGANISATION:
        rows = rows.filter(organisation_id=actor.organisation_id or NOBODY)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.select_related("organisation").defer("secret_hash", "pairing_hash").order_by("-created_at", "id")


def one_device(actor: Actor, programme_id: UUID, device_id: UUID) -> Device:
    """One device that the actor may see. Refuses (NotFound) elsewhere."""
    return one_or_refuse(access_devices(actor, programme_id).filter(id=device_id))


def devices_named(programme_id: UUID, device_ids: set[UUID]) -> dict[UUID, str]:
    """The names of devices, for rows that the reader may already see."""
    rows = Device.objects.filter(programme_id=programme_id, id__in=device_ids)
    return dict(rows.values_list("id", "label").order_by())


def pairing_hash(code: str) -> bytes:
    """What is kept of a pairing code: a keyed hash, so that nobody who reads the table can pair."""
    return hmac.digest(settings.INDEX_KEY, b"pairing " + code.encode(), hashlib.sha256)
