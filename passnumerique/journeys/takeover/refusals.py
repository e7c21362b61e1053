"""Why a takeover is refused as a whole."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class FileOfTheFolderMissing(Refusal):
    sentence = N_("Il manque le fichier «\u202f{file}\u202f» (CSV, XLSX ou ODS). Ajoutez-le au dossier de reprise.")


class ProgrammeNotEmpty(Refusal):
    sentence = N_(
        "Ce dispositif a déjà des pass. Une reprise part d’un dispositif créé, avec son réseau et son plan de "
        "formation, et sans aucun lot."
    )


class AlreadyTakenOver(Refusal):
    sentence = N_(
        "Ce dispositif a déjà été repris, à partir d’un autre dossier. Une reprise ne se refait pas\u202f: "
        "corrigez par les actes de tous les jours."
    )


class StatementDayToCome(Refusal):
    sentence = N_("Le relevé est daté du {day}, qui n’est pas encore venu. Corrigez sa date.")
