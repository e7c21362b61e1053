"""The second page of a hand-over: real sessions near the person that fit the needs, and seats booked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.training.operations import book_seats
from passnumerique.training.queries import PublicSession
from passnumerique.vouchers.queries.history import vouchers_of_handover
from passnumerique.vouchers.queries.listing import access_handover
from passnumerique.vouchers.queries.printing import codes_of_handover
from passnumerique.vouchers.queries.reading import as_words, ranges_of
from passnumerique.vouchers.rules import State
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.register.handing import steps
from passnumerique.web.pages.register.handovers import is_mine
from passnumerique.web.pages.register.nearest import booked_by, needs_of, prices_of, sessions_for, themes_of


@dataclass(frozen=True)
class Offered:
    """A session as the counter offers it; `price` in passes for one person, `enough` when the person has them."""

    session: PublicSession
    price: int
    enough: bool


_NONE = _("Choisissez un atelier.")


class SeatForm(forms.Form):
    """Which session, for how many people, and the codes of the passes where they are not known here."""

    session = forms.UUIDField(label=_("Atelier"), error_messages={"required": _NONE, "invalid": _NONE})
    seats = forms.IntegerField(
        label=_("Nombre de places"),
        min_value=1,
        initial=1,
        help_text=_("Une par personne qui vient avec un pass."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    codes = forms.CharField(
        label=_("Codes des pass"),
        help_text=_("Un par ligne\u202f: ces cartes viennent de l’émetteur, leur code n’est pas connu ici."),
        widget=forms.Textarea(attrs={"autocomplete": "off", "spellcheck": "false", "rows": 3}),
    )

    def __init__(self, *args: Any, codes: Sequence[str] | None, found: Sequence[PublicSession], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known, self.free = codes, {one.id: one.free_seats for one in found}
        del self.fields["seats" if codes is None else "codes"]

    def clean_seats(self) -> int:
        """No more people than passes."""
        many = int(self.cleaned_data["seats"])
        if self.known is not None and many > len(self.known):
            told = gettext("Il reste %(count)s pass sans place réservée.")
            raise forms.ValidationError(told % {"count": len(self.known)})
        return many

    def clean(self) -> dict[str, Any]:
        """No more people than the session has room for, as far as it is known here."""
        given: dict[str, Any] = super().clean() or {}
        free = self.free.get(given.get("session"))  # type: ignore[arg-type]
        if free is not None and given.get("seats", 0) > free:
            told = ngettext("Il reste %(count)s place à cet atelier.", "Il reste %(count)s places à cet atelier.", free)
            self.add_error("seats", told % {"count": free})
        return given

    def chosen(self) -> list[str]:
        """The code of one pass for each seat."""
        if self.known is not None:
            return list(self.known[: self.cleaned_data["seats"]])
        lines = (line.strip().rstrip("/") for line in self.cleaned_data["codes"].splitlines())
        return [line.rpartition("/")[2] for line in lines if line]


@desk_page("hand_over")
def handover_sessions(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """Choose a session for the person of one's own hand-over and book seats on the spot. For the structure
    that made it; goes on to the letter when there is nothing to choose."""
    desk = request.desk
    row = access_handover(desk.actor, desk.programme_id, handover_id)
    if not is_mine(desk, row):
        raise NotFound
    passes = list(vouchers_of_handover(desk.programme_id, row.id))
    free = [one for one in passes if one.state == State.HELD]
    booked = booked_by(desk, [one.number for one in free])
    seated = {number for one in booked for number in one.numbers}
    free = [one for one in free if one.number not in seated]
    everything = "tout" in request.GET
    found = sessions_for(desk, row, everything=everything) if free else []
    letter_page = f"{desk.url('handover', row.id)}?fait=1"
    if not found and not booked and request.method == "GET":
        return redirect(letter_page)
    form = SeatForm(**sent(request), codes=_codes(desk, row.id, free), found=found)

    def act(given: dict[str, Any]) -> None:
        codes = form.chosen()
        book_seats(programme_id=desk.programme_id, session_id=given["session"], codes=codes, by=desk.actor, at=desk.at)
        told = ngettext("%(count)s place est réservée.", "Les %(count)s places sont réservées.", len(codes))
        messages.success(request, told % {"count": len(codes)})

    if done(form, act, session_full="session", session_is_over="session", session_is_cancelled="session"):
        return redirect(letter_page)
    words = as_words(ranges_of(one.number for one in passes))
    context = {
        "desk": desk,
        "handover": row,
        "form": form,
        "offered": _offered(desk, found, len(free)),
        "chosen": str(form["session"].value() or ""),
        "booked": booked,
        "left": len(free),
        "words": words,
        "quantity": row.quantity,
        "steps": steps(),
        "needs": _needs(desk, row),
        "everything": everything,
        "letter_page": letter_page,
        "breadcrumbs": [Crumb(gettext("Remises"), desk.url("handovers")), Crumb(gettext("Atelier"))],
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/register/handover_sessions.html", context, status=status)


def _codes(desk: Desk, handover_id: UUID, free: Sequence[Any]) -> list[str] | None:
    """The codes of the passes that have no seat yet; None when they came from an issuer's file."""
    if not free or not all(one.lot.nonce for one in free):
        return None if free else []
    numbers = {one.number for one in free}
    return [one.code for one in codes_of_handover(desk.actor, desk.programme_id, handover_id) if one.number in numbers]


def _offered(desk: Desk, found: Sequence[PublicSession], left: int) -> list[Offered]:
    prices = prices_of(desk.programme_id)
    asked = [(one, prices.get(one.module_id or NOBODY, 1)) for one in found]
    return [Offered(one, price, price <= left) for one, price in asked]


def _needs(desk: Desk, row: Any) -> str:
    themes = dict(themes_of(desk.programme_id))
    return ", ".join(themes[str(one)] for one in needs_of(row.recipient) if str(one) in themes)
