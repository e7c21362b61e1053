"""Devices: which telephones and tablets take passes without network for which place; added, paired, revoked.

Credentials live on the real clock, even where a demonstration lives on another day.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from passnumerique.directory.operations import AddedDevice, add_device, renew_pairing, revoke_device
from passnumerique.directory.queries import access_devices, access_organisations, one_device
from passnumerique.directory.rules import LONGEST_LABEL, NEEDS_ORGANISATION, AccreditationKind, Permission
from passnumerique.documents.qr import QUIET_ZONE, outline, symbol
from passnumerique.ground.codes import grouped_code
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, clock, day, instant, number

PAGE = 50
QR_SIDE = 232
"""Pixels: wide enough for a telephone held in the hand."""
ON_TIME_MS = 2 * 60_000
"""Up to here a clock is called right."""
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


@desk_page(Permission.READ_DEVICES)
def devices(request: DeskRequest) -> HttpResponse:
    """The devices of the programme; a place and its mediators see their own."""
    desk = request.desk
    page = Paginator(access_devices(desk.actor, desk.programme_id), PAGE).get_page(request.GET.get("page"))
    add = desk.url("add_device")
    context = {
        "desk": desk,
        "page": page,
        "table": _table(desk, page, add),
        "scanner": reverse("scanner"),
        "actions": offered(desk, Permission.MANAGE_DEVICES, Action(_("Ajouter un appareil"), add, icon="plus")),
    }
    return render(request, "web/network/devices.html", context)


def _table(desk: Desk, page: Any, add: str) -> Table:
    now, may_write = timezone.now(), desk.may(Permission.MANAGE_DEVICES)
    columns = [Column("label", _("Appareil"))]
    if desk.actor.role not in NEEDS_ORGANISATION:
        columns.append(
            Column("organisation.name", _("Lieu"), url=lambda row: desk.url("organisation", row.organisation_id))
        )
    columns += [
        Column(lambda row: _state(row, now), _("État")),
        Column(lambda row: instant(row.seen_at) if row.seen_at else _("jamais"), _("Vu")),
        Column(lambda row: skew_words(row.skew_ms), _("Horloge")),
    ]
    if may_write:
        columns.append(Column(lambda row: _acts(desk, row, now), _("Action")))
    return Table(
        _("Appareils"),
        columns,
        page,
        count=page.paginator.count,
        empty=_("Aucun appareil ne prend encore de pass sans réseau ici."),
        empty_url=add if may_write else "",
        empty_action=_("Ajouter un appareil"),
    )


def _state(row: Any, now: datetime) -> SafeString:
    if row.revoked_at is not None:
        return badge(_("Révoqué le %(day)s") % {"day": day(row.revoked_at)}, "ban", "bad")
    if row.expires_at <= now:
        return badge(_("Expiré le %(day)s") % {"day": day(row.expires_at)}, "clock-off", "plain")
    if row.paired_at is not None:
        return badge(_("En service jusqu’au %(day)s") % {"day": day(row.expires_at)}, "check", "good")
    if row.pairing_until <= now:
        return badge(_("Code périmé"), "clock-off", "warn")
    return badge(_("À associer avant %(time)s") % {"time": clock(row.pairing_until)}, "hourglass", "info")


def skew_words(skew_ms: int | None) -> str:
    """How far a clock is wrong, in the largest unit that it fills: `avance de 7 minutes`."""
    if skew_ms is None:
        return ""
    if abs(skew_ms) < ON_TIME_MS:
        return _("à l’heure")
    told = {"much": _length(abs(skew_ms))}
    return (_("avance de %(much)s") if skew_ms > 0 else _("retarde de %(much)s")) % told


def _length(milliseconds: int) -> str:
    if days := milliseconds // DAY_MS:
        return ngettext("%(many)s jour", "%(many)s jours", days) % {"many": number(days)}
    if hours := milliseconds // HOUR_MS:
        return ngettext("%(many)s heure", "%(many)s heures", hours) % {"many": number(hours)}
    minutes = milliseconds // MINUTE_MS
    return ngettext("%(many)s minute", "%(many)s minutes", minutes) % {"many": number(minutes)}


def _acts(desk: Desk, row: Any, now: datetime) -> SafeString:
    if row.revoked_at is not None or row.expires_at <= now:
        return SafeString("")
    acts = [(desk.url("revoke_device", row.id), _("Révoquer"))]
    if row.paired_at is None:
        acts.insert(0, (desk.url("renew_pairing", row.id), _("Nouveau code")))
    link = '<a class="when" href="{}">{}<span class="unseen">\u202f: {}</span></a>'
    return format_html_join(" · ", link, ((url, words, row.label) for url, words in acts))


class DeviceForm(forms.Form):
    """What a device is called, and for which place it acts. A place is not asked for whom."""

    organisation = forms.ChoiceField(label=gettext_lazy("Pour quel lieu"))
    label = forms.CharField(
        label=gettext_lazy("Nom de l’appareil"),
        help_text=gettext_lazy("Celui que l’on reconnaît, comme «\u202fTablette de la salle 2\u202f»."),
        max_length=LONGEST_LABEL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if places is None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = [("", gettext_lazy("Choisir")), *places]  # type: ignore[attr-defined]


@never_cache
@desk_page(Permission.MANAGE_DEVICES)
@sensitive_variables("added")
def add_one_device(request: DeskRequest) -> HttpResponse:
    """A new device. The code that pairs it is shown by the answer, and never again."""
    desk, now = request.desk, timezone.now()
    form = DeviceForm(places=_places(desk), **sent(request))
    added: list[AddedDevice] = []

    def add(given: Mapping[str, Any]) -> None:
        place = desk.actor.organisation_id or UUID(given["organisation"])
        added.append(
            add_device(
                programme_id=desk.programme_id, organisation_id=place, label=given["label"], by=desk.actor, at=now
            )
        )

    if done(form, add, name_missing="label", label_too_long="label"):
        return _shown(request, added[0])
    context = {
        "title": _("Ajouter un appareil"),
        "lead": _("Un téléphone ou une tablette, avec lesquels le lieu prend des pass même sans réseau."),
        "submit": _("Ajouter l’appareil"),
        "cancel": desk.url("devices"),
        "breadcrumbs": _crumbs(desk, _("Ajouter")),
    }
    return form_page(request, form, context)


def _places(desk: Desk) -> list[tuple[str, str]] | None:
    """The mediation places of today; None for a place, which acts for itself."""
    if desk.actor.role in NEEDS_ORGANISATION:
        return None
    kind = AccreditationKind.PLACE
    rows = access_organisations(desk.actor, kind=kind, programme_id=desk.programme_id, day=desk.today)
    return [(str(row.id), row.name) for row in rows]


def _crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    return [Crumb(_("Appareils"), desk.url("devices")), *(Crumb(label) for label in labels)]


@never_cache
@desk_page(Permission.MANAGE_DEVICES)
@sensitive_variables("added")
def renew_one_pairing(request: DeskRequest, device_id: UUID) -> HttpResponse:
    """Another code for a device that was not paired in time."""
    desk = request.desk
    row = one_device(desk.actor, desk.programme_id, device_id)
    if request.method == "POST":
        now = timezone.now()
        added = renew_pairing(programme_id=desk.programme_id, device_id=row.id, by=desk.actor, at=now)
        return _shown(request, added)
    return render(request, "web/network/device_renew.html", {"desk": desk, "device": row, **_path(desk, row)})


@sensitive_variables()
def _shown(request: DeskRequest, added: AddedDevice) -> HttpResponse:
    """The code and its QR, this once."""
    desk, device = request.desk, added.device
    address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("scanner")
    context = {
        "desk": desk,
        "device": device,
        "code": grouped_code(added.pairing),
        "until": clock(device.pairing_until),
        "address": address,
        "here": f"{reverse('scanner')}#{added.pairing}",
        "qr": _qr(f"{address}#{added.pairing}", _("Code QR qui ouvre le scanner et associe l’appareil")),
        **_path(desk, device),
    }
    return render(request, "web/network/device_added.html", context)


def _path(desk: Desk, row: Any) -> dict[str, Any]:
    return {"breadcrumbs": _crumbs(desk, row.label)}


def _qr(text: str, words: str) -> SafeString:
    """A symbol dark on white, by night too: cameras read nothing else."""
    drawn = symbol(text)
    side = drawn.side + 2 * QUIET_ZONE
    picture = (
        '<svg viewBox="0 0 {side} {side}" width="{wide}" height="{wide}" role="img" aria-label="{words}">'
        '<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )
    return format_html(picture, side=side, wide=QR_SIDE, words=words, path=outline(drawn))


@desk_page(Permission.MANAGE_DEVICES)
def revoke_one_device(request: DeskRequest, device_id: UUID) -> HttpResponse:
    """The device opens nothing from now on, and never again."""
    desk = request.desk
    row = one_device(desk.actor, desk.programme_id, device_id)
    if request.method == "POST":
        revoke_device(programme_id=desk.programme_id, device_id=row.id, by=desk.actor, at=timezone.now())
        messages.success(request, _("L’appareil est révoqué\u202f: il n’ouvre plus rien."))
        return redirect(desk.url("devices"))
    return render(request, "web/network/device_revoke.html", {"desk": desk, "device": row, **_path(desk, row)})
