"""What the page behind a pass says: in plain words, the same to anybody, nothing about a person.

Each answer says whether the pass can be used and what to do next. It never says who handed it over,
nor where it was used.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.programmes.rules import Purchase, Terms
from passnumerique.vouchers.queries.history import PublicAnswer
from passnumerique.vouchers.rules import AT_PLACE, State
from passnumerique.web.templatetags.house import day as written
from passnumerique.web.templatetags.house import euros

END_DIGITS = 3


@dataclass(frozen=True)
class Said:
    """The answer in words and shape: a title, the badge beside it, what it means, what to do next."""

    title: str
    words: str
    icon: str
    tone: str
    meaning: str
    next: str


def said(answer: PublicAnswer, today: date) -> Said:
    """The words for a pass on that day."""
    if answer.usable:
        return _valid(answer, today)
    if answer.state is State.HELD:
        return _lapsed(answer)
    if answer.state in AT_PLACE:
        return _used()
    return {
        State.AUTHORITY_STOCK: _in_stock,
        State.STRUCTURE_STOCK: _in_stock,
        State.BLOCKED: _blocked,
        State.REPLACED: _replaced,
        State.CANCELLED: _cancelled,
    }[answer.state]()


def _valid(answer: PublicAnswer, today: date) -> Said:
    until = answer.validity_until if today <= answer.validity_until else answer.last_day_of_use
    return Said(
        _("Ce pass est valable"),
        _("Valable"),
        "check",
        "good",
        _("Vous pouvez l’utiliser jusqu’au %(day)s.") % {"day": written(until)},
        "",
    )


def _lapsed(answer: PublicAnswer) -> Said:
    return Said(
        _("Ce pass n’est plus valable"),
        _("Date dépassée"),
        "clock-off",
        "bad",
        _("Il était valable jusqu’au %(day)s.") % {"day": written(answer.last_day_of_use)},
        _("Vous avez encore besoin d’aide\u202f? Téléphonez ou allez à l’endroit où vous avez reçu ce pass."),
    )


def _used() -> Said:
    return Said(
        _("Ce pass a déjà été utilisé"),
        _("Déjà utilisé"),
        "cross",
        "bad",
        _("Un pass sert une seule fois."),
        _("Vous avez un autre pass\u202f? Vérifiez-le. Vous pensez que c’est une erreur\u202f? Parlez-en au lieu."),
    )


def _in_stock() -> Said:
    return Said(
        _("Ce pass n’a pas encore été remis"),
        _("Pas encore remis"),
        "hourglass",
        "warn",
        _("Personne ne peut encore l’utiliser. Il doit d’abord être remis à une personne."),
        _("Vous l’avez trouvé\u202f? Rapportez-le. Vous l’avez reçu\u202f? Retournez là où on vous l’a donné."),
    )


def _blocked() -> Said:
    return Said(
        _("Ce pass est bloqué"),
        _("Bloqué"),
        "ban",
        "bad",
        _("Il a été déclaré perdu ou volé. Personne ne peut l’utiliser."),
        _("C’est votre pass et vous l’avez retrouvé\u202f? Retournez à l’endroit où vous l’avez reçu."),
    )


def _replaced() -> Said:
    return Said(
        _("Ce pass a été remplacé"),
        _("Remplacé"),
        "swap",
        "bad",
        _("Un autre pass le remplace. Celui-ci ne sert plus."),
        _("Utilisez le nouveau pass. Vous ne l’avez pas\u202f? Retournez à l’endroit où vous avez reçu le premier."),
    )


def _cancelled() -> Said:
    return Said(
        _("Ce pass a été annulé"),
        _("Annulé"),
        "cross",
        "bad",
        _("Il ne sert plus."),
        _("Il vient de vous être donné\u202f? Retournez à l’endroit où vous l’avez reçu."),
    )


def end_of_number(number: int) -> str:
    """The last digits of a pass's number: enough to tell two passes apart on a table."""
    return f"{number % 10**END_DIGITS:0{END_DIGITS}d}"


def what_it_buys(terms: Terms) -> list[str]:
    """What one pass pays for, and what it does not, in short sentences."""
    length = _length(terms.minutes_per_pass)
    paid = {
        Purchase.WORKSHOP: _("Un pass paie un atelier de %(length)s au plus."),
        Purchase.HOUR: _("Un pass paie %(length)s d’atelier."),
        Purchase.MODULE_PRICE: _("Le prix de chaque atelier est écrit en pass. Demandez-le au lieu."),
    }[terms.purchase] % {"length": length}
    extra = _("Le lieu peut demander %(extra)s de plus.") % {"extra": euros(terms.extra_charge_cents)}
    return [paid, extra if terms.extra_charge_cents else _("Vous n’avez rien d’autre à payer.")]


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    whole = ngettext("%(count)s heure", "%(count)s heures", hours) % {"count": hours}
    return f"{whole} {rest}" if rest else whole
