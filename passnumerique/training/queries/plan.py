"""The training plan, read whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from passnumerique.ground.refusals import NotFound
from passnumerique.training.models import Module, PlannedSession, Theme


@dataclass(frozen=True)
class PlanLine:
    """A session that the plan foresees."""

    id: UUID
    number: int
    title: str
    minutes: int


@dataclass(frozen=True)
class PlanModule:
    """A module with its planned sessions. `reference` is "2.3": theme 2, module 3."""

    id: UUID
    number: int
    reference: str
    name: str
    price_passes: int
    minutes: int
    level: str
    sessions: list[PlanLine] = field(default_factory=list)


@dataclass(frozen=True)
class PlanTheme:
    """A theme with its modules."""

    id: UUID
    number: int
    name: str
    modules: list[PlanModule] = field(default_factory=list)


@dataclass(frozen=True)
class PlanCounts:
    """How much the plan holds."""

    themes: int
    modules: int
    planned_sessions: int


def plan(programme_id: UUID) -> list[PlanTheme]:
    """The whole plan in order, in three statements whatever its size."""
    themes = {
        row.id: PlanTheme(row.id, row.number, row.name)
        for row in Theme.objects.filter(programme_id=programme_id).order_by("number")
    }
    modules = {}
    for row in Module.objects.filter(programme_id=programme_id).order_by("number"):
        theme = themes[row.theme_id]
        reference = f"{theme.number}.{row.number}"
        modules[row.id] = PlanModule(row.id, row.number, reference, row.name, row.price_passes, row.minutes, row.level)
        theme.modules.append(modules[row.id])
    for line in PlannedSession.objects.filter(programme_id=programme_id).order_by("number"):
        modules[line.module_id].sessions.append(PlanLine(line.id, line.number, line.title, line.minutes))
    return list(themes.values())


def plan_counts(programme_id: UUID) -> PlanCounts:
    """Themes, modules and planned sessions of the programme."""
    return PlanCounts(
        *(table.objects.filter(programme_id=programme_id).count() for table in (Theme, Module, PlannedSession))
    )


def module_of(programme_id: UUID, module_id: UUID) -> Module:
    """One module of the programme. Refuses (NotFound) one of another."""
    row = Module.objects.filter(programme_id=programme_id, id=module_id).select_related("theme").first()
    if row is None:
        raise NotFound
    return row


def planned_session_of(programme_id: UUID, module_id: UUID, planned_session_id: UUID) -> PlannedSession:
    """One planned session of a module. Refuses (NotFound) one of another module."""
    rows = PlannedSession.objects.filter(programme_id=programme_id, module_id=module_id)
    row = rows.filter(id=planned_session_id).first()
    if row is None:
        raise NotFound
    return row


def modules_named(module_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of modules, for rows that the reader may already see."""
    return dict(Module.objects.filter(id__in=set(module_ids)).values_list("id", "name").order_by())


@dataclass(frozen=True)
class PlanIds:
    """What of the plan is written already: the id under each number, within its parent."""

    themes: dict[int, UUID]
    modules: dict[tuple[UUID, int], UUID]
    sessions: dict[tuple[UUID, int], UUID]


def plan_ids(programme_id: UUID) -> PlanIds:
    """The rows that a new writing of the plan will bring up to date."""
    themes = Theme.objects.filter(programme_id=programme_id).order_by()
    modules = Module.objects.filter(programme_id=programme_id).order_by()
    sessions = PlannedSession.objects.filter(programme_id=programme_id).order_by()
    return PlanIds(
        {number: row for row, number in themes.values_list("id", "number")},
        {(theme, number): row for row, theme, number in modules.values_list("id", "theme_id", "number")},
        {(module, number): row for row, module, number in sessions.values_list("id", "module_id", "number")},
    )
