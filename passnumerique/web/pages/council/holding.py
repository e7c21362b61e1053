"""The evening of the sitting: who sits, who comes and goes, how each item is voted, and the end."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import (
    Cast,
    Noted,
    Secret,
    close_sitting,
    note_movements,
    open_sitting,
    put_off,
)
from passnumerique.council.queries import access_item, access_sitting, delegates, draft_of, roll_of
from passnumerique.council.rules import BALLOT_KIND_WORDS, OUTCOME_WORDS, BallotKind, Mode, Move, Outcome, Seat, Voice
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.ground.words import say
from passnumerique.journeys.deliberating import vote, written_out
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.council.sittings import name_of

SITS, AWAY, APART = "sits", "away", "apart"


class RollForm(forms.Form):
    """Who sits: one choice for each member in office."""

    def __init__(self, *args: Any, people: Sequence[Any], seats: Mapping[str, Seat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.titulars = [one for one in people if one.substitute_for_id is None]
        self.seats = seats
        substitutes = [one for one in people if one.substitute_for_id]
        for titular in self.titulars:
            name = f"seat-{titular.id}"
            self.fields[name] = forms.ChoiceField(
                label=titular.name,
                choices=_ways(titular, self.titulars, substitutes),
                initial=_way_of(seats.get(str(titular.id))),
            )

    def moves(self) -> list[Noted]:
        """What changed against the seats as they were."""
        found: list[Noted] = []
        for titular in self.titulars:
            chosen = self.cleaned_data[f"seat-{titular.id}"]
            if chosen != _way_of(self.seats.get(str(titular.id))):
                found.append(_noted(titular.id, chosen))
        return found


def _ways(titular: Any, titulars: Sequence[Any], substitutes: Sequence[Any]) -> list[Any]:
    own = [one for one in substitutes if one.substitute_for_id == titular.id]
    ways: list[Any] = [(SITS, _("Siège")), (AWAY, _("Absent ou excusé")), (APART, _("Se retire de cette affaire"))]
    replaced = [(f"by:{one.id}", one.name) for one in own or substitutes]
    if replaced:
        ways.append((_("Remplacé par"), replaced))
    ways.append((_("Donne pouvoir à"), [(f"to:{one.id}", one.name) for one in titulars if one.id != titular.id]))
    return ways


def _way_of(seat: Seat | None) -> str:
    if seat is None:
        return AWAY
    if seat.withdrawn:
        return APART
    if seat.by_substitute:
        return f"by:{seat.sits}"
    return f"to:{seat.proxy_to}" if seat.proxy_to else SITS if seat.sits else AWAY


def _noted(titular: UUID, chosen: str) -> Noted:
    kind, _colon, other = chosen.partition(":")
    moves = {
        SITS: Move.SITS,
        AWAY: Move.LEAVES,
        APART: Move.WITHDRAWS,
        "by": Move.REPLACED,
        "to": Move.GIVES_POWER,
    }
    return titular, moves[kind], UUID(other) if other else None


class OpeningForm(RollForm):
    """Who presides and keeps the minutes, and who sits."""

    chair = forms.ChoiceField(label=gettext_lazy("Sous la présidence de"))
    secretary = forms.ChoiceField(label=gettext_lazy("Secrétaire de séance"))

    def __init__(self, *args: Any, people: Sequence[Any], **options: Any) -> None:
        super().__init__(*args, people=people, seats={}, **options)
        names = [(str(one.id), one.name) for one in people]
        for name in ("chair", "secretary"):
            self.fields[name].choices = names  # type: ignore[attr-defined]
        for titular in self.titulars:
            self.fields[f"seat-{titular.id}"].initial = SITS


@desk_page(Permission.MANAGE_COUNCIL)
def open_page(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Open the sitting, with its roll. For the secretary and the manager; refuses one not convened."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    people = list(delegates(desk.actor, day=day_of(row.starts_at)))
    chair = next((str(one.id) for one in people if one.office.startswith("Présid")), None)
    form = OpeningForm(people=people, initial={"chair": chair}, **sent(request))

    def act(given: dict[str, Any]) -> None:
        open_sitting(
            sitting_id=row.id,
            chair=UUID(given["chair"]),
            secretary=UUID(given["secretary"]),
            moves=form.moves(),
            by=desk.actor,
            at=max(desk.at, row.starts_at) if day_of(desk.at) == day_of(row.starts_at) else desk.at,
        )

    if done(form, act, chair_absent="chair"):
        messages.success(request, _("La séance est ouverte."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("Ouvrir la séance"),
        "lead": _("Tout le monde est noté présent\u202f: changez ceux qui ne siègent pas."),
        "submit": _("Ouvrir la séance"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row),
    }
    return form_page(request, form, context)


def _crumbs(desk: Desk, row: Any, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row), desk.url("sitting", row.id)), *more]


@desk_page(Permission.MANAGE_COUNCIL)
def movements(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note who comes, goes, is replaced, gives a power or withdraws, from the next item on."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    pending = [item for item in row.items.all() if item.outcome == Outcome.PENDING]
    if not pending:
        return redirect(desk.url("sitting", row.id))
    item = pending[0]
    people = list(delegates(desk.actor, day=day_of(row.starts_at)))
    seats = {seat.titular: seat for seat in roll_of(row, item.rank).seats}
    form = RollForm(people=people, seats=seats, **sent(request))
    if done(
        form,
        lambda _given: note_movements(
            sitting_id=row.id, moves=form.moves(), from_item=item.rank, by=desk.actor, at=desk.at
        ),
    ):
        messages.success(request, _("Les présences sont à jour."))
        return redirect(desk.url("item", item.id))
    context = {
        "title": _("Présences à partir de l’affaire %(rank)s") % {"rank": item.rank},
        "lead": item.title,
        "submit": _("Noter ces présences"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row, Crumb(_("Présences"))),
    }
    return form_page(request, form, context)


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1000, required=False)


class VoteForm(forms.Form):
    """How an item is voted: by name, or in secret by counts."""

    chair = forms.ChoiceField(
        label=gettext_lazy("Sous la présidence de"),
        help_text=gettext_lazy("Si la présidence s’est retirée ou est partie, choisissez qui la remplace."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Scrutin"))
    votes_for = _count(gettext_lazy("Scrutin secret\u202f: pour"))
    votes_against = _count(gettext_lazy("Scrutin secret\u202f: contre"))
    blank = _count(gettext_lazy("Scrutin secret\u202f: blancs et nuls"))

    def __init__(
        self, *args: Any, voices: Mapping[str, str], sitting: Mapping[str, str], mode: Mode, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["chair"].choices = list(sitting.items())  # type: ignore[attr-defined]
        kinds = [one for one in BallotKind if one is not BallotKind.SECRET or mode is Mode.IN_PERSON]
        self.fields["kind"].choices = [(one.value, capfirst(say(BALLOT_KIND_WORDS[one]))) for one in kinds]  # type: ignore[attr-defined]
        if BallotKind.SECRET not in kinds:
            for name in ("votes_for", "votes_against", "blank"):
                del self.fields[name]
        words = [(one.value, capfirst(say(one.words))) for one in Voice]
        self.voices = [f"voice-{seat}" for seat in voices]
        for seat, name in voices.items():
            self.fields[f"voice-{seat}"] = forms.ChoiceField(label=name, choices=words, initial=Voice.FOR.value)

    def ballot(self) -> Cast | Secret:
        """The ballot as it was counted."""
        given = self.cleaned_data
        if given["kind"] == BallotKind.SECRET:
            return Secret(given["votes_for"] or 0, given["votes_against"] or 0, given["blank"] or 0)
        return Cast(self._who(Voice.AGAINST), self._who(Voice.ABSTAINS), BallotKind(given["kind"]))

    def _who(self, voice: Voice) -> frozenset[UUID]:
        found = [name for name in self.voices if self.cleaned_data[name] == voice]
        return frozenset(UUID(name.removeprefix("voice-")) for name in found)


@desk_page(Permission.MANAGE_COUNCIL)
def vote_page(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """Vote an item: the voices of its roll, for by default. The vote freezes the text and numbers the act."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    roll = roll_of(row.sitting, row.rank)
    names = {str(one.id): one.name for one in delegates(desk.actor)}
    voices = {seat.titular: _voice_name(seat, names) for seat in roll.seats if _has_voice(seat)}
    present = {who: names[who] for who in roll.voices}
    chair = str(row.sitting.chair_id)
    form = VoteForm(
        voices=voices,
        sitting=present,
        mode=Mode(row.sitting.mode),
        initial={"chair": chair if chair in present else None, "kind": BallotKind.PUBLIC.value},
        **sent(request),
    )

    def act(given: dict[str, Any]) -> None:
        vote(item_id=row.id, ballot=form.ballot(), by=desk.actor, at=desk.at, chair=UUID(given["chair"]))

    if done(form, act, chair_absent="chair"):
        messages.success(request, _("Le vote est enregistré."))
        return redirect(desk.url("item", row.id))
    text = written_out(draft_of(desk.actor, row.id), desk.actor, desk.at)
    told = {"present": roll.present, "quorum": roll.quorum, "voters": roll.voters}
    context = {
        "title": _("Vote\u202f: %(title)s") % {"title": row.title},
        "lead": _("%(present)s présents pour un quorum de %(quorum)s, %(voters)s voix.") % told,
        "warning": "" if roll.quorum_met else _("Le quorum manque\u202f: rien ne peut être voté."),
        "articles": text.articles,
        "submit": _("Enregistrer le vote"),
        "cancel": desk.url("item", row.id),
        "breadcrumbs": _crumbs(desk, row.sitting, Crumb(row.title, desk.url("item", row.id)), Crumb(_("Vote"))),
    }
    return form_page(request, form, context, "web/council/vote.html")


