"""A pass in somebody's hand: its code comes in the body of each request, is looked up, and is kept by nobody.

Whoever shows the code of a pass may act with it. The code never stands in an address that we write; the
one address that holds it, behind the QR, was printed on the card. Its page tells other sites nothing
but the name of this one, and forms on it send their origin, without which they would be refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from passnumerique.directory.rules import Actor, bearer_of_a_pass
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import every_programme, instant_of
from passnumerique.vouchers.queries.history import PublicAnswer, public_answer
from passnumerique.vouchers.queries.reading import programme_of_code
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.public.faces import Opened, wear_authority, wear_programme
from passnumerique.web.pages.public.guessing import WINDOW_SECONDS, count_wrong_code, must_wait

LONGEST_CODE = 64
TOO_MANY = 429


class CodeForm(forms.Form):
    """The code of a pass, as it is printed; `session` is the one that its bearer had in mind, if any."""

    code = forms.CharField(
        label=_("Code du pass"),
        help_text=_("Il est écrit à côté du carré noir et blanc."),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"class": "code-entry", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    session = forms.CharField(max_length=LONGEST_CODE, required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Found:
    """A pass that was found by its code: its programme, the instant there, and what may be said."""

    programme: Any
    at: datetime
    answer: PublicAnswer
    code: str

    @property
    def programme_id(self) -> UUID:
        """The programme that the pass is of."""
        return UUID(str(self.programme.id))

    @property
    def today(self) -> date:
        """The day there."""
        return day_of(self.at)

    @property
    def number(self) -> int:
        """The number of the pass."""
        return self.answer.number

    @property
    def bearer(self) -> Actor:
        """Whoever holds it."""
        return bearer_of_a_pass(self.programme.authority_id, self.programme_id)

    @property
    def opened(self) -> Opened:
        """Its programme, for the public pages."""
        return Opened(self.programme, self.at, self.today)

    def __repr__(self) -> str:
        """Without the code: no trace of a fault holds one."""
        return f"Found({self.number})"


@sensitive_variables("code")
def find(code: str) -> Found | None:
    """The pass with that code, whichever programme it is of; None for none."""
    programme_id = programme_of_code(code)
    programme = every_programme().filter(id=programme_id).first() if programme_id else None
    if programme is None:
        return None
    at = instant_of(programme, timezone.now())
    answer = public_answer(programme.id, code, day_of(at))
    return Found(programme, at, answer, code) if answer else None


View = Callable[[HttpRequest, Found], HttpResponse]


def with_pass(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Wrap a page that acts with a pass: it is asked with the code in its body, as often as guessing allows.

    Somebody who only has its address is led to where a code is typed.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_post_parameters("code", "address")
    @sensitive_variables("form", "found")
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("check")
        with speaking(request.POST.get("langue")) as kept:
            form = CodeForm(request.POST)
            return kept(private(_answered(request, form, view)))

    return page


def _answered(request: HttpRequest, form: CodeForm, view: View) -> HttpResponse:
    if not form.is_valid():
        return code_page(request, form)
    if must_wait(request):
        return wait_page(request)
    found = find(fold(form.cleaned_data["code"]))
    if found is None:
        count_wrong_code(request)
        form.add_error("code", gettext("Ce code n’est pas connu. Relisez-le lettre par lettre, puis recommencez."))
        return code_page(request, form)
    wear_programme(request, found.programme)
    return view(request, found)


def code_page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """Where a code is typed, perhaps again."""
    wear_authority(request)
    return render(request, "web/public/check.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


def wait_page(request: HttpRequest) -> HttpResponse:
    """Too many wrong codes came from here: none is looked up for a while."""
    wear_authority(request)
    context = {"minutes": WINDOW_SECONDS // 60, "other_language": None}
    answer = render(request, "web/public/wait.html", context, status=TOO_MANY)
    answer.headers["Retry-After"] = str(WINDOW_SECONDS)
    return answer


def posted_id(request: HttpRequest, name: str) -> UUID:
    """The id posted under that name. Refuses (NotFound) what is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotFound from None


Kept = Callable[[HttpResponse], HttpResponse]


@contextmanager
def speaking(asked: str | None) -> Iterator[Kept]:
    """The language that the reader asks for, or else the one in force. The function that it gives makes the
    answer say its language and, where it was asked for, remember it for the pages that follow."""
    chosen = asked if asked in dict(settings.LANGUAGES) else None

    def kept(answer: HttpResponse) -> HttpResponse:
        answer.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        if chosen:
            secure = settings.SESSION_COOKIE_SECURE
            answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, secure=secure, samesite="Lax")
        return answer

    with translation.override(chosen or translation.get_language()):
        yield kept


def other_language() -> dict[str, str]:
    """The language that the page does not speak: its code and its own name."""
    speaks = (translation.get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return next({"code": code, "name": name} for code, name in settings.LANGUAGES if code != speaks)


def private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache, indexed by no search engine, told to no other site."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer
