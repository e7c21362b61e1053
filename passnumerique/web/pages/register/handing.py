"""Handing passes over at the counter: the first of three pages. The booklet, the person, the needs."""

import re
from typing import Any
from uuid import UUID

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passnumerique.beneficiaries.rules import Profile
from passnumerique.ground.codes import LENGTH, fold, well_formed
from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import communes, held_on, merged_communes
from passnumerique.programmes.rules import Eligible, Terms
from passnumerique.training.queries.reminding import writes_to_people
from passnumerique.vouchers.operations import hand_over
from passnumerique.vouchers.queries.handing import Likely, possible_duplicates
from passnumerique.vouchers.queries.listing import stock_in_booklets
from passnumerique.vouchers.queries.reading import Range, ranges_of, vouchers_in
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules.refusals import EmptyRange
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.register.hand_form import HandOverForm, Territory, Town
from passnumerique.web.pages.register.nearest import themes_of
from passnumerique.web.pages.register.parts import ways
from passnumerique.web.pages.register.vouchers import number_of_code

MOST = 15
"""How many figures the number of a pass has at most."""
_BOOKLET = re.compile(r"c(?:arnet)?\s*(?:n\s?[°o]\s?)?(\d{1,15})", re.IGNORECASE)


def steps() -> list[str]:
    """The pages of a hand-over, one thing after another."""
    return [gettext("Pass et personne"), gettext("Atelier"), gettext("Lettre")]


@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
@desk_page("hand_over")
def hand_over_page(request: DeskRequest) -> HttpResponse:
    """Hand passes of one's own stock to a person. For a prescriber."""
    desk = request.desk
    structure_id = desk.actor.organisation_id or NOBODY
    held = held_on(desk.programme_id, desk.today)
    first = next(iter(stock_of(desk.programme_id, structure_id, 1)), None)
    form = _form(request, held.terms, first)
    likely: list[Likely] = []
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        profile = form.profile()
        if "known" not in request.POST:
            likely.extend(possible_duplicates(desk.programme_id, profile))
        if not likely:
            made.append(_hand_over(desk, given, profile))

    if done(form, act, **_BESIDE) and made:
        return redirect(desk.url("handover_sessions", made[0]))
    context = {
        "form": form,
        "likely": likely,
        "steps": steps(),
        "first": first,
        "cap": held.terms.passes_per_person,
        "until": held.calendar.distribution_until,
        "over": desk.today > held.calendar.distribution_until,
        **ways(desk, "my_stock"),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    answer = render(request, "web/register/hand_over.html", context, status=status)
    # What was typed of a person goes back to the same hands for correction, and stays in no cache.
    answer["Cache-Control"] = "no-store"
    return answer


def _form(request: DeskRequest, terms: Terms, first: int | None) -> HandOverForm:
    desk = request.desk
    territory = Territory(
        [Town(one.insee_code, one.name) for one in communes(desk.programme_id)],
        merged_communes(desk.programme_id),
        anywhere=terms.eligible is Eligible.ANYBODY,
    )
    form = HandOverForm(
        **sent(request),
        initial=_initial(request, terms, first),
        territory=territory,
        themes=themes_of(desk.programme_id),
        writes=keeps_contacts(desk),
    )
    if not form.is_bound:
        form.fields["start"].widget.attrs["autofocus"] = True  # a hand scanner types where the focus is
    return form


def keeps_contacts(desk: Desk) -> bool:
    """Whether people may leave a contact: only where the programme writes to them and a key enciphers it."""
    return bool(settings.CONTACT_KEYS) and writes_to_people(desk.programme_id, desk.at)


def _hand_over(desk: Desk, given: dict[str, Any], profile: Profile) -> UUID:
    return hand_over(
        programme_id=desk.programme_id,
        structure_id=desk.actor.organisation_id or NOBODY,
        numbers=_numbers(desk, given["start"], given["quantity"]),
        profile=profile,
        by=desk.actor,
        at=desk.at,
    )


_BESIDE = {
    "range_partly_gone": "start",
    "empty_range": "start",
    "unknown_code": "start",
    "wrong_check_letter": "start",
    "code_of_another_programme": "start",
    "already_handed_over": "start",
    "not_allocated": "start",
    "too_many_for_one_person": "quantity",
    "outside_territory": "commune",
    "commune_merged": "commune",
    "contact_unreadable": "phone",
    "identity_incomplete": "last_name",
}


def _initial(request: DeskRequest, terms: Terms, first: int | None) -> dict[str, Any]:
    """The next pass of the stock and a whole booklet, or as much of it as one person may have."""
    many = min(terms.passes_per_booklet, terms.passes_per_person)
    return {"start": request.GET.get("pass", "") or first, "quantity": many}


def _numbers(desk: Desk, start: str, quantity: int) -> list[Range]:
    """The passes that were meant: so many from a number on, of the booklet of a card, or of a booklet.

    Refuses (EmptyRange) a booklet with fewer in stock, and what is neither number, code nor booklet.
    """
    bare = start.strip().rstrip("/").rpartition("/")[2]
    if booklet := _BOOKLET.fullmatch(bare):
        return _first_of(_left_in(desk, int(booklet[1])), quantity)
    number = _plain_number(bare)
    return [(number, number + quantity - 1)] if number else _of_card(desk, number_of_code(desk, bare), quantity)


def _plain_number(typed: str) -> int:
    """The number that was typed; 0 for what is none, or is the code of a pass made of figures alone."""
    figures = "".join(typed.split())
    is_code = len(figures) == LENGTH and well_formed(fold(figures))
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) <= MOST and not is_code else 0


def _of_card(desk: Desk, number: int, quantity: int) -> list[Range]:
    """So many passes of the booklet whose card was shown, that card first; when the booklet has not as many
    left, from that card on."""
    (card,) = vouchers_in(desk.programme_id, [(number, number)])
    left = _left_in(desk, card.booklet)
    if number not in left or quantity > len(left):
        return [(number, number + quantity - 1)]
    return _first_of([one for one in left if one >= number] + [one for one in left if one < number], quantity)


def _left_in(desk: Desk, booklet: int) -> list[int]:
    """The passes of a booklet that are in the structure's own stock, in order."""
    there = stock_in_booklets(desk.programme_id, desk.actor.organisation_id or NOBODY, [(booklet, booklet)])
    return [one for first, last in there for one in range(first, last + 1)]


def _first_of(numbers: list[int], quantity: int) -> list[Range]:
    if len(numbers) < quantity:
        raise EmptyRange
    return ranges_of(numbers[:quantity])
