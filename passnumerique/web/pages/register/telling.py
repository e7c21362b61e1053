"""What happened to passes, told as sentences: « 10 pass confiés à … », « utilisé à … »."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.rules import ROLE_LABELS, Role
from passnumerique.ground.words import say
from passnumerique.vouchers.queries.history import Line
from passnumerique.vouchers.queries.listing import JournalLine
from passnumerique.vouchers.rules import AT_PLACE, Act, State
from passnumerique.web.templatetags.house import number

USED = "used"
"""Every state of a pass that a place took, as one choice of a filter."""

DEEDS: Mapping[Act, object] = {
    Act.RECEIVE: ngettext_lazy("%(many)s pass reçu", "%(many)s pass reçus", "count"),
    Act.ALLOCATE: ngettext_lazy(
        "%(many)s pass confié à %(structure)s", "%(many)s pass confiés à %(structure)s", "count"
    ),
    Act.RETURN: ngettext_lazy(
        "%(many)s pass rendu à la collectivité par %(giver)s",
        "%(many)s pass rendus à la collectivité par %(giver)s",
        "count",
    ),
    Act.TRANSFER: ngettext_lazy(
        "%(many)s pass transféré de %(giver)s à %(structure)s",
        "%(many)s pass transférés de %(giver)s à %(structure)s",
        "count",
    ),
    Act.HAND_OVER: ngettext_lazy(
        "%(many)s pass remis à une personne par %(structure)s",
        "%(many)s pass remis à une personne par %(structure)s",
        "count",
    ),
    Act.RESERVE: ngettext_lazy("Place réservée avec %(many)s pass", "Place réservée avec %(many)s pass", "count"),
    Act.REDEEM: ngettext_lazy("%(many)s pass utilisé à %(place)s", "%(many)s pass utilisés à %(place)s", "count"),
    Act.UNDO: ngettext_lazy(
        "%(many)s utilisation corrigée à %(place)s\u202f: le pass redevient utilisable",
        "%(many)s utilisations corrigées à %(place)s\u202f: les pass redeviennent utilisables",
        "count",
    ),
    Act.CLAIM: ngettext_lazy(
        "Remboursement de %(many)s pass demandé par %(place)s",
        "Remboursement de %(many)s pass demandé par %(place)s",
        "count",
    ),
    Act.APPROVE: ngettext_lazy(
        "Remboursement de %(many)s pass accepté pour %(place)s",
        "Remboursement de %(many)s pass accepté pour %(place)s",
        "count",
    ),
    Act.REJECT: ngettext_lazy(
        "Remboursement de %(many)s pass contesté, %(place)s",
        "Remboursement de %(many)s pass contesté, %(place)s",
        "count",
    ),
    Act.REFUSE: ngettext_lazy(
        "Remboursement de %(many)s pass refusé définitivement, %(place)s",
        "Remboursement de %(many)s pass refusé définitivement, %(place)s",
        "count",
    ),
    Act.PAY: ngettext_lazy("%(many)s pass remboursé à %(place)s", "%(many)s pass remboursés à %(place)s", "count"),
    Act.BOUNCE: ngettext_lazy(
        "Paiement de %(many)s pass rejeté par la banque, %(place)s",
        "Paiement de %(many)s pass rejeté par la banque, %(place)s",
        "count",
    ),
    Act.DECLARE_LOST: ngettext_lazy(
        "%(many)s pass perdu ou volé, bloqué", "%(many)s pass perdus ou volés, bloqués", "count"
    ),
    Act.FIND: ngettext_lazy("%(many)s pass retrouvé, débloqué", "%(many)s pass retrouvés, débloqués", "count"),
    Act.REPLACE: ngettext_lazy("%(many)s pass remplacé", "%(many)s pass remplacés", "count"),
    Act.SUBSTITUTE: ngettext_lazy(
        "%(many)s pass donné en remplacement", "%(many)s pass donnés en remplacement", "count"
    ),
    Act.CANCEL: ngettext_lazy("%(many)s pass annulé", "%(many)s pass annulés", "count"),
    Act.RECOVER: ngettext_lazy(
        "%(many)s pass déclaré indu, %(place)s", "%(many)s pass déclarés indus, %(place)s", "count"
    ),
    Act.OFFSET: ngettext_lazy(
        "Somme de %(many)s pass récupérée, %(place)s", "Somme de %(many)s pass récupérée, %(place)s", "count"
    ),
    Act.FREEZE: ngettext_lazy("%(many)s pass gelé", "%(many)s pass gelés", "count"),
    Act.THAW: ngettext_lazy("%(many)s pass dégelé", "%(many)s pass dégelés", "count"),
}
"""One deed upon a set of passes."""

STORY: Mapping[Act, Promise] = {
    Act.RECEIVE: _("Reçu par la collectivité"),
    Act.ALLOCATE: _("Confié à %(structure)s"),
    Act.RETURN: _("Rendu à la collectivité par %(giver)s"),
    Act.TRANSFER: _("Transféré de %(giver)s à %(structure)s"),
    Act.HAND_OVER: _("Remis à une personne par %(structure)s"),
    Act.RESERVE: _("Place réservée dans un atelier"),
    Act.REDEEM: _("Utilisé à %(place)s"),
    Act.UNDO: _("Utilisation corrigée\u202f: le pass redevient utilisable"),
    Act.CLAIM: _("Remboursement demandé par %(place)s"),
    Act.APPROVE: _("Remboursement accepté pour %(place)s"),
    Act.REJECT: _("Remboursement contesté, %(place)s"),
    Act.REFUSE: _("Remboursement refusé définitivement, %(place)s"),
    Act.PAY: _("Remboursé à %(place)s"),
    Act.BOUNCE: _("Paiement rejeté par la banque\u202f: %(place)s est à payer de nouveau"),
    Act.DECLARE_LOST: _("Déclaré perdu ou volé, bloqué"),
    Act.FIND: _("Retrouvé, débloqué"),
    Act.REPLACE: _("Remplacé par le pass n°\u202f%(other)s"),
    Act.SUBSTITUTE: _("Donné à la place du pass n°\u202f%(other)s"),
    Act.CANCEL: _("Annulé\u202f: sa valeur revient à l’enveloppe"),
    Act.RECOVER: _("Somme déclarée indue, %(place)s"),
    Act.OFFSET: _("Somme récupérée auprès de %(place)s"),
    Act.FREEZE: _("Gelé\u202f: l’émetteur est défaillant"),
    Act.THAW: _("Dégelé\u202f: il revient où il en était"),
}
"""One step in the life of one pass."""

NEXT: Mapping[State, Promise] = {
    State.AUTHORITY_STOCK: _("Il attend à la collectivité. Confiez-le à une structure de diffusion."),
    State.STRUCTURE_STOCK: _("Il attend dans la structure, qui peut le remettre à une personne."),
    State.HELD: _("La personne peut l’utiliser dans un lieu de médiation."),
    State.REDEEMED: _("Le lieu qui l’a pris doit maintenant en demander le remboursement."),
    State.CLAIMED: _("La demande de remboursement du lieu est à contrôler."),
    State.APPROVED: _("Le remboursement est accepté\u202f: il reste à payer le lieu."),
    State.DISPUTED: _("Le remboursement est contesté\u202f: la collectivité et le lieu doivent s’entendre."),
    State.REFUSED: _("Le remboursement est refusé définitivement\u202f: sa valeur est revenue à l’enveloppe."),
    State.REIMBURSED: _("Le lieu a été payé. Plus rien n’est à faire."),
    State.BLOCKED: _(
        "Personne ne peut l’utiliser. S’il est retrouvé, débloquez-le\u202f; sinon, la collectivité le remplace."
    ),
    State.REPLACED: _("Un autre pass a pris sa place. Il ne vaut plus rien."),
    State.CANCELLED: _("Il ne vaut plus rien. Détruisez la carte."),
    State.FROZEN: _("Il figure dans l’état des créanciers de l’émetteur."),
    State.TO_RECOVER: _("La somme payée est indue\u202f: elle est à récupérer auprès du lieu."),
    State.RECOVERED: _("La somme a été récupérée. Plus rien n’est à faire."),
}
"""What comes next for a pass in each state."""

ICONS: Mapping[Act, str] = {
    Act.RECEIVE: "layers",
    Act.ALLOCATE: "booklet",
    Act.RETURN: "undo",
    Act.TRANSFER: "swap",
    Act.HAND_OVER: "hand",
    Act.RESERVE: "calendar",
    Act.REDEEM: "check",
    Act.UNDO: "undo",
    Act.CLAIM: "inbox",
    Act.APPROVE: "stamp",
    Act.REJECT: "question",
    Act.REFUSE: "cross",
    Act.PAY: "euro",
    Act.BOUNCE: "undo",
    Act.DECLARE_LOST: "ban",
    Act.FIND: "eye",
    Act.REPLACE: "swap",
    Act.SUBSTITUTE: "swap",
    Act.CANCEL: "cross",
    Act.RECOVER: "alert",
    Act.OFFSET: "undo",
    Act.FREEZE: "snow",
    Act.THAW: "undo",
}
_TONES = {
    Act.REDEEM: "good",
    Act.PAY: "good",
    Act.BOUNCE: "warn",
    Act.DECLARE_LOST: "bad",
    Act.CANCEL: "bad",
    Act.REFUSE: "bad",
    Act.FREEZE: "warn",
}


@dataclass(frozen=True)
class Told:
    """One line of a history, ready to be drawn."""

    at: datetime
    sentence: str
    by: str
    icon: str
    detail: str = ""
    url: str = ""
    tone: str = ""


def tell_deed(line: JournalLine, names: Mapping[UUID, str], url: str = "") -> Told:
    """One deed of the journal; `names` gives the organisations, `url` leads to its passes."""
    giver = line.giver_id if line.note else line.by_organisation
    facts = {
        "count": line.count,
        "many": number(line.count),
        "structure": _named(names, line.structure_id, gettext("plusieurs structures")),
        "place": _named(names, _place(line), gettext("un lieu") if line.count == 1 else gettext("plusieurs lieux")),
        "giver": _named(names, giver, gettext("une structure")),
    }
    return Told(
        at=line.at,
        sentence=str(DEEDS[line.act] % facts),  # type: ignore[operator]
        by=who(line.by_role, names.get(line.by_organisation, "") if line.by_organisation else ""),
        icon=ICONS[line.act],
        detail=_joined(span(line), _note(line.note), line.cause),
        url=url,
        tone=_TONES.get(line.act, ""),
    )


def _place(line: JournalLine) -> UUID:
    """Where a deed happened; a use is corrected by the place itself, and the pass then lies with none."""
    return (line.by_organisation or line.place_id) if line.act is Act.UNDO else line.place_id


def tell_story(lines: Sequence[Line], others: Mapping[UUID, int], notes: Mapping[UUID, int]) -> list[Told]:
    """The life of one pass, oldest first. `others` gives the numbers of the passes that replaced it or
    that it replaced, `notes` those of delivery notes, both by what a line is about."""
    told: list[Told] = []
    holder = ""
    for line in lines:
        about = line.subject_id
        facts = {
            "structure": line.structure or gettext("la collectivité"),
            "place": line.place or gettext("un lieu"),
            "giver": holder or gettext("une structure"),
            "other": number(others.get(about)) if about else "",
        }
        told.append(
            Told(
                at=line.at,
                sentence=str(STORY[line.act]) % facts,
                by=who(line.by_role, line.by_organisation),
                icon=ICONS[line.act],
                detail=_joined(_note(notes.get(about) if about else None), line.cause),
                tone=_TONES.get(line.act, ""),
            )
        )
        holder = line.structure
    if told and not told[-1].tone:
        told[-1] = replace(told[-1], tone="brand")
    return told


def span(line: JournalLine) -> str:
    """Which numbers a deed was about: one, a whole range, or some between two."""
    first, last = number(line.first_number), number(line.last_number)
    if line.count == 1:
        return gettext("n°\u202f%(first)s") % {"first": first}
    if not line.scattered:
        return gettext("n°\u202f%(first)s à %(last)s") % {"first": first, "last": last}
    return gettext("entre le n°\u202f%(first)s et le n°\u202f%(last)s") % {"first": first, "last": last}


def who(role: Role, organisation: str) -> str:
    """Who did an act: the office or the organisation, never a person."""
    label = say(ROLE_LABELS[role])
    return f"{label}, {organisation}" if organisation else label


def act_choices() -> list[tuple[str, str]]:
    """The acts, for a filter."""
    return [(act.value, capfirst(say(act.words))) for act in Act]


def state_choices() -> list[tuple[str, str]]:
    """The states, for a filter, after the one choice that gathers every pass taken by a place."""
    return [(USED, gettext("Utilisé, remboursé ou non")), *((one.value, capfirst(say(one.words))) for one in State)]


def states_chosen(choice: str) -> frozenset[State]:
    """The states that a choice of that filter stands for; none for no choice."""
    if choice == USED:
        return AT_PLACE
    return frozenset({State(choice)}) if choice else frozenset()


def _named(names: Mapping[UUID, str], owner: UUID | None, otherwise: str) -> str:
    return names.get(owner, otherwise) if owner else otherwise


def _note(note: int | None) -> str:
    return gettext("bordereau n°\u202f%(number)s") % {"number": number(note)} if note else ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
