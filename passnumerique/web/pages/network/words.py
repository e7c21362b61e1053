"""How the network's pages say what lasts."""

from datetime import date

from django.utils.translation import gettext as _

from passnumerique.web.templatetags.house import day


def period_words(from_day: date, until_day: date | None, today: date) -> str:
    """A period as seen from today: since when, until when, from when on, or that it is over."""
    days = {"first": day(from_day), "last": day(until_day)}
    if until_day is not None and until_day < today:
        return _("terminé le %(last)s") % days
    if from_day > today:
        return _("à partir du %(first)s") % days
    if until_day is None:
        return _("depuis le %(first)s") % days
    return _("du %(first)s au %(last)s") % days
