"""What is written to a place about its bank account. Pure; in French, as papers are.

The letter names neither the old account nor the new one: whoever reads it by mistake learns nothing.
"""

from datetime import date

from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.ground.dates import long_day


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
