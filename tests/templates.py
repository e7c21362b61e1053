"""A variable that our templates name and nobody gave is an error, not an empty string."""

import sys
from pathlib import Path

OURS = str(Path(__file__).resolve().parent.parent / "passnumerique")


class UnknownVariableError(AssertionError):
    """A template of the house names a variable that its view does not give."""


class Unknown(str):
    """Stands as Django's `string_if_invalid`: refuses in our own templates, stays empty in those of
    Django and allauth, which rely on unknown variables being empty."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, variable: object) -> str:  # type: ignore[override]
        origin = _template_in_hand()
        if origin.startswith(OURS):
            raise UnknownVariableError(f"{{{{ {variable} }}}} in {Path(origin).relative_to(OURS)}")
        return ""


def _template_in_hand() -> str:
    """The file of the innermost template node on the stack."""
    frame = sys._getframe(1)
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if frame.f_code.co_name in {"render", "render_annotated"} and origin is not None:
            return str(getattr(origin, "name", ""))
        frame = frame.f_back  # type: ignore[assignment]
    return ""
