"""What the frame's pages share: their tabs, and the choice of a paper."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.programmes.queries import documents, paper_of
from passnumerique.programmes.rules import DocumentKind, Paper
from passnumerique.web.desk import Desk

Choices = list[tuple[str, str]]
Tabs = list[dict[str, object]]

_ALIKE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("calendar", Permission.READ_PROGRAMME), ("periods", Permission.READ_PROGRAMME)),
    (
        ("documents", Permission.READ_COUNCIL),
        ("amendments", Permission.READ_COUNCIL),
        ("deliberations", Permission.READ_COUNCIL),
        ("sittings", Permission.READ_COUNCIL),
        ("members", Permission.READ_COUNCIL),
        ("envelope", Permission.READ_ACCOUNTS),
        ("grants", Permission.READ_COUNCIL),
    ),
    (
        ("parameters", Permission.READ_PROGRAMME),
        ("territory", Permission.READ_PROGRAMME),
        ("authority", Permission.READ_EVERYTHING),
    ),
)


def tabs(desk: Desk, current: str) -> Tabs:
    """The pages beside this one that the reader may open; none when there is no other."""
    alike = next(group for group in _ALIKE if current in dict(group))
    labels = _labels()
    shown: Tabs = [
        {"label": labels[name], "url": desk.url(name), "current": name == current}
        for name, permission in alike
        if desk.may(permission)
    ]
    return shown if len(shown) > 1 else []


def _labels() -> dict[str, str]:
    return {
        "calendar": _("Calendrier"),
        "periods": _("Périodes de formation"),
        "documents": _("Conventions et actes"),
        "amendments": _("Avenants"),
        "deliberations": _("Délibérations"),
        "sittings": _("Séances"),
        "members": _("Membres du conseil"),
        "envelope": _("Enveloppe"),
        "grants": _("Subventions"),
        "parameters": _("Règles du dispositif"),
        "territory": _("Territoire"),
        "authority": _("Collectivité"),
    }


def papers(programme_id: UUID) -> list[Paper]:
    """The papers of the programme as the rules read them, latest first."""
    return [paper_of(row) for row in documents(programme_id)]


def paper_choices(given: Iterable[Paper], kind: DocumentKind | None = None) -> Choices:
    """Papers to choose from, each by its reference and what it is."""
    return [
        (str(paper.id), f"{paper.reference} – {paper.title or say(paper.kind.words)}")
        for paper in given
        if kind in (None, paper.kind)
    ]


def paper_state(paper: Paper, today: date) -> str:
    """Where a paper stands, as a state of the family `document` of badges."""
    if paper.signed_on is None:
        return "to_sign"
    return "in_force" if paper.in_force_on and paper.in_force_on <= today else "signed"
