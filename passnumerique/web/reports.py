"""What an import would do, as its last step shows it."""

from django.utils.translation import gettext as _

from passnumerique.ground.sheets import Report
from passnumerique.web.tables import Column, Table

SHOWN = 200


def bad_columns() -> list[Column]:
    """The columns of the list of bad cells, on the page and in its file."""
    return [
        Column("line", _("Ligne")),
        Column("column", _("Colonne")),
        Column("value", _("Contenu")),
        Column("say", _("Ce qu’il faut corriger")),
    ]


def bad_table(report: Report) -> Table:
    """The first bad cells of an import; all of them are in the file."""
    return Table(_("Cellules à corriger"), bad_columns(), report.bad[:SHOWN], count=len(report.bad))
