"""The extension in preparation at a glance: what is ready, who does what next; then carried out, or given up."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.journeys.extending import (
    Piece,
    Stage,
    abandon_extension,
    carry_out_extension,
    effects_shown,
    pieces_of,
    proposal_on,
)
from passnumerique.programmes.operations import begin_extension
from passnumerique.programmes.queries import consulted_on, open_extension, revisions
from passnumerique.programmes.rules import DocumentKind
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.extending.steps import crumbs
from passnumerique.web.templatetags.house import day

Task = dict[str, object]


@desk_page(Permission.READ_COUNCIL)
def extension(request: DeskRequest) -> HttpResponse:
    """The task list of the extension in preparation; or, when there is none, what beginning one means."""
    desk = request.desk
    draft = open_extension(desk.actor, desk.programme_id)
    if draft is None:
        return _beginning(request)
    pieces = pieces_of(desk.actor, desk.programme_id)
    manages = desk.may(Permission.MANAGE_CALENDAR)
    context = {
        "desk": desk,
        "draft": draft,
        "preparing": _preparing(desk, draft),
        "documents": [_document(desk, piece) for piece in pieces],
        "ready": all(piece.binds for piece in pieces),
        "holds_from": max((piece.binds_from for piece in pieces if piece.binds_from), default=None),
        "effects": effects_shown(desk.actor, desk.programme_id, desk.at) if draft.figures else None,
        "manages": manages,
        "breadcrumbs": [*crumbs(desk)[:1], Crumb(_("Prolongation"))],
    }
    return render(request, "web/extending/board.html", context)


def _beginning(request: DeskRequest) -> HttpResponse:
    desk = request.desk
    if not revisions(desk.programme_id):
        return redirect(desk.url("calendar"))
    if request.method == "POST":
        begin_extension(programme_id=desk.programme_id, by=desk.actor, at=desk.at)
        return redirect(desk.url("extension_why"))
    context = {
        "desk": desk,
        "proposal": proposal_on(desk.programme_id, desk.today),
        "closing": revisions(desk.programme_id)[-1].calendar.closing,
        "manages": desk.may(Permission.MANAGE_CALENDAR),
        "breadcrumbs": [*crumbs(desk)[:1], Crumb(_("Prolongation"))],
    }
    return render(request, "web/extending/begin.html", context)


def _preparing(desk: Desk, draft: object) -> list[Task]:
    """The steps before the council: each done or not, and where it is done."""
    dates, item, figures = (getattr(draft, name) for name in ("dates", "item", "figures"))
    told = consulted_on(desk.programme_id, desk.today)
    heard = {"answered": told.answered, "asked": told.asked} if told else {}
    steps = [
        (_("Pourquoi prolonger"), "extension_why", bool(getattr(draft, "reason", "")) or dates is not None, ""),
        (
            _("Consulter les lieux et les structures"),
            "consultations",
            told is not None,
            _("%(answered)s réponses sur %(asked)s") % heard if told else "",
        ),
        (
            _("Jusqu’à quand"),
            "extension_length",
            dates is not None,
            _("clôture le %(day)s") % {"day": day(date.fromisoformat(dates["closing"]))} if dates else "",
        ),
        (_("Ce qui change"), "extension_effects", dates is not None, ""),
        (_("La séance du conseil"), "extension_sitting", item is not None, ""),
    ]
    locked = figures is not None or not desk.may(Permission.MANAGE_CALENDAR)
    readable = {"extension_effects"}
    return [
        {
            "label": label,
            "url": desk.url(name) if name in readable or not locked else "",
            "done": ok,
            "hint": hint,
            "status": _("Facultatif") if name == "consultations" and not ok else "",
        }
        for label, name, ok, hint in steps
    ]


def _document(desk: Desk, piece: Piece) -> Task:
    """One of the three documents: where it stands, who does what next, and where."""
    label = piece.name if piece.kind is not DocumentKind.DELIBERATION or piece.deliberation_id else ""
    return {
        "label": label or capfirst(say(piece.kind.words)),
        "done": piece.binds,
        "status": _stage(piece),
        "hint": _who(piece),
        "url": _where(desk, piece),
    }


def _stage(piece: Piece) -> str:
    when = {"day": day(piece.binds_from or piece.sits_on)} if piece.binds_from or piece.sits_on else {"day": ""}
    words = {
        Stage.TO_DRAFT: _("à rédiger"),
        Stage.ON_AGENDA: _("à l’ordre du jour du %(day)s") % when,
        Stage.CONVENED: _("conseil convoqué le %(day)s") % when,
        Stage.REJECTED: _("rejetée"),
        Stage.PUT_OFF: _("reportée ou retirée"),
        Stage.ADOPTED: _("adoptée, pas encore exécutoire"),
        Stage.DRAFTED: _("rédigé"),
        Stage.TO_SIGN: _("à signer"),
        Stage.SIGNED: _("signé"),
        Stage.BINDS: _("produit ses effets depuis le %(day)s") % when,
    }
    return words[piece.stage]


def _who(piece: Piece) -> str:
    words = {
        Stage.TO_DRAFT: _("Gestion du dispositif\u202f: choisir la séance."),
        Stage.ON_AGENDA: _("Secrétariat du conseil\u202f: convoquer à temps."),
        Stage.CONVENED: _("Secrétariat du conseil\u202f: tenir la séance et noter le vote."),
        Stage.REJECTED: _("Gestion du dispositif\u202f: proposer à une autre séance, ou abandonner."),
        Stage.PUT_OFF: _("Gestion du dispositif\u202f: choisir une autre séance."),
        Stage.ADOPTED: _("Secrétariat du conseil\u202f: transmettre, publier, noter les deux dates."),
        Stage.DRAFTED: _("Personne pour l’instant\u202f: il se signe une fois la délibération exécutoire."),
        Stage.TO_SIGN: _("Présidence et cocontractant\u202f: signer\u202f; puis noter la signature."),
        Stage.SIGNED: _("Gestion ou secrétariat\u202f: noter la date d’effet."),
        Stage.BINDS: "",
    }
    return words[piece.stage]


def _where(desk: Desk, piece: Piece) -> str:
    if piece.amendment_id:
        return desk.url("amendment", piece.amendment_id)
    if piece.stage in {Stage.REJECTED, Stage.PUT_OFF} and desk.may(Permission.MANAGE_CALENDAR):
        return desk.url("extension_sitting")
    if piece.deliberation_id:
        return desk.url("deliberation", piece.deliberation_id)
    return desk.url("item", piece.item_id) if piece.item_id else ""


@desk_page(Permission.MANAGE_CALENDAR)
def carry_out(request: DeskRequest) -> HttpResponse:
    """Write the new dates, once they were looked at and confirmed. Refuses without its three documents."""
    desk = request.desk
    effects = effects_shown(desk.actor, desk.programme_id, desk.at)
    form = forms.Form(**sent(request))
    given: dict[str, Any] = {"programme_id": desk.programme_id, "by": desk.actor, "at": desk.at}
    made: list[date] = []
    if done(form, lambda _given: made.append(carry_out_extension(**given))):
        said = _("Le dispositif est prolongé à partir du %(day)s. Prévenez les structures et les lieux.")
        messages.success(request, said % {"day": day(made[0])})
        return redirect(desk.url("calendar"))
    context = {
        "title": _("Appliquer la prolongation"),
        "lead": _("Cinq dates changent. Aucun pass, aucun euro.") if effects else "",
        "submit": _("Appliquer la prolongation"),
        "cancel": desk.url("extension"),
        "breadcrumbs": crumbs(desk, Crumb(_("Appliquer"))),
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_CALENDAR)
def abandon(request: DeskRequest) -> HttpResponse:
    """Give the extension up, once it was confirmed. What was voted or signed stays."""
    desk = request.desk
    form = forms.Form(**sent(request))
    given: dict[str, Any] = {"programme_id": desk.programme_id, "by": desk.actor, "at": desk.at}
    if done(form, lambda _given: abandon_extension(**given)):
        messages.success(request, _("La prolongation est abandonnée. Le calendrier n’a pas changé."))
        return redirect(desk.url("calendar"))
    context = {
        "title": _("Abandonner cette prolongation"),
        "lead": _("L’affaire quitte l’ordre du jour si le conseil n’est pas convoqué. Ce qui est voté ou signé reste."),
        "submit": _("Abandonner la prolongation"),
        "kind": "danger",
        "cancel": desk.url("extension"),
        "breadcrumbs": crumbs(desk, Crumb(_("Abandonner"))),
    }
    return form_page(request, form, context)
