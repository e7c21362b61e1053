"""What is written to a place about its bank account, and to structures before the end of validity. Pure; in
French, as papers are.

The letter names neither the old account nor the new one: whoever reads it by mistake learns nothing.
"""

from datetime import date

from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import grouped
from passnumerique.programmes.rules import Calendar
from passnumerique.settlement.rules.closing import ClosingTask, FourCounts


def account_changes(
    *, place: str, programme: str, authority: str, email: str, phone: str, proposed_on: date, delay_days: int
) -> Words:
    """To a place, at the address known before: somebody asked that it be paid to another account."""
    reach = " ou ".join(one for one in (phone, email) if one) or "la collectivité"
    text = (
        f"Bonjour,\n\nLe {long_day(proposed_on)}, un nouveau compte bancaire a été proposé pour payer "
        f"«\u202f{place}\u202f» au titre de «\u202f{programme}\u202f».\n\n"
        "Vous n’avez rien à faire si la demande vient de vous. Elle sera vérifiée par une autre personne, "
        f"puis attendra {delay_days} jours avant de servir.\n\n"
        "Si vous n’avez rien demandé, dites-le tout de suite\u202f: "
        f"{reach}.\n\n{authority}"
    )
    return Words("Votre compte bancaire va changer", text, sender=authority, answer_to=email)


_ASKED = {
    ClosingTask.WARN: "Préparez la fin\u202f: remettez les pass qui peuvent encore servir, rendez les autres.",
    ClosingTask.STOP: "Ne remettez plus de pass. Rendez ceux qui restent à la collectivité.",
    ClosingTask.ACKNOWLEDGE: (
        "Ouvrez la page ci-dessous et confirmez\u202f: un pass remis à partir de maintenant reste à la charge "
        "de votre structure."
    ),
}


def closing_warning(
    task: ClosingTask,
    *,
    structure: str,
    programme: str,
    authority: str,
    email: str,
    in_stock: int,
    counts: FourCounts,
    calendar: Calendar,
    page: str,
) -> Words:
    """To a structure, before the end of validity: what it has left, what is asked of it, the four counts."""
    end = long_day(calendar.validity_until)
    text = (
        f"Bonjour,\n\nLes pass de «\u202f{programme}\u202f» ne seront plus valables après le {end}.\n\n"
        f"{_ASKED[task]}\n\nPass en stock chez «\u202f{structure}\u202f»\u202f: {grouped(in_stock)}.\n\n"
        f"Au {long_day(counts.day)}, pour tout le dispositif\u202f: {grouped(counts.issued)} pass émis, "
        f"{grouped(counts.handed_out)} remis, {grouped(counts.not_handed_out)} émis et jamais remis, "
        f"{grouped(counts.started_booklets)} carnets entamés.\n\n{page}\n\n{authority}"
    )
    return Words(f"Fin de validité des pass le {end}", text, sender=authority, answer_to=email)
