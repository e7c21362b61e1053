"""The menu of each desk: what this role does here, and nothing else."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from passnumerique.directory.rules import Actor, Role
from passnumerique.web.context import NavItem

_OFFICE = frozenset({Role.MANAGER, Role.AUDITOR})
_STRUCTURE, _PLACE = frozenset({Role.PRESCRIBER}), frozenset({Role.PLACE, Role.MEDIATOR})
_DESKS = _STRUCTURE | _PLACE
_MONEY = _OFFICE | {Role.FINANCE, Role.ACCOUNTANT}
_COUNCIL = _OFFICE | {Role.SECRETARY}

_FOLLOW, _WORKSHOPS, _PASSES, _MONIES, _NETWORK, _RULES = (
    gettext_noop("Suivre"),
    gettext_noop("Ateliers"),
    gettext_noop("Pass"),
    gettext_noop("Argent"),
    gettext_noop("Réseau"),
    gettext_noop("Cadre"),
)

# What is called, its page, who sees it, its group, its symbol. A new page adds one line to its group.
MENU: tuple[tuple[str, str, frozenset[Role], str, str], ...] = (
    (gettext_noop("Remettre des pass"), "hand_over", _STRUCTURE, "", "hand"),
    (gettext_noop("Mon stock"), "my_stock", _STRUCTURE, "", "box"),
    (gettext_noop("Remises"), "handovers", _STRUCTURE, "", "list"),
    (gettext_noop("Pass qui dorment"), "sleeping", _STRUCTURE, "", "clock"),
    (gettext_noop("État du dispositif"), "state", _MONEY | _COUNCIL | {Role.FUNDER, Role.ISSUER}, _FOLLOW, "chart"),
    (gettext_noop("Que faire maintenant"), "acting", _OFFICE | {Role.FINANCE}, _FOLLOW, "flag"),
    (gettext_noop("Parcours des pass"), "funnel", _OFFICE | {Role.FINANCE}, _FOLLOW, "layers"),
    (gettext_noop("Rythme d’écoulement"), "uptake", _OFFICE | {Role.FINANCE}, _FOLLOW, "hourglass"),
    (gettext_noop("Couverture"), "coverage", _COUNCIL | {Role.FUNDER}, _FOLLOW, "map"),
    (gettext_noop("Ateliers"), "sessions", _PLACE | _OFFICE, _WORKSHOPS, "calendar"),
    (gettext_noop("Affiches et tracts"), "kit", frozenset({Role.MANAGER}), _WORKSHOPS, "print"),
    (gettext_noop("Messages"), "message_log", _OFFICE, _WORKSHOPS, "mail"),
    (gettext_noop("Appareils"), "devices", _OFFICE | _PLACE, _WORKSHOPS, "phone"),
    (gettext_noop("Comptes"), "accounts", _MONEY, _FOLLOW, "wallet"),
    (gettext_noop("Doubles prises"), "disputes", _PLACE | _OFFICE, _WORKSHOPS, "question"),
    (gettext_noop("Plan de formation"), "plan", _OFFICE | _PLACE | _STRUCTURE, _WORKSHOPS, "book"),
    (gettext_noop("Stock"), "stock", _OFFICE, _PASSES, "box"),
    (gettext_noop("Lots"), "lots", _OFFICE, _PASSES, "layers"),
    (gettext_noop("Pass"), "vouchers", _OFFICE | _STRUCTURE | _PLACE | {Role.FINANCE}, _PASSES, "ticket"),
    (gettext_noop("Bordereaux"), "delivery_notes", _OFFICE | _STRUCTURE, _PASSES, "file"),
    (gettext_noop("Remboursements"), "claims", _MONEY | {Role.PLACE}, _MONIES, "euro"),
    (gettext_noop("Rapprochement"), "reconciliation", _MONEY, _MONIES, "list"),
    (gettext_noop("Fichiers de l’émetteur"), "issuer_files", _MONEY, _MONIES, "file"),
    (gettext_noop("Virements"), "payment_runs", _MONEY, _MONIES, "wallet"),
    (gettext_noop("Paiements reçus"), "received_payments", frozenset({Role.PLACE}), _MONIES, "check"),
    (gettext_noop("Compte bancaire"), "bank_accounts", frozenset({Role.PLACE}), _MONIES, "wallet"),
    (gettext_noop("Structures et lieux"), "network", _OFFICE, _NETWORK, "map"),
    (gettext_noop("Consultations"), "consultations", _OFFICE | _STRUCTURE | _PLACE, _NETWORK, "question"),
    (gettext_noop("Personnes"), "people", _OFFICE, _NETWORK, "users"),
    (gettext_noop("Données des personnes"), "kept_data", _OFFICE, _NETWORK, "lock"),
    (gettext_noop("Jetons d’accès"), "tokens", _OFFICE | {Role.PLACE}, _NETWORK, "key"),
    (gettext_noop("Calendrier"), "calendar", _MONEY | _COUNCIL | _STRUCTURE | _PLACE, _RULES, "clock"),
    (gettext_noop("Clôture"), "closing", _MONEY, _RULES, "flag"),
    (gettext_noop("Conventions et actes"), "documents", _MONEY | _COUNCIL, _RULES, "stamp"),
    (gettext_noop("Séances du conseil"), "sittings", _COUNCIL, _RULES, "council"),
    (gettext_noop("Règles du dispositif"), "parameters", _MONEY | _COUNCIL | _STRUCTURE | _PLACE, _RULES, "sliders"),
    (gettext_noop("Rapports"), "reports", _COUNCIL | _DESKS | {Role.FUNDER, Role.FINANCE}, _FOLLOW, "file"),
    (gettext_noop("Journal"), "journal", _OFFICE | _STRUCTURE | _PLACE | {Role.FINANCE}, _FOLLOW, "history"),
)


def navigation_for(actor: Actor, slug: str, path: str) -> list[NavItem]:
    """The menu of the actor's desk in the programme of that short name, the current page marked. Groups
    follow one another as the role first meets them in the table, so that its own work comes first."""
    items = []
    for label, name, roles, group, icon in MENU:
        if actor.role in roles and (url := _address(name, slug)):
            items.append(NavItem(gettext(label), url, path.startswith(url), icon, gettext(group) if group else ""))
    met = [item.group for item in items]
    return sorted(items, key=lambda item: met.index(item.group))


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