def _has_voice(seat: Seat) -> bool:
    return bool(seat.sits or seat.proxy_to) and not seat.withdrawn


def _voice_name(seat: Seat, names: Mapping[str, str]) -> str:
    told = {"titular": names[seat.titular], "other": names[seat.proxy_to or seat.sits]}
    if seat.proxy_to:
        return _("%(titular)s (pouvoir à %(other)s)") % told
    return _("%(other)s (suppléant de %(titular)s)") % told if seat.by_substitute else told["titular"]


class PutOffForm(forms.Form):
    """What becomes of an item that is not voted."""

    outcome = forms.ChoiceField(label=gettext_lazy("Cette affaire est"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=600,
        help_text=gettext_lazy("En une phrase. Le procès-verbal la rapporte."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = (Outcome.POSTPONED, Outcome.WITHDRAWN)
        self.fields["outcome"].choices = [(one.value, capfirst(say(OUTCOME_WORDS[one]))) for one in offered]  # type: ignore[attr-defined]


@desk_page(Permission.MANAGE_COUNCIL)
def put_off_page(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """Postpone an item to another sitting, or withdraw it."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    form = PutOffForm(**sent(request))
    if done(
        form,
        lambda given: put_off(
            item_id=row.id, outcome=Outcome(given["outcome"]), reason=given["reason"], by=desk.actor, at=desk.at
        ),
        put_off_without_reason="reason",
    ):
        messages.success(request, _("C’est noté au procès-verbal."))
        return redirect(desk.url("sitting", row.sitting_id))
    context = {
        "title": _("Reporter ou retirer cette affaire"),
        "lead": row.title,
        "submit": _("Noter"),
        "cancel": desk.url("item", row.id),
        "breadcrumbs": _crumbs(desk, row.sitting),
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_COUNCIL)
def close_page(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Close the sitting, once it was confirmed. Refuses one with matters still to examine."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = forms.Form(**sent(request))
    if done(form, lambda _given: close_sitting(sitting_id=row.id, by=desk.actor, at=desk.at)):
        messages.success(request, _("La séance est close. Publiez la liste des délibérations dans la semaine."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("Clore la séance"),
        "lead": name_of(row),
        "submit": _("Clore la séance"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row),
    }
    return form_page(request, form, context)
