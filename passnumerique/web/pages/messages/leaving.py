"""The way out of messages: one address in each of them, one press, no sign-in, nothing to type.

Whoever holds the mark may: it came in the message. Mail programs press by themselves (RFC 8058): a POST without
cookie or form token is taken. Reading the page changes nothing: some programs open every link.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passnumerique.beneficiaries.operations import unsubscribe
from passnumerique.beneficiaries.queries import contact_of_mark
from passnumerique.beneficiaries.queries.messages import mailing_of_mark, stopped_mailings
from passnumerique.beneficiaries.rules import Channel
from passnumerique.directory.queries import organisations_named
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import every_programme, instant_of
from passnumerique.web.pages.public.faces import wear_programme


@dataclass(frozen=True)
class Leaver:
    """Who would be written to no more: a person by a channel, or a structure by its name."""

    programme: Any
    channel: Channel
    over: bool
    structure: str = ""


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, mark: str) -> HttpResponse:
    """Ask, and on a press end the messages. Refuses (NotFound) a mark that was not made here."""
    leaver = _leaver(mark)
    wear_programme(request, leaver.programme)
    if request.method == "POST":
        unsubscribe(mark=mark, at=instant_of(leaver.programme, timezone.now()))
    context = {
        "leaver": leaver,
        "done": leaver.over or request.method == "POST",
        "what": _("votre adresse électronique") if leaver.channel is Channel.EMAIL else _("votre numéro de téléphone"),
        "action": request.path,
    }
    answer = render(request, "web/messages/leave.html", context)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _leaver(mark: str) -> Leaver:
    contact = contact_of_mark(mark)
    if contact is not None:
        return Leaver(_programme(contact.programme_id), contact.channel, contact.gone)
    mailing = mailing_of_mark(mark)
    if mailing is None:
        raise NotFound
    programme_id, structure_id = mailing
    over = bool(stopped_mailings(programme_id, [structure_id]))
    name = organisations_named([structure_id]).get(structure_id, "")
    return Leaver(_programme(programme_id), Channel.EMAIL, over, name)


def _programme(programme_id: UUID) -> Any:
    programme = every_programme().filter(id=programme_id).first()
    if programme is None:
        raise NotFound
    return programme
