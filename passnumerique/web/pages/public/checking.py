"""The page behind a pass: valid or not, until when, what it buys, where to use it. For anybody.

A code typed in the form travels in the body only. The address of a QR holds the code: that page is
kept by nobody, sends no referrer, and so holds no form that posts (browsers would send no origin).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import every_programme, instant_of, terms_on
from passnumerique.training.queries import PublicSession, public_sessions
from passnumerique.vouchers.queries.history import PublicAnswer, public_answer
from passnumerique.vouchers.queries.reading import programme_of_code
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.public import answers
from passnumerique.web.pages.public.faces import wear_authority, wear_programme
from passnumerique.web.pages.public.guessing import WINDOW_SECONDS, count_wrong_code, must_wait
from passnumerique.web.pages.public.nearby import Commune, communes_known
from passnumerique.web.templatetags.house import clock, day, phone

LONGEST_CODE = 64
TOO_MANY, UNKNOWN = 429, 404


class CodeForm(forms.Form):
    """The code of a pass, as it is printed."""

    code = forms.CharField(
        label=_("Code du pass"),
        help_text=_("Il est écrit à côté du carré noir et blanc."),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"class": "code-entry", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class NearForm(forms.Form):
    """The commune from which the distance to sessions is counted."""

    commune = forms.ChoiceField(label=_("Votre commune, ou la plus proche"), required=False)

    def __init__(self, data: Any, communes: list[Commune]) -> None:
        super().__init__({"commune": data.get("commune", "")})
        self.known = {one.insee_code: one for one in communes}
        choices = [("", _("Choisir")), *((one.insee_code, one.name) for one in communes)]
        self.fields["commune"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Commune | None:
        """The commune, or None when none was chosen or it is not in the list."""
        return self.known.get(str(self.data["commune"]))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@sensitive_variables("code", "form")
def check(request: HttpRequest) -> HttpResponse:
    """Type a code, and read the answer. For anybody; the code never stands in an address."""
    wear_authority(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _private(_check_page(request, form))
    if must_wait(request):
        return _private(_wait_page(request))
    code = fold(form.cleaned_data["code"])
    found = _find(code)
    if found is None:
        count_wrong_code(request)
        form.add_error("code", gettext("Ce code n’est pas connu. Relisez-le lettre par lettre, puis recommencez."))
        return _private(_check_page(request, form))
    return _private(_answer_page(request, found, typed=code))


@require_safe
@sensitive_variables("code")
def public_voucher(request: HttpRequest, code: str) -> HttpResponse:
    """The page that the QR of a pass opens; `?langue=` and `?commune=` change what it says."""
    language = request.GET.get("langue", "")
    with translation.override(language if language in {"fr", "en"} else translation.get_language()):
        answer = _behind_qr(request, code)
        answer.headers["Content-Language"] = translation.get_language() or "fr"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return _unlogged(_private(answer))


def _behind_qr(request: HttpRequest, code: str) -> HttpResponse:
    if must_wait(request):
        return _wait_page(request)
    found = _find(fold(code)) if len(code) <= LONGEST_CODE else None
    if found is None:
        count_wrong_code(request)
        wear_authority(request)
        context = {"check_only": True, "other_language": _other_language(request)}
        return render(request, "web/public/unknown.html", context, status=UNKNOWN)
    return _answer_page(request, found)


@dataclass(frozen=True)
class Found:
    """A pass that was found: its programme, the instant there, and what may be said."""

    programme: Any
    at: datetime
    answer: PublicAnswer


def _find(code: str) -> Found | None:
    programme_id = programme_of_code(code)
    programme = every_programme().filter(id=programme_id).first() if programme_id else None
    if programme is None:
        return None
    at = instant_of(programme, timezone.now())
    answer = public_answer(programme.id, code, day_of(at))
    return Found(programme, at, answer) if answer else None


def _answer_page(request: HttpRequest, found: Found, typed: str = "") -> HttpResponse:
    """The answer; `typed` is the code when it came in the body and must go on so."""
    today, programme = day_of(found.at), found.programme
    wear_programme(request, programme)
    usable = found.answer.usable
    near = NearForm(request.POST if typed else request.GET, _communes(programme.id, found) if usable else [])
    context = {
        "said": answers.said(found.answer, today),
        "number": answers.end_of_number(found.answer.number),
        "usable": usable,
        "buys": answers.what_it_buys(terms_on(programme.id, today)),
        "near": near,
        "typed": typed,
        "sessions": _sessions(programme.id, found.at, near.chosen) if usable else [],
        "authority": programme.authority,
        "programme": programme.name,
        "invented": programme.demonstration_day is not None,
        "other_language": _other_language(request) if not typed else None,
    }
    return render(request, "web/public/voucher.html", context)


def _communes(programme_id: UUID, found: Found) -> list[Commune]:
    return communes_known(programme_id, day_of(found.at))


@dataclass(frozen=True)
class SessionLine:
    """One session to come, as a person reads it."""

    title: str
    when: str
    where: str
    how: str


def _sessions(programme_id: UUID, at: datetime, near: Commune | None) -> list[SessionLine]:
    point = (near.latitude, near.longitude) if near else None
    return [_line(one, near) for one in public_sessions(programme_id, at, near=point)]


def _line(one: PublicSession, near: Commune | None) -> SessionLine:
    starts, ends = localtime(one.starts_at), localtime(one.ends_at)
    when = gettext("%(weekday)s %(day)s, de %(start)s à %(end)s") % {
        "weekday": WEEKDAYS[starts.weekday()],
        "day": day(starts.date()),
        "start": clock(starts),
        "end": clock(ends),
    }
    where = ", ".join(part for part in (one.place, one.address, one.commune) if part)
    far = gettext("à environ %(km)s km de %(commune)s, à vol d’oiseau")
    distance = far % {"km": max(1, round(one.km)), "commune": near.name} if near and one.km is not None else ""
    call = gettext("Téléphone\u202f: %(phone)s") % {"phone": phone(one.phone)} if one.phone else ""
    how = [one.room, one.accessibility, distance, call]
    return SessionLine(one.title, when, where, " · ".join(part for part in how if part))


def _other_language(request: HttpRequest) -> dict[str, str]:
    """The link that reads the same page in the other language."""
    english = (translation.get_language() or "fr").startswith("en")
    code, name = ("fr", "Français") if english else ("en", "English")
    asked = request.GET.copy()
    asked["langue"] = code
    return {"code": code, "name": name, "query": asked.urlencode()}


def _check_page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    return render(request, "web/public/check.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


def _wait_page(request: HttpRequest) -> HttpResponse:
    wear_authority(request)
    context = {"minutes": WINDOW_SECONDS // 60, "other_language": None}
    answer = render(request, "web/public/wait.html", context, status=TOO_MANY)
    answer.headers["Retry-After"] = str(WINDOW_SECONDS)
    return answer


def _unlogged(answer: HttpResponse) -> HttpResponse:
    """Keep Django from logging the address of a refused page: it holds a code."""
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache, indexed by no search engine."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
