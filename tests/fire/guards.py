"""`python -m tests.fire.guards --port P`: the lane with the guards taken away, to see that they count."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from passnumerique.ground.sets import SetAct

NO_TURN = "abs(random()) % 1000000"
"""Instead of the turn and the step of a pass, each of which the database takes once."""


def unguarded_act(act: "SetAct", postgresql: bool) -> "SetAct":
    """The act without what decides who wins: whether the pass is held, the step at which it was seen, and the
    keys by which the database itself would notice."""
    anything = "(random() * 1000000)::int" if postgresql else NO_TURN
    return replace(
        act,
        choose={**act.choose, "found": _without(act.choose["found"], "AND v.state = 'held'")},
        decide=_without(act.decide, "AND v.state = 'held'", "AND v.step = a.step - 1"),
        write={
            **act.write,
            "redemptions": _without(act.write["redemptions"], "m.turn", instead=anything),
            "events": _without(act.write["events"], "m.step", instead=anything),
        },
    )


def _without(text: str, *guards: str, instead: str = "") -> str:
    for guard in guards:
        assert guard in text, guard
        text = text.replace(guard, instead)
    return text


def main() -> None:
    """Take them away, and serve."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")
    django.setup()
    from passnumerique.api.lane.__main__ import main as serve
    from passnumerique.ground.db import on_postgresql
    from passnumerique.training.operations import redeeming

    act = unguarded_act(redeeming.REDEEMING.act, on_postgresql())
    redeeming.REDEEMING = replace(redeeming.REDEEMING, act=act)
    serve()


if __name__ == "__main__":
    main()
