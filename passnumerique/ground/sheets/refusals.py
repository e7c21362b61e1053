"""Why a file cannot be read as a table. Each says where, and what to do about it."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class SheetRefusal(Refusal):
    """A file that is not a table we can read; nothing of it has been used."""

    sentence = N_("Ce fichier ne peut pas être lu. Enregistrez-le en CSV, XLSX ou ODS, puis recommencez.")


class UnreadableSheet(SheetRefusal):
    """Not a CSV, XLSX, XLS or ODS file, or a damaged or protected one."""

    sentence = N_(
        "Le fichier « {filename} » ne peut pas être lu. Ouvrez-le dans un tableur, retirez son mot de passe "
        "s’il en a un, enregistrez-le en CSV, XLSX ou ODS, puis recommencez."
    )


class EmptySheet(SheetRefusal):
    """No heading, or a heading and no line below it."""

    sentence = N_(
        "Le fichier « {filename} » ne contient aucune ligne sous ses titres de colonnes. "
        "Vérifiez que c’est le bon fichier."
    )


class SheetTooLarge(SheetRefusal):
    """More bytes, lines or columns than an import may have."""

    sentence = N_(
        "Le fichier « {filename} » est trop grand. Le maximum est de {megabytes} Mo, {rows} lignes et "
        "{columns} colonnes. Coupez-le en plusieurs fichiers."
    )


class DuplicateColumns(SheetRefusal):
    """Two columns bear the same heading, so that neither can be named."""

    sentence = N_("Plusieurs colonnes portent le titre « {column} ». Donnez un titre différent à chacune.")


class UnnamedColumn(SheetRefusal):
    """A column holds values under an empty heading."""

    sentence = N_("La colonne {column} contient des valeurs, mais n’a pas de titre. Donnez-lui un titre, ou videz-la.")


class RaggedLine(SheetRefusal):
    """A line has more cells than there are headings: the usual sign of a separator inside a text."""

    sentence = N_(
        "La ligne {line} a {cells} cellules pour {columns} colonnes. Mettez entre guillemets le texte qui "
        "contient le séparateur, ou enregistrez le fichier en XLSX."
    )


class MergedCells(SheetRefusal):
    """Cells are merged inside the table."""

    sentence = N_("Des cellules sont fusionnées à la ligne {line}. Annulez la fusion, puis recommencez.")


class UnknownSheet(SheetRefusal):
    """The workbook has no sheet of that name."""

    sentence = N_("Le classeur n’a pas de feuille « {sheet} ». Choisissez parmi celles-ci : {sheets}.")


class MissingColumns(SheetRefusal):
    """A mapping needs columns that the file does not have, or leaves a required field without one."""

    sentence = N_("Il manque des colonnes : {columns}. Ajoutez-les au fichier, ou choisissez d’autres colonnes.")
