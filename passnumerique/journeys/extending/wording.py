"""The text of the deliberation that extends a programme: French, drafted from data, its figures still linked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from passnumerique.council.rules import Text
from passnumerique.ground.dates import long_day
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper, Wave

_CITED = (DocumentKind.DECISION, DocumentKind.DELIBERATION, DocumentKind.CONVENTION, DocumentKind.MANDATE)
_CODE = (
    "Vu le code général des collectivités territoriales, notamment ses articles L1611-7, L2131-1 et D1611-18, dans "
    "leur rédaction en vigueur au {jour},"
)


@dataclass(frozen=True)
class Grounds:
    """What the text rests on: the programme's name, its papers, what the manager said of the reason, the dates before
    and after, the periods that follow, their first number, whether somebody was consulted, whether the forecast can say
    something, the titles of both amendments."""

    programme: str
    papers: Sequence[Paper]
    said: str
    before: Calendar
    after: Calendar
    waves: Sequence[Wave]
    first_period: int
    consulted: bool
    foreseen: bool
    amendments: Sequence[str]


def text_of(grounds: Grounds) -> Text:
    """Visas, exposé and articles. Figures stand between braces, to be written out as of the vote."""
    return Text(_visas(grounds.papers), "\n\n".join(_expose(grounds)), _articles(grounds))


def _visas(papers: Sequence[Paper]) -> tuple[str, ...]:
    cited = sorted((one for one in papers if one.kind in _CITED), key=lambda one: one.signed_on or date.max)
    return (_CODE, *(f"Vu {_called(one)}," for one in cited))


def _called(paper: Paper) -> str:
    signed = f" du {long_day(paper.signed_on)}" if paper.signed_on else ""
    match paper.kind:
        case DocumentKind.CONVENTION:
            told = f"la convention {paper.reference}{signed}"
        case DocumentKind.MANDATE:
            told = f"la convention de mandat {paper.reference}{signed}"
        case DocumentKind.DELIBERATION:
            return f"la délibération {paper.reference}{signed}"
        case _:
            return f"la décision {paper.reference}{signed}"
    return f"{told} conclue avec {paper.counterpart}" if paper.counterpart else told


def _expose(grounds: Grounds) -> list[str]:
    parts = [
        f"Le dispositif «\u202f{grounds.programme}\u202f» permet à des personnes éloignées du numérique de suivre "
        "gratuitement des ateliers de formation. Il s’appuie sur {structures} structures de diffusion, qui remettent "
        "les pass, et sur {lieux} lieux de médiation. Le plan compte {themes} thèmes, {modules} modules et {sessions} "
        "sessions.",
        "Il reste moins de {reste_moins_de} pass sur {recus} à utiliser jusqu’au {validite}. La clôture du programme "
        "est fixée au {cloture}. Au rythme de {rythme}, il faudrait {besoin} pour les utiliser tous.",
        _foreseen() if grounds.foreseen else "",
        grounds.said,
        _consulted() if grounds.consulted else "",
        "La prolongation porte sur des dates seulement. L’enveloppe reste de {autorise}\u202f: aucun euro n’est "
        "ajouté.",
        _planned(grounds),
        _amended(grounds),
    ]
    return [part.strip() for part in parts if part.strip()]


def _foreseen() -> str:
    return (
        "Sans prolongation, environ {prevision_sans} pass seraient utilisés en tout. Avec elle, ce serait environ "
        "{prevision_avec} (huit chances sur dix d’être entre {prevision_avec_bas} et {prevision_avec_haut}), soit "
        "{prevision_de_plus} de plus. {prevision_hypothese}"
    )


def _consulted() -> str:
    return (
        "Les lieux et les structures ont été consultés. {avis_des_lieux} à la "
        "poursuite du dispositif ({lieux_favorables} sur {lieux_consultes} consultés)\u202f; parmi les structures "
        "de diffusion, {structures_favorables} sur {structures_consultees}."
    )


def _planned(grounds: Grounds) -> str:
    told = [
        f"du {long_day(wave.starts_on)} au {long_day(wave.ends_on)}, période de formation n°\u202f{number}"
        for number, wave in enumerate(grounds.waves, start=grounds.first_period)
    ]
    told += [
        f"le {long_day(grounds.after.end_of_training)}, fin des formations",
        f"le {long_day(grounds.after.claims_until)}, fin des demandes de remboursement",
        f"le {long_day(grounds.after.closing)}, clôture du programme",
    ]
    return "Calendrier prévisionnel proposé\u202f: " + "\u202f; ".join(told) + "."


def _amended(grounds: Grounds) -> str:
    one, other = grounds.amendments
    return (
        "Deux avenants reprennent ces dates et sont joints au projet\u202f: "
        f"{_lower(one)} et {_lower(other)}. La prolongation ne prend effet qu’une fois la délibération exécutoire et "
        "les deux avenants en vigueur."
    )


def _articles(grounds: Grounds) -> tuple[str, ...]:
    after, (one, other) = grounds.after, grounds.amendments
    return (
        f"VALIDE la prolongation du dispositif «\u202f{grounds.programme}\u202f» {_until(grounds)}",
        f"FIXE la fin de la remise des pass au {long_day(after.distribution_until)}, la fin de leur validité au "
        f"{long_day(after.validity_until)}, la fin des formations au {long_day(after.end_of_training)}, la fin des "
        f"demandes de remboursement au {long_day(after.claims_until)} et la clôture du programme au "
        f"{long_day(after.closing)}",
        "MAINTIENT l’enveloppe du dispositif à hauteur de sa définition initiale, soit {autorise}",
        f"APPROUVE {_lower(one)} et {_lower(other)}",
        "AUTORISE la présidence à signer ces avenants et tous les documents relatifs à la poursuite du dispositif",
    )


def _until(grounds: Grounds) -> str:
    months = (grounds.after.end_of_training.year - grounds.before.end_of_training.year) * 12
    months += grounds.after.end_of_training.month - grounds.before.end_of_training.month
    span = {6: "pour une durée de six mois", 12: "pour une durée d’un an", 18: "pour une durée de dix-huit mois"}
    return span.get(months, f"jusqu’au {long_day(grounds.after.end_of_training)}")


def _lower(title: str) -> str:
    return f"l’{title[0].lower()}{title[1:]}"


def title_of(programme: str) -> str:
    """The matter as the agenda calls it."""
    return f"Prolongation du dispositif «\u202f{programme}\u202f»"


def wave_name(number: int) -> str:
    """« 3e période de formation »."""
    return f"{number}{'re' if number == 1 else 'e'} période de formation"
