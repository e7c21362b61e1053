"""Writing the training plan of a programme."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.training.models import Module, PlannedSession, Theme
from passnumerique.training.queries.plan import plan_ids
from passnumerique.training.rules import ThemeGiven, check_plan
from passnumerique.training.rules.refusals import PlanEntryInUse


def set_plan(*, programme_id: UUID, themes: Sequence[ThemeGiven], by: Actor, at: datetime) -> None:
    """Write the whole plan: themes, modules and planned sessions, numbered in the order given.

    For who manages training. Setting the same plan twice changes nothing; an entry that keeps its place
    keeps its identity under a new name. Refuses an entry without a name, a price or a length out of
    bounds, and the removal of an entry that training sessions stand on; then nothing is written.
    """
    require(by, Permission.MANAGE_TRAINING)
    access_programme(by, programme_id)
    check_plan(themes)
    with transaction.atomic():
        take_turn(programme_id)
        _drop_others(programme_id, _write(programme_id, themes, at))


def _write(programme_id: UUID, themes: Sequence[ThemeGiven], at: datetime) -> set[UUID]:
    """Insert or bring up to date every entry; the ids that the plan now holds."""
    known = plan_ids(programme_id)
    theme_rows, module_rows, line_rows = [], [], []
    for number, theme in enumerate(themes, start=1):
        theme_id = known.themes.get(number) or new_id(at)
        theme_rows.append(Theme(id=theme_id, programme_id=programme_id, number=number, name=theme.name.strip()))
        for rank, module in enumerate(theme.modules, start=1):
            module_id = known.modules.get((theme_id, rank)) or new_id(at)
            module_rows.append(
                Module(
                    id=module_id,
                    programme_id=programme_id,
                    theme_id=theme_id,
                    number=rank,
                    name=module.name.strip(),
                    price_passes=module.price_passes,
                    minutes=module.minutes,
                    level=module.level.strip(),
                )
            )
            line_rows += [
                PlannedSession(
                    id=known.sessions.get((module_id, line)) or new_id(at),
                    programme_id=programme_id,
                    module_id=module_id,
                    number=line,
                    title=title.strip(),
                    minutes=module.minutes,
                )
                for line, title in enumerate(module.sessions, start=1)
            ]
    _upsert(theme_rows, module_rows, line_rows)
    return {row.id for rows in (theme_rows, module_rows, line_rows) for row in rows}


def _upsert(themes: list[Theme], modules: list[Module], lines: list[PlannedSession]) -> None:
    Theme.objects.bulk_create(themes, update_conflicts=True, unique_fields=["id"], update_fields=["name"])
    Module.objects.bulk_create(
        modules,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "price_passes", "minutes", "level"],
    )
    PlannedSession.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["id"], update_fields=["title", "minutes"]
    )


def _drop_others(programme_id: UUID, kept: set[UUID]) -> None:
    lines = PlannedSession.objects.filter(programme_id=programme_id).exclude(id__in=kept)
    modules = Module.objects.filter(programme_id=programme_id).exclude(id__in=kept)
    used_line = lines.filter(training_sessions__isnull=False).order_by("number").first()
    used_module = modules.filter(training_sessions__isnull=False).order_by("number").first()
    if used_line or used_module:
        raise PlanEntryInUse(name=used_line.title if used_line else getattr(used_module, "name", ""))
    for rows in (lines, modules, Theme.objects.filter(programme_id=programme_id).exclude(id__in=kept)):
        rows.delete()
