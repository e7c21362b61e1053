"""The pieces pages are made of. `{% load parts %}`; each is shown in `templates/web/parts/README.md`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, DateField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from passnumerique.ground.words import N_
from passnumerique.web.charts import Chart
from passnumerique.web.tables import Table
from passnumerique.web.templatetags.house import icon as icon_of
from passnumerique.web.templatetags.house import instant, number

register = template.Library()
_NOTICE_ICONS = {"info": "info", "success": "check-circle", "warning": "alert", "error": "cross-circle"}
_NOTICE_WORDS = {
    "info": N_("Information"),
    "success": N_("Réussite"),
    "warning": N_("Attention"),
    "error": N_("Erreur"),
}
_CHOICES = {"checkboxselectmultiple", "radioselect"}


def _drawn(name: str, **context: object) -> SafeString:
    return render_to_string(f"web/parts/{name}.html", context)


def _trimmed(content: str) -> SafeString:
    """What a template wrote inside a tag: already escaped there, and empty when it is blank."""
    return mark_safe(content.strip())  # noqa: S308


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def heading(content: str, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """The top of a page: what it is, a sentence, and (inside the tag) the acts one may do from here."""
    return _drawn("heading", title=title, lead=lead, eyebrow=eyebrow, actions=_trimmed(content))


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """A paragraph that stands out. Tones: info, success, warning, error."""
    tone = tone if tone in _NOTICE_ICONS else "info"
    words = title or _(_NOTICE_WORDS[tone])
    return _drawn("notice", content=content, tone=tone, title=title, words=words, icon=_NOTICE_ICONS[tone])


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def done(content: str, title: str, sentence: str = "") -> SafeString:
    """After an act: what was done, and (inside the tag) what happens next."""
    return _drawn("done", title=title, sentence=sentence, content=_trimmed(content))


@register.simple_block_tag(takes_context=True)  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def confirm(
    context: Context,
    content: str,
    title: str,
    *,
    submit: str,
    cancel: str,
    sentence: str = "",
    action: str = "",
    danger: bool = False,
) -> SafeString:
    """Before an act that weighs: what will happen (inside the tag, with hidden fields), then yes or no."""
    asked = {"title": title, "submit": submit, "cancel": cancel, "sentence": sentence}
    return _drawn(
        "confirm",
        **asked,
        action=action,
        danger=danger,
        content=content,
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def refusal(content: str, sentence: str, title: str = "") -> SafeString:
    """What was not done and why; inside the tag, the links that lead out."""
    return _drawn("refusal", title=title or _("Ce n’est pas possible pour l’instant"), sentence=sentence, ways=content)


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def empty(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Nothing here yet: say so, and (inside the tag) what to do next."""
    return _drawn("empty", title=title, icon=icon, content=_trimmed(content))


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def panel(content: str, title: str = "", icon: str = "", link: str = "", link_label: str = "") -> SafeString:
    """A framed part of a page, with its title and perhaps a link to more."""
    return _drawn("panel", title=title, icon=icon, link=link, link_label=link_label, content=content)


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def ticket(content: str, code: str, value: str = "", title: str = "") -> SafeString:
    """A pass as an object: its code in large letters, its value on the stub, and whatever stands inside."""
    return _drawn("ticket", title=title or _("Pass numérique"), code=code, value=value, content=content)


@register.simple_tag
def button(
    label: str,
    url: str = "",
    *,
    kind: str = "primary",
    icon: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    confirm: str = "",
) -> SafeString:
    """A link that looks like a button when `url` is given, a submit button otherwise.

    Kinds: primary (one per page), secondary, danger, quiet. `confirm` asks that question before sending.
    """
    inside = format_html("{}{}", icon_of(icon) if icon else "", label)
    if url:
        return format_html('<a class="button {}" href="{}">{}</a>', kind, url, inside)
    attributes = _attributes(name=name, value=value, form=form, **{"data-confirm": confirm})
    return format_html('<button class="button {}" type="submit"{}>{}</button>', kind, attributes, inside)


def _attributes(**given: str) -> SafeString:
    return mark_safe("".join(format_html(' {}="{}"', key, value) for key, value in given.items() if value))  # noqa: S308


@register.simple_tag
def fact(label: str, value: object, url: str = "", action: str = "", about: str = "") -> SafeString:
    """One line of `<dl class="facts">`. `action` is the word of a link to `url` (« Modifier »), made
    precise for screen readers by `about`; without it the value itself is the link."""
    shown = value if value not in ("", None) else "—"
    if url and not action:
        return format_html('<div><dt>{}</dt><dd><a href="{}">{}</a></dd></div>', label, url, shown)
    if not url:
        return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown)
    hidden = format_html('<span class="unseen"> ({})</span>', about or label)
    return format_html(
        '<div><dt>{}</dt><dd>{}</dd><dd class="act"><a href="{}">{}{}</a></dd></div>',
        label,
        shown,
        url,
        action,
        hidden,
    )


@register.simple_tag
def figure(
    value: object, label: str, *, sentence: str = "", url: str = "", icon: str = "", tone: str = ""
) -> SafeString:
    """One tile of `<ul class="figures">`: a figure, what it counts, a sentence, and the rows behind it.

    A bare int is written as a count; give amounts already written (`{% figure due|euros … %}`).
    """
    shown = number(value) if isinstance(value, int) else value
    return _drawn("figure", value=shown, label=label, sentence=sentence, url=url, icon=icon, tone=tone)


