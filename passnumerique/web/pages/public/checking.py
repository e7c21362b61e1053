"""The page behind a pass: valid or not, until when, what it buys, where to use it. For anybody.

A code typed in the form travels in the body only. The address of a QR holds the code: that page is
kept by nobody, tells no site its address, and goes on with the code in the body like the others.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from passnumerique.ground.codes import fold
from passnumerique.web.pages.public.choosing import choose_page
from passnumerique.web.pages.public.faces import wear_authority, wear_programme
from passnumerique.web.pages.public.guessing import count_wrong_code, must_wait
from passnumerique.web.pages.public.holding import (
    LONGEST_CODE,
    CodeForm,
    Found,
    code_page,
    find,
    other_language,
    private,
    speaking,
    wait_page,
    with_pass,
)
from passnumerique.web.pages.public.pass_page import pass_page

UNKNOWN = 404


@sensitive_post_parameters("code")
def check(request: HttpRequest) -> HttpResponse:
    """Type a code, and read the answer. For anybody; the code never stands in an address."""
    if request.method in {"GET", "HEAD"}:
        return private(code_page(request, CodeForm()))
    return _checked(request)


@with_pass
def _checked(request: HttpRequest, found: Found) -> HttpResponse:
    """The answer; or at once the session that the bearer had in mind, to keep a seat there."""
    if request.POST.get("session") and found.answer.usable:
        return choose_page(request, found)
    return pass_page(request, found)


@require_safe
@sensitive_variables("code")
def public_voucher(request: HttpRequest, code: str) -> HttpResponse:
    """The page that the QR of a pass opens; `?langue=` and `?commune=` change what it says."""
    with speaking(request.GET.get("langue")) as kept:
        return _unlogged(kept(private(_behind_qr(request, code))))


@sensitive_variables("code", "found")
def _behind_qr(request: HttpRequest, code: str) -> HttpResponse:
    if must_wait(request):
        return wait_page(request)
    found = find(fold(code)) if len(code) <= LONGEST_CODE else None
    if found is None:
        count_wrong_code(request)
        wear_authority(request)
        return render(request, "web/public/unknown.html", {"other_language": other_language()}, status=UNKNOWN)
    wear_programme(request, found.programme)
    return pass_page(request, found)


def _unlogged(answer: HttpResponse) -> HttpResponse:
    """Keep Django from logging the address of a refused page: it holds a code."""
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
