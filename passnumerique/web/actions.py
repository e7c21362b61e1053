"""The acts that a page offers: none of them to a reader whose role may not do them."""

from typing import NamedTuple, Protocol


class Offers(Protocol):
    """A desk, as far as an act is concerned."""

    def may(self, permission: str) -> bool:
        """Whether the reader holds that permission."""


class Action(NamedTuple):
    """One act: the words of its button, where it is done, how it looks (as `{% button %}`)."""

    label: str
    url: str
    kind: str = "primary"
    icon: str = ""


def offered(desk: Offers, permission: str, *actions: Action) -> list[Action]:
    """The acts, for a reader who holds the permission; nothing for anybody else."""
    return list(actions) if desk.may(permission) else []
