"""An act from its draft to its vote: the figures of its texts stay linked to the programme, and are frozen
by the vote."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnumerique.council.operations import Cast, Secret, vote_item
from passnumerique.council.queries import access_deliberation, ballot_of, draft_of
from passnumerique.council.rules import Ballot, Draft, Mode, Text, enforceable_on
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor, AuthorityKind
from passnumerique.documents.acts import CouncilAct, council_act
from passnumerique.documents.papers import Brand
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.insight.figures import FIGURE_WORDS, figures_on
from passnumerique.insight.forecast.extension import EXTENSION_WORDS
from passnumerique.journeys.extending import effects_to_freeze, extension_figures
from passnumerique.programmes.operations import freeze_extension
from passnumerique.programmes.queries import access_programme

_FIGURE = re.compile(r"\{\s*(\w+)\s*\}")


class FigureUnknown(Refusal):
    sentence = N_(
        "Le texte demande un chiffre qui n’existe pas\u202f: {{{name}}}. Écrivez l’un de ceux-ci\u202f: {known}."
    )


class FiguresWithoutProgramme(Refusal):
    sentence = N_("Le texte demande le chiffre {{{name}}}. Indiquez de quel dispositif, ou écrivez le nombre.")


class ActWithoutText(Refusal):
    sentence = N_(
        "Le texte de l’acte {number} n’est pas ici\u202f: il vient de la liste des actes de la collectivité. "
        "Ouvrez l’acte signé."
    )


def written_out(draft: Draft, by: Actor, at: datetime) -> Text:
    """A text with its figures written out, as of its day, or of that of `at` when it has none.

    Refuses a figure that does not exist, one without a programme, and a programme out of the actor's reach.
    """
    figures, text = _figures(draft, by, at), draft.text

    def fill(words: str) -> str:
        return _FIGURE.sub(lambda found: _told(found[1], figures), words)

    return Text(tuple(map(fill, text.visas)), fill(text.expose), tuple(map(fill, text.articles)))


def _figures(draft: Draft, by: Actor, at: datetime) -> Mapping[str, str]:
    if draft.programme is None:
        return {}
    access_programme(by, draft.programme)
    day, text = draft.figures_on or day_of(at), draft.text
    found = figures_on(draft.programme, day)
    if EXTENSION_WORDS.keys() & set(figures_in([*text.visas, text.expose, *text.articles])):
        found |= extension_figures(by, draft.programme, day)
    return found


def _told(name: str, figures: Mapping[str, str]) -> str:
    if name not in FIGURE_WORDS and name not in EXTENSION_WORDS:
        raise FigureUnknown(name=name, known=", ".join(f"{{{one}}}" for one in FIGURE_WORDS))
    if name not in figures:
        raise FiguresWithoutProgramme(name=name)
    return figures[name]


def figures_in(texts: Sequence[str]) -> list[str]:
    """The figures that these texts ask for, in order, each once."""
    return list(dict.fromkeys(name for text in texts for name in _FIGURE.findall(text)))


def vote(*, item_id: UUID, ballot: Cast | Secret, by: Actor, at: datetime, chair: UUID | None = None) -> UUID:
    """Vote an item with its figures as they stand, and return the deliberation's id.

    Adopted, what an extension that waits for it was shown to change is frozen too. Refuses what `written_out` and
    the council's `vote_item` refuse.
    """
    draft = draft_of(by, item_id)
    text = written_out(draft, by, at)
    effects = effects_to_freeze(by, item_id, draft.programme, at)
    with transaction.atomic():
        voted = vote_item(item_id=item_id, ballot=ballot, text=text, by=by, at=at, chair=chair)
        if draft.programme and effects is not None and ballot_of(access_deliberation(by, voted)).adopted:
            freeze_extension(programme_id=draft.programme, item_id=item_id, figures=effects.as_json(), by=by, at=at)
    return voted


_ASSEMBLIES = {
    AuthorityKind.PETR: "le Conseil syndical",
    AuthorityKind.SYNDICATE: "le Comité syndical",
    AuthorityKind.EPCI: "le Conseil communautaire",
    AuthorityKind.COMMUNE: "le Conseil municipal",
    AuthorityKind.DEPARTMENT: "le Conseil départemental",
    AuthorityKind.REGION: "le Conseil régional",
    AuthorityKind.OTHER: "le Conseil",
}
_HOW = {
    Mode.IN_PERSON: "en un même lieu",
    Mode.VIDEO: "en visioconférence",
    Mode.MIXED: "en plusieurs lieux, par visioconférence",
}


def assembly_of(kind: AuthorityKind) -> str:
    """What the council of such an authority is called, with its article."""
    return _ASSEMBLIES[kind]


def how_of(mode: Mode) -> str:
    """How the members met, as an act says it."""
    return _HOW[mode]


def act_on_paper(actor: Actor, deliberation_id: UUID, programme: str = "") -> bytes:
    """The PDF of one deliberation of the actor's authority, voted here or recorded from its paper. Refuses one that
    was imported from a list of acts, which holds no text."""
    row = access_deliberation(actor, deliberation_id)
    if row.imported:
        raise ActWithoutText(number=row.number)
    return council_act(_facts_of(row, actor, programme))


def _facts_of(row: Any, actor: Actor, programme: str) -> CouncilAct:
    authority = access_authorities(actor).get(id=row.authority_id)
    ballot, assembly = ballot_of(row), _ASSEMBLIES[AuthorityKind(authority.kind)]
    told: Mapping[str, Any] = row.text or {}
    mode = Mode(told["mode"]) if told else Mode.IN_PERSON
    return CouncilAct(
        brand=Brand(programme, authority.name, authority.colour, bytes(authority.logo) or None),
        assembly=assembly,
        number=row.number,
        matter=row.matter,
        subject=row.subject,
        sat_on=row.sat_on,
        starts_at=datetime.fromisoformat(told["starts_at"]) if told else None,
        convened_on=row.convened_on,
        how=" ".join(part for part in (_HOW[mode] if told else "", told.get("place", "")) if part),
        chaired_by=row.chaired_by,
        secretary=row.secretary,
        took_part=tuple(told.get("took_part", ())),
        members_in_office=row.members_in_office,
        quorum=told.get("quorum", ballot.quorum),
        voters=row.voters,
        substitutes=row.substitutes,
        votes_for=row.votes_for,
        votes_against=row.votes_against,
        abstentions=row.abstentions,
        adopted=ballot.adopted,
        decided_by=_decided(assembly, ballot),
        visas=tuple(told.get("visas", ())),
        expose=told.get("expose", ""),
        articles=tuple(row.decisions),
        powers=tuple((giver, holder) for giver, holder in told.get("powers", ())),
        withdrew=tuple(told.get("withdrew", ())),
        reconvened=told.get("reconvened", False),
        transmitted_on=row.transmitted_on,
        published_on=row.published_on,
        binds_from=enforceable_on(row.transmitted_on, row.published_on),
    )


def _decided(assembly: str, ballot: Ballot) -> str:
    """The sentence before the articles, or in their place."""
    if not ballot.adopted:
        return f"Après en avoir délibéré, {assembly} rejette cette proposition."
    how = "à l’unanimité" if ballot.unanimous else "à la majorité absolue des suffrages exprimés"
    return f"Après en avoir délibéré {how}, {assembly}\u202f:"
