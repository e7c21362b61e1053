"""The drawing of the states: where each stands is chosen here, every arrow comes from the rule book."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from passnumerique.ledger.rules import Account
from passnumerique.vouchers.rules import MONEY_OF_STATE, STATE_WORDS, UNSPENT, State, every_step

BOX_WIDTH, BOX_HEIGHT = 216, 50
LEFT, TOP, RIGHT_STEP, DOWN_STEP = 100, 56, 326, 92
WIDTH, HEIGHT = 980, 860

PLACES = {
    State.AUTHORITY_STOCK: (0, 0),
    State.STRUCTURE_STOCK: (0, 1),
    State.HELD: (0, 2),
    State.REDEEMED: (0, 3),
    State.CLAIMED: (0, 4),
    State.APPROVED: (0, 5),
    State.REIMBURSED: (0, 6),
    State.TO_RECOVER: (0, 7),
    State.RECOVERED: (0, 8),
    State.BLOCKED: (1, 1),
    State.DISPUTED: (1, 4),
    State.REFUSED: (2, 4),
    State.CANCELLED: (2, 0),
    State.REPLACED: (2, 1),
    State.FROZEN: (2, 5),
}
"""Column and row of each state: the life of a pass runs down the first column."""

COLOURS = {
    Account.COMMITTED: "#2b6cb0",
    Account.DUE: "#b7791f",
    Account.PAID: "#2f855a",
    Account.UNDUE: "#c53030",
    Account.ENVELOPE: "#718096",
}

_STYLE = """\
<style>
  svg { background: #fff }
  text { font: 13px "Atkinson Hyperlegible Next", "DejaVu Sans", sans-serif; fill: #1a202c }
  .state { font-weight: 700 }
  .words, .account { font-size: 12px; fill: #4a5568 }
  .act { fill: #1a202c; paint-order: stroke; stroke: #fff; stroke-width: 4px }
  .box { fill: #fff; stroke: #4a5568 }
  .frame { fill: none; stroke: #a0aec0; stroke-dasharray: 5 4 }
  .way { fill: none; stroke: #1a202c; stroke-width: 1.4; marker-end: url(#tip) }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
  <path d="M0 0 8 4 0 8z" fill="#1a202c"/></marker></defs>
"""


@dataclass(frozen=True)
class Area:
    """A rectangle that arrows leave and reach: the box of a state, or the frame around several."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half-way between left and right."""
        return (self.left + self.right) / 2

    @property
    def centre(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


def drawing() -> str:
    """The whole drawing as SVG, with a title and a sentence for those who do not see it."""
    ways = _ways()
    boxes, frames = (_box(state) for state in State), (_frame(group) for group in _groups(ways))
    entries = (_entry(acts) for (source, _), acts in ways.items() if not source)
    arrows = (_arrow(source, target, acts, ways) for (source, target), acts in ways.items() if source)
    body = "\n".join([*frames, *boxes, *entries, *arrows])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        'aria-labelledby="t d">\n<title id="t">The states of a pass</title>\n'
        '<desc id="d">The life of a pass runs down, from the stock of the authority to the repayment of the '
        "place; each arrow is an act of the rule book. The tables below the picture say the same.</desc>\n"
        f"{_STYLE}{body}\n</svg>\n"
    )


Group = frozenset[State]
Ways = dict[tuple[Group, Group], list[str]]


def _ways() -> Ways:
    """The acts between two ends; acts that start from, or lead to, every state of a set are one arrow."""
    by_act: dict[str, set[tuple[State | None, State]]] = defaultdict(set)
    for act, step in every_step():
        by_act[act.value].add((step.source, step.target))
    ways: Ways = defaultdict(list)
    for words, steps in by_act.items():
        for way in _gathered(steps):
            ways[way].append(words)
    return ways


_DUE = frozenset(state for state in State if MONEY_OF_STATE[state] is Account.DUE) - {State.FROZEN}
FRAMES: tuple[Group, ...] = (frozenset(UNSPENT), _DUE)


def _gathered(steps: set[tuple[State | None, State]]) -> Iterator[tuple[Group, Group]]:
    for group in FRAMES:
        inside = {step for step in steps if step[0] in group and step[1] in group}
        if len({target for _, target in inside}) > 1 and len(inside) > len(group):
            steps = steps - inside
            yield group, group
        for other in State:
            out, back = {(one, other) for one in group}, {(other, one) for one in group}
            for many, way in ((out, (group, frozenset({other}))), (back, (frozenset({other}), group))):
                if many <= steps:
                    steps = steps - many
                    yield way
    for source, target in sorted(steps, key=str):
        yield frozenset({source} if source else ()), frozenset({target})


def _groups(ways: Ways) -> list[Group]:
    return [group for group in FRAMES if any(group in way for way in ways)]


def _area(states: Group) -> Area:
    lefts = [LEFT + PLACES[state][0] * RIGHT_STEP for state in states]
    tops = [TOP + PLACES[state][1] * DOWN_STEP for state in states]
    pad = 14 if len(states) > 1 else 0
    return Area(min(lefts) - pad, min(tops) - pad, max(lefts) + BOX_WIDTH + pad, max(tops) + BOX_HEIGHT + pad)


def _box(state: State) -> str:
    area, account = _area(frozenset({state})), MONEY_OF_STATE[state]
    x, y = area.left, area.top
    return (
        f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<rect x="{x}" y="{y}" width="7" height="{BOX_HEIGHT}" rx="3" fill="{COLOURS[account]}"/>'
        f'<text class="state" x="{x + 16}" y="{y + 21}">{state.value}</text>'
        f'<text class="account" x="{x + BOX_WIDTH - 8}" y="{y + 21}" text-anchor="end">{account.value}</text>'
        f'<text class="words" x="{x + 16}" y="{y + 40}">{escape(STATE_WORDS[state])}</text>'
    )


def _frame(group: Group) -> str:
    area = _area(group)
    size = f'width="{area.right - area.left}" height="{area.bottom - area.top}"'
    return f'<rect class="frame" x="{area.left}" y="{area.top}" {size} rx="8"/>'


def _arrow(source: Group, target: Group, acts: list[str], ways: Ways) -> str:
    start, end, words = _area(source), _area(target), ", ".join(acts)
    if source == target:
        return _loop(start, words, framed=len(source) > 1)
    both = 12 if (target, source) in ways else 0
    if start.middle == end.middle:
        return _vertical(start, end, words, both)
    if end.top < start.centre < end.bottom or start.top < end.centre < start.bottom:
        return _horizontal(start, end, words, both)
    return _elbow(start, end, words)


def _entry(acts: list[str]) -> str:
    x = LEFT + BOX_WIDTH / 2
    return _way(f"M{x} 6 V{TOP}") + _words(x + 8, 30, ", ".join(acts), "start")


def _loop(area: Area, words: str, *, framed: bool) -> str:
    if framed:
        return _words(area.left, area.top - 6, f"{words} ⟳", "start")
    x, y = area.left, area.centre
    return _way(f"M{x} {y - 10} h-22 v20 h21") + _words(x - 28, y + 4, words, "end")


def _vertical(start: Area, end: Area, words: str, both: int) -> str:
    down = end.top > start.top
    x = start.middle - both if down else start.middle + both
    first, last = (start.bottom, end.top) if down else (start.top, end.bottom)
    side, anchor = (-8, "end") if down and both else (8, "start")
    return _way(f"M{x} {first} V{last}") + _words(x + side, (first + last) / 2 + 4, words, anchor)


def _horizontal(start: Area, end: Area, words: str, both: int) -> str:
    right = end.left > start.right
    low = start if start.bottom - start.top < end.bottom - end.top else end
    y = low.centre - both if right else low.centre + both
    first, last = (start.right, end.left) if right else (start.left, end.right)
    above = y - 6 if right or not both else y + 15
    return _way(f"M{first} {y} H{last}") + _words((first + last) / 2, above, words, "middle")


def _elbow(start: Area, end: Area, words: str) -> str:
    x, y = start.middle, end.centre + (10 if start.top > end.top else 0)
    first = start.top if start.top > end.top else start.bottom
    last = end.left if end.left > x else end.right
    return _way(f"M{x} {first} V{y} H{last}") + _words((x + last) / 2, y + 15, words, "middle")


def _way(path: str) -> str:
    return f'<path class="way" d="{path}"/>'


def _words(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="act" x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'
