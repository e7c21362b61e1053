"""Looking for a session: by theme, commune, distance, days and seats. For anybody, with or without a pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import accredited_places, accredited_prescribers
from passnumerique.directory.queries.network import organisations_where
from passnumerique.ground.sheets import normalised
from passnumerique.programmes.queries import commune_now, communes, merged_communes
from passnumerique.training.queries import PublicSession, plan, sessions_near
from passnumerique.training.queries.nearby import Point, point_of_commune
from passnumerique.web.forms import DayField
from passnumerique.web.pages.public.faces import Opened

FARTHEST_DAYS = 730
"""No session is announced later than that: a day typed beyond it is read as that day."""
DISTANCES = (5, 10, 20, 50)
SEATS = (1, 2, 3, 5)
FULL_TOO = "0"


class NearForm(forms.Form):
    """What somebody who holds a pass chooses by: one theme, one commune."""

    theme = forms.ChoiceField(label=_("Ce que vous voulez apprendre"), required=False)
    commune = forms.ChoiceField(label=_("Votre commune, ou la plus proche"), required=False)

    def __init__(self, data: Mapping[str, Any], opened: Opened) -> None:
        super().__init__(data)
        self.opened = opened
        programme_id = opened.programme.id
        self.themes = [(str(theme.id), theme.name) for theme in plan(programme_id)]
        self.communes = commune_choices(programme_id, opened.today)
        self._choose("theme", gettext("Tout"), self.themes)
        self._choose("commune", gettext("Choisir"), self.communes)

    def _choose(self, name: str, blank: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", blank), *choices]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> Any:
        """What was chosen there; nothing for nothing, and for what is none of the choices."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def commune_name(self) -> str:
        """The commune chosen, by its name."""
        return dict(self.communes).get(self.chosen("commune") or "", "")

    @property
    def theme_ids(self) -> list[UUID]:
        """The theme chosen, or none."""
        return [UUID(self.chosen("theme"))] if self.chosen("theme") else []


class OpenForm(NearForm):
    """What anybody may choose sessions by."""

    theme = forms.ChoiceField(label=_("Thème"), required=False)
    commune = forms.ChoiceField(label=_("Près de"), required=False)
    distance = forms.ChoiceField(label=_("À moins de"), required=False)
    du = DayField(label=_("À partir du"), required=False)
    au = DayField(label=_("Jusqu’au"), required=False)
    places = forms.ChoiceField(label=_("Places libres"), required=False)

    def __init__(self, data: Mapping[str, Any], opened: Opened) -> None:
        super().__init__(data, opened)
        distances = [(str(km), gettext("%(km)s km") % {"km": km}) for km in DISTANCES]
        self._choose("distance", gettext("Peu importe"), distances)
        seats = [(str(many), gettext("%(count)s ou plus") % {"count": many}) for many in SEATS[1:]]
        self._choose("places", gettext("1 ou plus"), [*seats, (FULL_TOO, gettext("Les ateliers complets aussi"))])

    @property
    def asks_more(self) -> bool:
        """Whether one of the choices that stand folded away was made."""
        return any(self.data.get(name) for name in ("distance", "du", "au", "places"))

    @property
    def asks(self) -> bool:
        """Whether anything was chosen."""
        return self.asks_more or bool(self.chosen("theme") or self.chosen("commune"))

    def day(self, name: str) -> date | None:
        """The day chosen, within what a calendar holds."""
        chosen = self.chosen(name)
        return min(chosen, self.opened.today + timedelta(days=FARTHEST_DAYS)) if chosen else None

    @property
    def need_seats(self) -> int:
        """How many free seats a session must have; 0: full ones are shown too."""
        return int(self.chosen("places") or SEATS[0])


def commune_choices(programme_id: UUID, day: date) -> list[tuple[str, str]]:
    """The communes that a person can choose as theirs: those of the territory, those with a place or a
    structure, and those that merged, which lead to the one of today."""
    ids = accredited_places(programme_id, day) | accredited_prescribers(programme_id, day)
    names = {one.insee_code: one.commune for one in organisations_where(ids).values() if one.insee_code}
    names |= dict(communes(programme_id).values_list("insee_code", "name"))
    for gone in merged_communes(programme_id):
        words = {"before": gone.name, "now": gone.now_name}
        names.setdefault(gone.insee_code, gettext("%(before)s (aujourd’hui %(now)s)") % words)
    return sorted(names.items(), key=lambda one: (normalised(one[1]), one[0]))


@dataclass(frozen=True)
class Near:
    """The commune from which distances are counted: its name, and about where it is when that is known."""

    name: str
    point: Point | None


def near_of(form: NearForm, programme_id: UUID) -> Near:
    """The commune chosen in the form, or none."""
    insee = form.chosen("commune")
    point = point_of_commune(programme_id, commune_now(programme_id, insee)) if insee else None
    return Near(form.commune_name, point)


def found_by(form: OpenForm, near: Near, limit: int) -> list[PublicSession]:
    """The sessions to come that fit, the nearest first once a commune is chosen, else the soonest."""
    opened = form.opened
    found = sessions_near(
        opened.programme.id,
        opened.at,
        near=near.point,
        themes=form.theme_ids,
        from_day=form.day("du"),
        until_day=form.day("au"),
        need_seats=form.need_seats,
        limit=limit,
    )
    farthest = int(form.chosen("distance") or 0)
    if not (near.point and farthest):
        return found
    return [one for one in found if one.km is not None and one.km <= farthest]
