"""What the commands share: which programme is meant, days as people type them, refusals as errors."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from passnumerique.directory.queries.people import actor_named
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.journeys.set_up import read_programme_file
from passnumerique.programmes.queries import every_programme, instant_of


def day(text: str) -> date:
    """A day typed as 2022-12-13."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"« {text} » n’est pas un jour : écrivez-le 2022-12-13.") from None


def programme_meant(name: str | None) -> Any:
    """The programme of that short name, or of the file at that path, or the only one there is."""
    known = list(every_programme())
    if name and Path(name).is_file():
        name = read_programme_file(Path(name).read_text(encoding="utf-8")).programme.slug
    wanted = [programme for programme in known if name in (None, programme.slug)]
    if len(wanted) == 1:
        return wanted[0]
    names = ", ".join(programme.slug for programme in known) or "aucun"
    raise CommandError(f"Précisez --programme NOM. Dispositifs de cette installation : {names}.")


def finance_meant(email: str, programme: Any) -> Actor:
    """The person of the finance desk in whose name a command acts: who pays is written down, and checked."""
    try:
        return actor_named(email, programme.authority_id, Role.FINANCE, on=today_of(programme))
    except NotFound:
        raise CommandError(
            f"Personne du service des finances n’a l’adresse « {email} ». Vérifiez-la sous « Réseau », « Personnes »."
        ) from None


def today_of(programme: Any) -> date:
    """The day on which a programme lives: today, or the demonstration's own day."""
    return day_of(instant_of(programme, timezone.now()))


def refusals_are_errors(handle: Callable[..., Any]) -> Callable[..., Any]:
    """Say a refusal as the command's error, in the reader's words, without a traceback."""

    @wraps(handle)
    def wrapped(*args: Any, **options: Any) -> Any:
        try:
            return handle(*args, **options)
        except Refusal as refusal:
            raise CommandError(refusal.say()) from refusal

    return wrapped