@register.simple_tag
def task(
    label: str, url: str = "", *, done: bool = False, hint: str = "", status: str = "", due: str = ""
) -> SafeString:
    """One line of `<ul class="tasks">`: something to do, whether it is done, by when."""
    words = status or (_("Fait") if done else _("À faire"))
    return _drawn("task", label=label, url=url, done=done, hint=hint, status=words, due=due)


@register.simple_tag
def moment(
    at: datetime | str,
    sentence: str,
    *,
    by: str = "",
    detail: str = "",
    icon: str = "dot",
    url: str = "",
    tone: str = "",
) -> SafeString:
    """One line of `<ol class="history">`: what happened, in a sentence, by whom, when."""
    when = instant(at) if isinstance(at, datetime) else at
    stamp = at.isoformat() if isinstance(at, datetime) else ""
    said = {"sentence": sentence, "by": by, "detail": detail, "url": url}
    return _drawn("moment", when=when, stamp=stamp, icon=icon, tone=tone, **said)


@register.simple_tag
def tab(label: str, url: str, current: bool = False, count: int | None = None) -> SafeString:
    """One link of `<nav class="tabs" aria-label="…">`."""
    counted = "" if count is None else format_html(' <span class="count">{}</span>', number(count))
    here = mark_safe(' aria-current="page"') if current else ""
    return format_html('<a href="{}"{}>{}{}</a>', url, here, label, counted)


@register.simple_tag
def steps(labels: Iterable[str], current: int) -> SafeString:
    """Where one stands in a task of several pages; `current` counts from 1."""
    named = list(labels)
    told = [(place, label, place < current, place == current) for place, label in enumerate(named, start=1)]
    return _drawn("steps", steps=told, current=current, total=len(named))


@register.simple_tag
def progress(done: int, total: int, label: str, sentence: str = "") -> SafeString:
    """How far something is, in words and as a bar."""
    said = sentence or _("%(done)s sur %(total)s") % {"done": number(done), "total": number(total)}
    return _drawn("progress", done=done, total=max(total, 1), label=label, sentence=said)


@register.simple_tag
def chart(chart: Chart, level: int = 2) -> SafeString:
    """A picture of `passnumerique.web.charts` with its title (of that heading level), sentence and table."""
    return _drawn("chart", chart=chart, level=level)


@register.inclusion_tag("web/parts/table.html", takes_context=True)
def table(context: Context, table: Table) -> dict[str, object]:
    """A list that becomes cards on a phone. Sorting keeps the filters of the address."""
    return {
        "table": table,
        "request": context.get("request"),
        "headings": table.headings(),
        "lines": table.lines(),
        "totals": table.total_cells(),
    }


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Context, page: "Page[Any]") -> dict[str, object]:
    """The way to the other pages of a list (`?page=`); nothing when there is one page only."""
    return {
        "page": page,
        "request": context.get("request"),
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
    }


@register.inclusion_tag("web/parts/filters.html", takes_context=True)
def filters(context: Context, form: BaseForm, label: str = "") -> dict[str, object]:
    """A form that narrows a list; it sends itself when a choice changes and keeps the sort."""
    query = context["request"].GET
    active = any(query.get(name) for name in form.fields)
    by_day = all(isinstance(one, DateField) for one in form.fields.values())
    return {
        "form": form,
        "by_day": by_day,
        "by_period": by_day and len(form.fields) > 1,
        "label": label or _("Filtrer la liste"),
        "active": active,
        "sort": query.get("sort", ""),
    }


@register.inclusion_tag("web/parts/exports.html", takes_context=True)
def exports(context: Context, formats: str = "csv xlsx", printed: bool = True) -> dict[str, object]:
    """The same list, with the same filters, as a file (`?format=csv`) or on paper."""
    return {"request": context.get("request"), "formats": formats.split(), "printed": printed}


@register.inclusion_tag("web/parts/form.html", takes_context=True)
def form(
    context: Context,
    form: BaseForm,
    *,
    submit: str,
    action: str = "",
    cancel: str = "",
    back: str = "",
    kind: str = "primary",
    method: str = "post",
    id: str = "",
    next: str = "",
) -> dict[str, object]:
    """A whole Django form: error summary, fields, submit button, and a link to give up, `back` its words."""
    given = {"form": form, "submit": submit, "action": action, "cancel": cancel, "back": back, "kind": kind}
    return given | {"method": method, "id": id, "next": next, "csrf_token": context.get("csrf_token", "")}


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """What to correct, each line a link to its field; it takes the focus. Nothing when all is well."""
    if not form.errors:
        return SafeString("")
    linked = [(target_of(bound), bound.label, error) for bound in form for error in bound.errors]
    return _drawn("error_summary", general=form.non_field_errors(), linked=linked)


@register.simple_tag
def fields(form: BaseForm, quiet: bool = False) -> SafeString:
    """Every field of a form, hidden ones included. `quiet` leaves « (facultatif) » out."""
    return mark_safe("".join(str(field(bound, quiet)) for bound in form))  # noqa: S308


@register.simple_tag
def field(bound: BoundField, quiet: bool = False) -> SafeString:
    """One field: label, hint, error, control, tied together for screen readers."""
    if bound.is_hidden:
        return SafeString(str(bound))
    kind = bound.widget_type
    shown = {"single": kind == "checkbox", "choices": kind in _CHOICES, "quiet": quiet}
    return _drawn("field", field=bound, kind=kind, **shown)


def target_of(bound: BoundField) -> str:
    """The id of the control that a link of the error summary leads to."""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.simple_tag
def lines_of(texts: Sequence[str]) -> SafeString:
    """Short texts one under the other (an address, a list of communes)."""
    return mark_safe("<br>".join(conditional_escape(text) for text in texts if text))  # noqa: S308
