"""The rows or the columns of a table, each inside the one that sums it: commune, EPCI, everybody. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """Names, and for each the one that sums it; None for those that nothing sums. There may be several of these."""

    parents: Mapping[str, str | None]

    def up(self, name: str) -> Iterator[str]:
        """The name, then what sums it, up to the top."""
        at: str | None = name
        while at is not None:
            yield at
            at = self.parents[at]

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The names that sum nothing, in order."""
        inner = set(self.parents.values())
        return tuple(name for name in self.parents if name not in inner)

    @cached_property
    def _under(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {name: [] for name in self.parents}
        for leaf in self.leaves:
            for name in self.up(leaf):
                found[name].append(leaf)
        return {name: tuple(leaves) for name, leaves in found.items()}

    def under(self, name: str) -> tuple[str, ...]:
        """The leaves that the name sums; itself for a leaf."""
        return self._under[name]

    def below_meeting(self, name: str, other: str | None) -> list[str]:
        """What changes when something goes from `other` to `name`: the name and what sums it, as long as that does
        not sum `other` too. From nowhere (None), all of them."""
        above = set(self.up(other)) if other is not None else set()
        return [one for one in self.up(name) if one not in above]
