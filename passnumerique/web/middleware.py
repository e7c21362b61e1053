"""Refusals become pages: a sentence that says what to do next, and the status that fits."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal

Handler = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Renders any refusal that a page did not show itself: 404 for what is not there, 403 for what the
    role may not do, 409 for the rest. Nothing was written when one is raised."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotFound):
            raise Http404 from exception
        if not isinstance(exception, Refusal):
            return None
        status = 403 if isinstance(exception, NotAllowed) else 409
        return render(request, "web/refused.html", {"refusal": exception.say()}, status=status)
