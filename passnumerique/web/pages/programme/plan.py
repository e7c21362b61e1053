"""The training plan: themes, their modules, the sessions planned for each; as a form or as a paste."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import Purchase
from passnumerique.training.operations import set_plan
from passnumerique.training.queries.plan import PlanModule, PlanTheme, plan_counts
from passnumerique.training.queries.plan import plan as whole_plan
from passnumerique.training.rules import ModuleGiven, ThemeGiven
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.programme.plan_text import plan_text, read_plan

MOST_THEMES, MOST_MODULES = 40, 60


class PlanForm(forms.Form):
    """The whole plan, with room for one more module in each theme and one more theme.

    What has no name is left out. `shape` says how many modules each theme of the page had, so that what
    comes back is read as it was shown.
    """

    shape = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, themes: Sequence[PlanTheme], priced: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.priced = priced
        shown = ",".join(str(len(theme.modules) + 1) for theme in themes) + (",1" if themes else "1")
        self.fields["shape"].initial = shown
        self.sizes = _sizes(self.data.get("shape", "") if self.is_bound else shown)
        for place, size in enumerate(self.sizes):
            self._add_theme(place, size, themes[place] if place < len(themes) else None)

    def _add_theme(self, place: int, size: int, theme: PlanTheme | None) -> None:
        label = _("Thème %(n)s") % {"n": place + 1}
        self.fields[f"t{place}"] = forms.CharField(
            label=label, max_length=160, required=False, initial=theme.name if theme else ""
        )
        known = theme.modules if theme else []
        for rank in range(size):
            self._add_module(f"t{place}m{rank}", rank, known[rank] if rank < len(known) else None)

    def _add_module(self, name: str, rank: int, module: PlanModule | None) -> None:
        label = _("Module %(n)s") % {"n": rank + 1}
        text = forms.Textarea(attrs={"rows": 3})
        price = None if self.priced else forms.HiddenInput
        self.fields[name] = forms.CharField(
            label=label, max_length=160, required=False, initial=module.name if module else ""
        )
        self.fields[f"{name}_sessions"] = forms.CharField(
            label=_("Ateliers prévus"),
            help_text=_("Un titre par ligne."),
            widget=text,
            required=False,
            initial="\n".join(line.title for line in module.sessions) if module else "",
        )
        self.fields[f"{name}_minutes"] = forms.IntegerField(
            label=_("Minutes"), min_value=15, max_value=480, initial=module.minutes if module else 120
        )
        self.fields[f"{name}_price"] = forms.IntegerField(
            label=_("Prix en pass"),
            min_value=1,
            max_value=100,
            widget=price,
            initial=module.price_passes if module else 1,
        )
        self.fields[f"{name}_level"] = forms.CharField(
            label=_("Niveau"), max_length=60, required=False, initial=module.level if module else ""
        )

    def parts(self) -> list[tuple[BoundField, list[list[BoundField]]]]:
        """The fields as the page shows them: each theme, and the fields of each of its modules."""
        endings = ("", "_sessions", "_minutes", "_price", "_level")
        return [
            (
                self[f"t{place}"],
                [[self[f"t{place}m{rank}{ending}"] for ending in endings] for rank in range(size)],
            )
            for place, size in enumerate(self.sizes)
        ]

    def clean(self) -> dict[str, Any]:
        """Refuses modules under a theme without a name, and sessions under a module without one."""
        given = super().clean() or {}
        for place, size in enumerate(self.sizes):
            modules = [f"t{place}m{rank}" for rank in range(size)]
            if not given.get(f"t{place}") and any(given.get(name) for name in modules):
                self.add_error(f"t{place}", _("Donnez un nom à ce thème, ou videz ses modules."))
            for name in modules:
                if given.get(f"{name}_sessions") and not given.get(name):
                    self.add_error(name, _("Donnez un nom à ce module, ou videz ses ateliers."))
        return given

    def themes(self) -> list[ThemeGiven]:
        """The plan typed."""
        return [
            ThemeGiven(self.cleaned_data[f"t{place}"], self._modules(place, size))
            for place, size in enumerate(self.sizes)
            if self.cleaned_data[f"t{place}"]
        ]

    def _modules(self, place: int, size: int) -> list[ModuleGiven]:
        given = self.cleaned_data
        names = [f"t{place}m{rank}" for rank in range(size)]
        return [
            ModuleGiven(
                name=given[name],
                price_passes=given[f"{name}_price"],
                minutes=given[f"{name}_minutes"],
                sessions=[line.strip() for line in given[f"{name}_sessions"].splitlines() if line.strip()],
                level=given[f"{name}_level"],
            )
            for name in names
            if given[name]
        ]


def _sizes(shape: str) -> list[int]:
    """How many modules each theme of the page has. Refuses what no page of ours can have sent."""
    try:
        sizes = [int(size) for size in shape.split(",")]
    except ValueError:
        raise NotFound from None
    if len(sizes) > MOST_THEMES or not all(0 < size <= MOST_MODULES for size in sizes):
        raise NotFound
    return sizes


class PasteForm(forms.Form):
    """The whole plan as text."""

    text = forms.CharField(
        label=gettext_lazy("Plan de formation"),
        help_text=gettext_lazy(
            "# devant un thème, ## devant un module (puis | 120 min | 1 pass | niveau), - devant un atelier. "
            "Ou des lignes copiées d’un tableur\u202f: thème, module, atelier, minutes, pass."
        ),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        strip=False,
    )

    def clean_text(self) -> list[ThemeGiven]:
        """The themes in the text."""
        return read_plan(self.cleaned_data["text"])


@desk_page(Permission.READ_TRAINING)
def plan(request: DeskRequest) -> HttpResponse:
    """What people can come and learn: each theme, its modules, the sessions foreseen in every period."""
    desk = request.desk
    context = {
        "desk": desk,
        "themes": whole_plan(desk.programme_id),
        "counts": plan_counts(desk.programme_id),
        "priced": _priced(desk),
        "actions": offered(
            desk,
            Permission.MANAGE_TRAINING,
            Action(_("Coller un plan"), desk.url("paste_plan"), "secondary", "upload"),
            Action(_("Modifier le plan"), desk.url("change_plan"), icon="edit"),
        ),
    }
    return render(request, "web/programme/plan.html", context)


def _priced(desk: Desk) -> bool:
    """Whether modules have prices of their own here."""
    return terms_on(desk.programme_id, desk.today).purchase is Purchase.MODULE_PRICE


def _crumbs(desk: Desk, last: str) -> list[Crumb]:
    return [Crumb(_("Plan de formation"), desk.url("plan")), Crumb(last)]


@desk_page(Permission.MANAGE_TRAINING)
def change_plan(request: DeskRequest) -> HttpResponse:
    """The plan entry by entry."""
    desk = request.desk
    form = PlanForm(themes=whole_plan(desk.programme_id), priced=_priced(desk), **sent(request))
    if done(form, lambda _given: _set(desk, form.themes())):
        messages.success(request, _("Le plan de formation est enregistré."))
        return redirect(desk.url("plan"))
    context = {
        "title": _("Modifier le plan de formation"),
        "lead": _("Ce qui n’a pas de nom est retiré. Une ligne vide attend dans chaque thème, et un thème à la fin."),
        "submit": _("Enregistrer le plan"),
        "cancel": desk.url("plan"),
        "breadcrumbs": _crumbs(desk, _("Modifier")),
    }
    return form_page(request, form, context, "web/programme/plan_form.html")


@desk_page(Permission.MANAGE_TRAINING)
def paste_plan(request: DeskRequest) -> HttpResponse:
    """The whole plan at once, from a text or from the rows of a spreadsheet."""
    desk = request.desk
    form = PasteForm(initial={"text": plan_text(whole_plan(desk.programme_id))}, **sent(request))
    if done(form, lambda given: _set(desk, given["text"])):
        messages.success(request, _("Le plan de formation est enregistré."))
        return redirect(desk.url("plan"))
    context = {
        "title": _("Coller un plan de formation"),
        "lead": _("Ce texte remplace tout le plan. Chaque ligne gardée à sa place garde ses ateliers."),
        "submit": _("Enregistrer le plan"),
        "cancel": desk.url("plan"),
        "breadcrumbs": _crumbs(desk, _("Coller")),
    }
    return form_page(request, form, context)


def _set(desk: Desk, themes: Sequence[ThemeGiven]) -> None:
    set_plan(programme_id=desk.programme_id, themes=themes, by=desk.actor, at=desk.at)
