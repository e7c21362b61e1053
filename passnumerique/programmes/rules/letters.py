"""What is written to the network when its opinion is asked. Pure; in French, as papers are."""

from datetime import date

from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.ground.dates import long_day


def opinion_asked(
    *, organisation: str, question: str, deadline: date, again: bool, page: str, authority: str, email: str
) -> Words:
    """To a place or a structure that has not answered: the question, until when, where. `again`: a reminder."""
    lead = "Nous attendons encore l’avis de" if again else "La collectivité demande l’avis de"
    text = (
        f"Bonjour,\n\n{lead} «\u202f{organisation}\u202f»\u202f:\n\n{question}\n\n"
        f"Répondez jusqu’au {long_day(deadline)} compris, en une minute\u202f: favorable, défavorable ou sans avis, "
        f"avec une remarque si vous voulez.\n\n{page}\n\n{authority}"
    )
    begin = "Rappel\u202f: v" if again else "V"
    subject = f"{begin}otre avis avant le {long_day(deadline)}"
    return Words(subject, text, sender=authority, answer_to=email)
