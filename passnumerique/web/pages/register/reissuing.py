"""A lost range is given again: as many passes of the stock in its place."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from passnumerique.vouchers.operations import replace_range
from passnumerique.vouchers.rules import Act, require_role
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.register.parts import RangesField, written
from passnumerique.web.templatetags.house import number


class ReissueForm(forms.Form):
    """The lost passes, and those that take their place."""

    numbers = RangesField(label=_("Numéros des pass perdus"), help_text=_("Une plage ou plusieurs\u202f: 20\u201125."))
    by_numbers = RangesField(
        label=_("Numéros des pass de remplacement"),
        help_text=_("Autant de pass, en stock à la collectivité ou dans la même structure."),
    )
    cause = forms.CharField(label=_("Circonstances"), max_length=200, required=False)


@desk_page("replace_passes")
def reissue(request: DeskRequest) -> HttpResponse:
    """Replace a lost range by passes of the stock. For the manager."""
    desk = request.desk
    require_role(Act.REPLACE, desk.actor)
    form = ReissueForm(**sent(request), initial={"numbers": request.GET.get("numeros", "")})
    replaced: list[int] = []

    def act(given: dict[str, Any]) -> None:
        replaced.append(replace_range(programme_id=desk.programme_id, by=desk.actor, at=desk.at, **given))

    if done(form, act, not_as_many="by_numbers", nothing_to_replace_with="by_numbers"):
        said = ngettext("%(many)s pass est remplacé.", "%(many)s pass sont remplacés.", replaced[0])
        messages.success(request, said % {"many": number(replaced[0])})
        return redirect(f"{desk.url('vouchers')}?pass={written(form.cleaned_data['by_numbers'])}".replace(" ", ""))
    context = {
        "title": gettext("Remplacer une plage perdue"),
        "lead": gettext("Chaque pass de remplacement prend la place et l’échéance de celui de même rang."),
        "submit": gettext("Remplacer ces pass"),
        "cancel": desk.url("vouchers"),
        "breadcrumbs": [Crumb(gettext("Pass"), desk.url("vouchers")), Crumb(gettext("Remplacer"))],
    }
    return form_page(request, form, context)
