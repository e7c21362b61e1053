"""The training plan as it is given: themes, their modules, the sessions planned for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from passnumerique.training.rules.refusals import PlanInvalid

LEAST_MINUTES, MOST_MINUTES, MOST_PASSES = 15, 480, 100


@dataclass(frozen=True)
class ModuleGiven:
    """One module: its price in passes where modules are priced, the minutes and titles of its sessions."""

    name: str
    price_passes: int = 1
    minutes: int = 120
    sessions: Sequence[str] = ()
    level: str = ""

    @property
    def sound(self) -> bool:
        """Whether everything in it can be written."""
        priced = 1 <= self.price_passes <= MOST_PASSES
        timed = LEAST_MINUTES <= self.minutes <= MOST_MINUTES
        return bool(self.name.strip()) and priced and timed and all(title.strip() for title in self.sessions)


@dataclass(frozen=True)
class ThemeGiven:
    """One theme and its modules, in order."""

    name: str
    modules: Sequence[ModuleGiven] = ()


def check_plan(themes: Sequence[ThemeGiven]) -> None:
    """Refuses a theme, module or session without a name, and a price or a length out of bounds."""
    for theme in themes:
        if not theme.name.strip():
            raise PlanInvalid(name="–")
        for module in theme.modules:
            if not module.sound:
                raise PlanInvalid(name=module.name.strip() or theme.name)
