"""What the pages of the training sessions ask for."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.dates import at_time
from passnumerique.ground.words import say
from passnumerique.training.queries import PlanTheme
from passnumerique.training.rules import MOST_SEATS, Filling
from passnumerique.training.rules.refusals import CauseMissing
from passnumerique.vouchers.operations import Scan
from passnumerique.web.forms import DayField
from passnumerique.web.pages.training.parts import bare_code, code_widget

Choices = Sequence[tuple[str, str | Sequence[tuple[str, str]]]]
"""Values and labels, or groups of them under a heading."""
_PLANNED, _MODULE = "atelier", "module"
_VERSION = 7


class HourField(forms.TimeField):
    """A time of the day, on 24 hours."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M"], **options)


class SessionFilter(forms.Form):
    """What narrows the list of sessions; a desk at one place has no choice of places."""

    place = forms.ChoiceField(label=_("Lieu"), required=False)
    module = forms.ChoiceField(label=_("Module"), required=False)
    period = forms.ChoiceField(label=_("Période de formation"), required=False)
    filling = forms.ChoiceField(label=_("Remplissage"), required=False)
    when = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, places: Choices, modules: Choices, periods: Choices) -> None:
        super().__init__(data)
        self.fields["filling"].choices = [("", gettext("Tous")), *((one.value, say(one.words)) for one in Filling)]  # type: ignore[attr-defined]
        given = {"place": places, "module": modules, "period": periods}
        for name, choices in given.items():
            if choices:
                every = gettext("Toutes") if name == "period" else gettext("Tous")
                self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def chosen(self, name: str) -> UUID | None:
        """The id chosen in a field, or None for all."""
        self.is_valid()
        given = self.cleaned_data.get(name)
        return UUID(given) if given else None

    def wanted(self) -> Filling | None:
        """How full the sessions are that are looked for; None for all."""
        self.is_valid()
        given = self.cleaned_data.get("filling")
        return Filling(given) if given else None


class SlotForm(forms.Form):
    """When, where in the place, and for how many."""

    day = DayField(label=_("Jour"))
    starts = HourField(label=_("Début"))
    ends = HourField(label=_("Fin"), help_text=_("Le jour même."))
    seats = forms.IntegerField(label=_("Nombre de places"), min_value=1, max_value=MOST_SEATS)
    room = forms.CharField(
        label=_("Salle"),
        required=False,
        max_length=80,
        help_text=_("Deux ateliers peuvent avoir lieu en même temps dans deux salles."),
    )
    trainer = forms.CharField(label=_("Médiateur ou médiatrice"), required=False, max_length=120)
    equipment = forms.CharField(
        label=_("Matériel"),
        required=False,
        max_length=240,
        help_text=_("Par exemple\u202f: 8 ordinateurs sur place, venir avec son téléphone."),
    )
    accessibility = forms.CharField(
        label=_("Accessibilité"),
        required=False,
        max_length=240,
        help_text=_("Par exemple\u202f: de plain-pied, boucle magnétique."),
    )

    def details(self) -> dict[str, Any]:
        """Hours, seats and texts, as the operations take them."""
        given = self.cleaned_data
        texts = {name: given[name] for name in ("room", "trainer", "equipment", "accessibility")}
        return {
            "starts_at": _instant(given["day"], given["starts"]),
            "ends_at": _instant(given["day"], self.last_hour()),
            "seats": given["seats"],
            **texts,
        }

    def last_hour(self) -> time:
        """The hour at which it ends."""
        given: time = self.cleaned_data["ends"]
        return given


class ScheduleForm(SlotForm):
    """A new session: what of the plan, at which place, then when and for how many."""

    field_order: Sequence[str] = ("place", "what", "day", "starts", "ends", "seats", "room")
    what = forms.ChoiceField(label=_("Atelier ou module du plan"))
    place = forms.ChoiceField(label=_("Lieu"))

    def __init__(self, *args: Any, plan: Iterable[PlanTheme], places: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lengths: dict[str, int] = {}
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Choisir")),
            *((f"{theme.number}. {theme.name}", list(self._lines(theme))) for theme in plan),
        ]
        self.fields["ends"].required = False
        self.fields["ends"].help_text = gettext("Laissez vide pour la durée prévue au plan.")
        if places:
            self.fields["place"].choices = [("", gettext("Choisir")), *places]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    def _lines(self, theme: PlanTheme) -> Iterable[tuple[str, str]]:
        for module in theme.modules:
            for line in module.sessions:
                key = f"{_PLANNED}:{module.id}:{line.id}"
                self.lengths[key] = line.minutes
                yield key, f"{module.reference} – {line.title}"
            key = f"{_MODULE}:{module.id}"
            self.lengths[key] = module.minutes
            other = gettext("%(module)s (autre atelier du module)") if module.sessions else "%(module)s"
            yield key, f"{module.reference} – {other % {'module': module.name}}"

    def last_hour(self) -> time:
        """The hour given, or the length that the plan foresees, at most until the last minute of the day."""
        if self.cleaned_data["ends"]:
            return super().last_hour()
        starts: time = self.cleaned_data["starts"]
        minutes = starts.hour * 60 + starts.minute + self.lengths[self.cleaned_data["what"]]
        return time(*divmod(min(minutes, 24 * 60 - 1), 60))

    def chosen(self) -> dict[str, UUID | None]:
        """The module, and the planned session when one was chosen."""
        _kind, module_id, *line_id = self.cleaned_data["what"].split(":")
        return {
            "module_id": UUID(module_id),
            "planned_session_id": UUID(line_id[0]) if line_id else None,
        }


