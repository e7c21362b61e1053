"""What anybody may read: help by desk, the accessibility statement, the licence; and the logos."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passnumerique.directory.queries import authority_with_slug
from passnumerique.ground.refusals import NotFound
from passnumerique.web.pages.public.faces import wear_authority
from passnumerique.web.pages.public.sharing import tagged

_HOUR = 3600


@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo of an authority, as a picture that can do nothing. Refuses (NotFound) one without."""
    authority = authority_with_slug(slug)
    content = bytes(authority.logo)
    if not content:
        raise NotFound
    answer = tagged(request, content, authority.logo_type, cache=f"public, max-age={_HOUR}")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Short help, desk by desk. For anybody."""
    wear_authority(request)
    return render(request, "web/public/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, as honest as it can be. For anybody."""
    authority = wear_authority(request)
    contact = (authority.accessibility_contact or authority.email) if authority else ""
    return render(request, "web/public/accessibility.html", {"contact": contact})


@require_safe
def licence(request: HttpRequest) -> HttpResponse:
    """Under which licence this software is, and what of others it holds. For anybody."""
    wear_authority(request)
    return render(request, "web/public/licence.html")
