"""Sessions near a commune, for whoever books for a person: real dates, how far, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.programmes.queries import communes
from passnumerique.training.queries import PublicSession, plan, point_of_commune, sessions_near
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField
from passnumerique.web.pages.training.words import weekday_of
from passnumerique.web.templatetags.house import phone

SHOWN, AT_EACH_PLACE, MOST_SEATS = 20, 4, 10
Choices = Sequence[tuple[str, str]]


class NearForm(forms.Form):
    """Where the person lives, what they want to learn, for how many, from when."""

    commune = forms.ChoiceField(label=gettext_lazy("Commune de la personne"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Thème"), required=False)
    seats = forms.TypedChoiceField(
        label=gettext_lazy("Places"),
        required=False,
        coerce=int,
        choices=[(many, str(many)) for many in range(1, MOST_SEATS + 1)],
    )
    from_day = DayField(label=gettext_lazy("À partir du"), required=False)

    def __init__(self, data: Any, *, communes: Choices, themes: Choices) -> None:
        super().__init__(data)
        self.fields["commune"].choices = [("", _("Toutes")), *communes]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", _("Tous")), *themes]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Found:
    """A session as the counter reads it aloud."""

    session: PublicSession
    when: str
    where: str
    how: str
    books: bool


@desk_page(Permission.BOOK_SEAT)
def near(request: DeskRequest) -> HttpResponse:
    """The next sessions, nearest to a commune first, with the way to book at each; the full ones too, where one
    may wait. For the structures and the places."""
    desk = request.desk
    form = NearForm(request.GET, communes=_communes(desk), themes=_themes(desk))
    form.is_valid()
    context = {
        "desk": desk,
        "filter": form,
        "found": [_found(desk, one) for one in _sessions(desk, form.cleaned_data)],
        "breadcrumbs": [Crumb(_("Ateliers"), desk.url("sessions")), Crumb(_("Près d’une commune"))],
    }
    return render(request, "web/training/near.html", context)


def _communes(desk: Desk) -> Choices:
    return [(row.insee_code, row.name) for row in communes(desk.programme_id)]


def _themes(desk: Desk) -> Choices:
    return [(str(theme.id), theme.name) for theme in plan(desk.programme_id)]


def _sessions(desk: Desk, asked: dict[str, Any]) -> list[PublicSession]:
    """One seat wanted: the full sessions are shown too, since one may wait for one seat."""
    many = int(asked.get("seats") or 1)
    commune, theme = asked.get("commune"), asked.get("theme")
    return sessions_near(
        desk.programme_id,
        desk.at,
        near=point_of_commune(desk.programme_id, commune) if commune else None,
        themes=[UUID(theme)] if theme else [],
        from_day=asked.get("from_day"),
        need_seats=0 if many == 1 else many,
        limit=SHOWN,
        each_place=AT_EACH_PLACE if commune else None,
    )


def _found(desk: Desk, one: PublicSession) -> Found:
    far = "" if one.km is None else _("à %(km)s\u202fkm") % {"km": max(1, round(one.km))}
    where = ", ".join(part for part in (one.place, one.address, one.commune) if part)
    how = " · ".join(part for part in (one.room, one.accessibility, phone(one.phone)) if part)
    books = desk.may(Permission.HAND_OVER) or one.place_id == desk.actor.organisation_id
    return Found(one, weekday_of(one.starts_at), f"{where} · {far}" if far else where, how, books)
