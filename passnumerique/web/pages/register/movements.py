"""Moving stock: booklets confided, returned, transferred, each with a delivery note that both sides sign."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import terms_on
from passnumerique.vouchers.operations import Signatures, allocate, return_stock, transfer_stock
from passnumerique.vouchers.queries.listing import numbers_of_notes, stock_in_booklets
from passnumerique.vouchers.queries.reading import Range, ranges_of
from passnumerique.vouchers.queries.shelves import numbers_to_move
from passnumerique.vouchers.queries.stock import counts_by_structure, whole_booklets_in_stock
from passnumerique.vouchers.rules import Act, State, require_role
from passnumerique.vouchers.rules.refusals import EmptyRange
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.register.parts import RangesField, asked_number, structure_choices, written

BOOKLETS, PASSES = "carnets", "pass"
SUGGESTED = (1, 2, 5, 10, 20)
_CHOOSE = ("", _("Choisir une structure"))


class SignedForm(forms.Form):
    """Who signs for each side."""

    giver = forms.CharField(label=_("Qui remet les carnets"), max_length=120, help_text=_("Prénom et nom."))
    receiver = forms.CharField(label=_("Qui les reçoit"), max_length=120, help_text=_("Prénom et nom."))

    def signatures(self) -> Signatures:
        """Both names, as an operation takes them."""
        return Signatures(self.cleaned_data["giver"], self.cleaned_data["receiver"])


class AllocateForm(SignedForm):
    """Which booklets go to which structure."""

    structure = forms.ChoiceField(label=_("Structure de diffusion"))
    booklets = RangesField(
        label=_("Carnets"),
        help_text=_("Une plage ou plusieurs, comme 1\u201110, 15. Les carnets doivent être entiers."),
    )
    field_order = ["structure", "booklets", "giver", "receiver"]

    def __init__(self, *args: Any, structures: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["structure"].choices = [_CHOOSE, *structures]  # type: ignore[attr-defined]


class MoveForm(SignedForm):
    """Which passes leave a structure's stock; the structures to choose from are given, or are not asked."""

    structure = forms.ChoiceField(label=_("Structure qui rend"))
    to = forms.ChoiceField(label=_("Structure qui reçoit"))
    unit = forms.ChoiceField(
        label=_("Désigner par"),
        choices=[(BOOKLETS, _("carnets")), (PASSES, _("numéros de pass"))],
        widget=forms.RadioSelect,
        initial=BOOKLETS,
    )
    numbers = RangesField(
        label=_("Numéros"),
        help_text=_(
            "Une plage ou plusieurs, comme 1\u201110, 15. D’un carnet entamé, seuls les pass en stock partent."
        ),
    )
    field_order = ["structure", "to", "unit", "numbers", "giver", "receiver"]

    def __init__(
        self,
        *args: Any,
        givers: list[tuple[str, str]] | None = None,
        receivers: list[tuple[str, str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (("structure", givers), ("to", receivers)):
            if choices is None:
                del self.fields[name]
            else:
                self.fields[name].choices = [_CHOOSE, *choices]  # type: ignore[attr-defined]

    def ranges(self, desk: Desk, giver_id: UUID) -> list[Range]:
        """The passes that were meant. Refuses (EmptyRange) booklets of which none is in stock there."""
        asked: list[Range] = self.cleaned_data["numbers"]
        if self.cleaned_data["unit"] == PASSES:
            return asked
        found = stock_in_booklets(desk.programme_id, giver_id, asked)
        if not found:
            raise EmptyRange
        return found


@desk_page("move_stock")
def allocate_page(request: DeskRequest) -> HttpResponse:
    """Confide whole booklets to a structure. For the manager; the first whole ones are suggested."""
    desk = request.desk
    require_role(Act.ALLOCATE, desk.actor)
    many = asked_number(request, "combien") or 5
    whole = whole_booklets_in_stock(desk.programme_id, max(many, *SUGGESTED))
    initial = {
        "structure": request.GET.get("structure", ""),
        "booklets": request.GET.get("carnets", "") or written(ranges_of(whole[:many])),
        "giver": desk.actor.name,
    }
    form = AllocateForm(**sent(request), initial=initial, structures=structure_choices(desk))
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        made.append(
            allocate(
                programme_id=desk.programme_id,
                structure_id=UUID(given["structure"]),
                booklets=given["booklets"],
                signatures=form.signatures(),
                by=desk.actor,
                at=desk.at,
            )
        )

    beside = {"range_partly_gone": "booklets", "empty_range": "booklets", "structure_not_active": "structure"}
    if done(form, act, **beside):
        return _to_note(desk, made[0])
    context = {"suggested": [n for n in SUGGESTED if n <= len(whole)], "whole": whole, "many": many}
    return _page(request, form, "allocate", gettext("Confier des carnets à une structure"), context)


@desk_page("move_stock")
def return_page(request: DeskRequest) -> HttpResponse:
    """Give passes back to the authority: the structure its own, the manager any structure's."""
    desk = request.desk
    form = MoveForm(**sent(request), initial=_initial(request), givers=_givers(desk))
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        giver_id = _giver(desk, given)
        made.append(
            return_stock(
                programme_id=desk.programme_id,
                structure_id=giver_id,
                numbers=form.ranges(desk, giver_id),
                signatures=form.signatures(),
                by=desk.actor,
                at=desk.at,
            )
        )

    if done(form, act, range_partly_gone="numbers", empty_range="numbers"):
        return _to_note(desk, made[0])
    return _page(request, form, "return", gettext("Rendre des pass à la collectivité"), {})


@desk_page("move_stock")
def transfer_page(request: DeskRequest) -> HttpResponse:
    """Move passes from one structure's stock to another's: the giver, or the manager."""
    desk = request.desk
    form = MoveForm(**sent(request), initial=_initial(request), givers=_givers(desk), receivers=_receivers(desk))
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        giver_id = _giver(desk, given)
        made.append(
            transfer_stock(
                programme_id=desk.programme_id,
                giver_id=giver_id,
                receiver_id=UUID(given["to"]),
                numbers=form.ranges(desk, giver_id),
                signatures=form.signatures(),
                by=desk.actor,
                at=desk.at,
            )
        )

    beside = {"range_partly_gone": "numbers", "empty_range": "numbers"}
    if done(form, act, **beside, structure_not_active="to", same_structure="to"):
        return _to_note(desk, made[0])
    return _page(request, form, "transfer", gettext("Transférer des pass à une autre structure"), {})


def _givers(desk: Desk) -> list[tuple[str, str]] | None:
    """The structures with stock, for the manager; a desk gives its own and is not asked."""
    if desk.actor.role is Role.PRESCRIBER:
        return None
    counts = counts_by_structure(desk.programme_id)
    with_stock = {str(one) for one, n in counts.items() if one != NOBODY and n[State.STRUCTURE_STOCK]}
    everyone = structure_choices(desk, also=counts.keys() - {NOBODY})
    return [choice for choice in everyone if choice[0] in with_stock]


def _receivers(desk: Desk) -> list[tuple[str, str]]:
    return [choice for choice in structure_choices(desk) if choice[0] != str(desk.actor.organisation_id)]


def _giver(desk: Desk, given: dict[str, Any]) -> UUID:
    if "structure" in given:
        return UUID(given["structure"])
    if desk.actor.organisation_id is None:
        raise NotFound
    return desk.actor.organisation_id


def _initial(request: DeskRequest) -> dict[str, str]:
    mine = request.desk.actor.role is Role.PRESCRIBER
    numbers = request.GET.get("numeros", "") or _so_many(request)
    return {
        "structure": request.GET.get("structure", ""),
        "to": request.GET.get("vers", ""),
        "numbers": numbers,
        "unit": PASSES if numbers else BOOKLETS,
        "giver" if mine else "receiver": request.desk.actor.name,
    }


def _so_many(request: DeskRequest) -> str:
    """The numbers of `combien` passes of the structure asked for: what a proposal to move stock leads to."""
    desk, many, asked = request.desk, asked_number(request, "combien"), request.GET.get("structure", "")
    giver = UUID(asked) if many and asked in {one for one, _name in _givers(desk) or ()} else None
    if not many or giver is None:
        return ""
    size = terms_on(desk.programme_id, desk.today).passes_per_booklet
    return written(numbers_to_move(desk.programme_id, giver, many, size))


def _to_note(desk: Desk, note_id: UUID) -> HttpResponse:
    number = numbers_of_notes(desk.programme_id, [note_id])[note_id]
    return redirect(f"{desk.url('note', number)}?fait=1")


def _page(request: DeskRequest, form: SignedForm, kind: str, title: str, context: dict[str, Any]) -> HttpResponse:
    desk = request.desk
    back = desk.url("my_stock") if desk.actor.role is Role.PRESCRIBER else desk.url("stock")
    label = gettext("Mon stock") if desk.actor.role is Role.PRESCRIBER else gettext("Stock")
    given = {
        "form": form,
        "title": title,
        "cancel": back,
        "breadcrumbs": [Crumb(label, back), Crumb(title)],
        "mine": desk.actor.role is Role.PRESCRIBER,
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, f"web/register/{kind}.html", {**given, **context}, status=status)
