"""What the pages of the accounts share: their tabs."""

from django.utils.translation import gettext as _

from passnumerique.web.desk import Desk

Tabs = list[dict[str, object]]


def tabs(desk: Desk, current: str) -> Tabs:
    """The pages of the accounts, the current one marked."""
    labels = {"accounts": _("Reddition"), "cash": _("Mouvements d’argent"), "exposure": _("Exposition")}
    return [
        {"label": label, "url": desk.url(name), "current": name == current, "count": None}
        for name, label in labels.items()
    ]
