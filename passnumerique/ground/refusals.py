"""Refusals: what the house says no to, by name, with a sentence that says what to do next."""

import re
from typing import ClassVar

from passnumerique.ground.words import N_, say


class Refusal(Exception):  # noqa: N818 — a refusal is an answer, not an error of the program
    """An act that was not done, and why. Nothing has been written when one is raised.

    A subclass names one reason: its `sentence` is French, marked for translation, and may hold
    {fields} filled from the keyword arguments given when it is raised.
    """

    sentence: ClassVar[str] = N_("Cette action n’a pas pu être faite. Rechargez la page et recommencez.")

    def __init__(self, **params: object) -> None:
        super().__init__(self.name)
        self.params = params

    @property
    def name(self) -> str:
        """The stable name that the API, the journal and the tests use, such as `already_redeemed`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    def say(self) -> str:
        """The sentence for the reader, in the language in force."""
        return say(self.sentence, self.params)

    def __str__(self) -> str:
        return self.sentence.format(**self.params) if self.params else self.sentence


class NotAllowed(Refusal):
    """The actor's role or organisation may not do this."""

    sentence = N_("Votre rôle ne permet pas cette action. Demandez à la personne qui gère le dispositif.")


class NotFound(Refusal):
    """No such row within what the actor may see: the same answer whether it exists elsewhere or not."""

    sentence = N_("Cet élément est introuvable. Vérifiez la référence ou revenez à la liste.")


def every_refusal() -> list[type[Refusal]]:
    """Each refusal of the house that has been imported, by name: the glossary of what can be refused."""
    found: list[type[Refusal]] = [Refusal]
    for kind in found:
        found.extend(kind.__subclasses__())
    return sorted(set(found), key=lambda kind: kind.__name__)
