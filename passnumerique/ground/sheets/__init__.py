"""Sheets: tables in and out of files. Nothing here knows what the columns mean."""

from passnumerique.ground.sheets.cells import FORMULA, BadCell, as_text, guarded, starts_like_formula
from passnumerique.ground.sheets.mapping import Mapping, normalised, suggest_mapping
from passnumerique.ground.sheets.reading import read_sheet
from passnumerique.ground.sheets.refusals import (
    DuplicateColumns,
    EmptySheet,
    MergedCells,
    MissingColumns,
    RaggedLine,
    SheetRefusal,
    SheetTooLarge,
    UnknownSheet,
    UnnamedColumn,
    UnreadableSheet,
)
from passnumerique.ground.sheets.reports import Report
from passnumerique.ground.sheets.tables import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Line, Sheet
from passnumerique.ground.sheets.writing import Cell, Leaf, write_csv, write_workbook, write_xlsx

__all__ = [
    "FORMULA",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "BadCell",
    "Cell",
    "DuplicateColumns",
    "EmptySheet",
    "Leaf",
    "Line",
    "Mapping",
    "MergedCells",
    "MissingColumns",
    "RaggedLine",
    "Report",
    "Sheet",
    "SheetRefusal",
    "SheetTooLarge",
    "UnknownSheet",
    "UnnamedColumn",
    "UnreadableSheet",
    "as_text",
    "guarded",
    "normalised",
    "read_sheet",
    "starts_like_formula",
    "suggest_mapping",
    "write_csv",
    "write_workbook",
    "write_xlsx",
]
