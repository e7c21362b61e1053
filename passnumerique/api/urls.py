"""The addresses of the API. Whatever a client asks below `api/`, it is answered in the API's own format."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from passnumerique.api.pages import problem, reference
from passnumerique.api.views import api, on_error, on_not_found
from passnumerique.ground.problems import MethodNotAllowed, language_for

NOT_ALLOWED = 405
View = Callable[..., HttpResponse]


def in_our_format(view: View) -> View:
    """A view whose answers are kept by no cache, and whose refusals by the framework are problems too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_for(request.headers.get("Accept-Language"))):
            try:
                answer = view(request, *args, **kwargs)
            except Http404 as error:
                answer = on_not_found(request, error)
            if answer.status_code == NOT_ALLOWED:
                answer = on_error(request, MethodNotAllowed(allowed=answer["Allow"]))
        answer["Cache-Control"] = "no-store"
        answer._has_been_logged = True  # type: ignore[attr-defined] # Django would log the address, which may hold a code
        return answer

    return answered


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have."""
    raise Http404


def _calls() -> list[URLPattern]:
    patterns, _app, _namespace = api.urls
    return [
        URLPattern(one.pattern, in_our_format(one.callback), one.default_args, one.name)
        for one in patterns
        if isinstance(one, URLPattern)
    ]


urlpatterns = [
    path("", reference, name="api"),
    path("problems/<slug:name>", problem, name="api_problem"),
    path("v1/", (_calls(), "ninja", "api")),
    re_path("", in_our_format(nowhere)),
]