def _instant(day: date, hour: time) -> datetime:
    return at_time(day, hour.hour, hour.minute)


class CancelForm(forms.Form):
    """Why a session is cancelled."""

    cause = forms.CharField(
        label=_("Motif"),
        max_length=240,
        error_messages={"required": lazy(CauseMissing().say, str)()},
        help_text=_("Les personnes inscrites le liront. Par exemple\u202f: médiatrice malade."),
    )


class UndoForm(forms.Form):
    """Why a use is undone."""

    cause = forms.CharField(
        label=_("Motif"),
        max_length=240,
        required=False,
        help_text=_("Par exemple\u202f: mauvais atelier, pass pris deux fois par erreur."),
    )


class ParticipantForm(forms.Form):
    """A seat for one person, with the code of a pass or without."""

    label = forms.CharField(
        label=_("Prénom ou initiales"),
        max_length=40,
        required=False,
        help_text=_("Ce que la personne veut bien donner. Laissé vide, elle aura un numéro."),
    )
    code = forms.CharField(
        label=_("Code du pass"),
        max_length=200,
        required=False,
        help_text=_("Le pass réserve la place\u202f; il n’est pris que le jour de l’atelier."),
    )

    def __init__(self, *args: Any, ours: bool, needs_code: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].widget = code_widget(ours)
        self.fields["code"].required = needs_code

    def clean_code(self) -> str:
        """The code alone."""
        return bare_code(self.cleaned_data["code"])


class RedeemForm(forms.Form):
    """The codes of the passes that one person gives for a session, each with the id of its use.

    The ids are made before sending, so that the same answer comes back when the form is sent again.
    """

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    newcomer = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, price: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ranks = range(1, price + 1)
        for rank in self.ranks:
            self.fields[f"code_{rank}"] = self._code_field(rank, price)
            self.fields[f"scan_{rank}"] = forms.UUIDField(widget=forms.HiddenInput)

    def _code_field(self, rank: int, price: int) -> forms.Field:
        counted = gettext("Code du pass %(rank)s sur %(price)s") % {"rank": rank, "price": price}
        field = forms.CharField(
            label=gettext("Code du pass") if price == 1 else counted,
            max_length=200,
            help_text=gettext("À côté du carré noir et blanc, sur la carte ou la lettre.") if rank == 1 else "",
            error_messages={"required": gettext("Tapez le code écrit sur la carte.")},
            widget=code_widget(ours=False),
        )
        field.widget.attrs["data-code"] = str(rank)
        if rank == 1:
            field.widget.attrs["autofocus"] = True
        return field

    def codes(self) -> list[forms.BoundField]:
        """The fields in which codes are typed."""
        return [self[f"code_{rank}"] for rank in self.ranks]

    def clean(self) -> dict[str, Any]:
        """Refuses ids that were not made for a use."""
        given: dict[str, Any] = self.cleaned_data
        ids = [given.get(name) for name in ("newcomer", *(f"scan_{rank}" for rank in self.ranks))]
        if any(one is None or one.version != _VERSION for one in ids) or len(set(ids)) < len(ids):
            raise ValidationError(_("Cette page est trop ancienne. Rechargez-la et recommencez."))
        return given

    def scans(self) -> list[Scan]:
        """What is presented: for a person of the list, or for somebody who was not expected."""
        given = self.cleaned_data
        together = given["newcomer"] if len(self.ranks) > 1 else None
        return [
            Scan(given[f"scan_{rank}"], bare_code(given[f"code_{rank}"]), given["person"] or together)
            for rank in self.ranks
        ]
