"""Tables in and out of files: every encoding and separator that a partner may send, and every refusal."""

import contextlib
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.sheets import (
    MAX_BYTES,
    MAX_COLUMNS,
    DuplicateColumns,
    EmptySheet,
    Line,
    Mapping,
    MergedCells,
    MissingColumns,
    RaggedLine,
    SheetRefusal,
    SheetTooLarge,
    UnknownSheet,
    UnnamedColumn,
    UnreadableSheet,
    guarded,
    read_sheet,
    starts_like_formula,
    suggest_mapping,
    write_csv,
    write_xlsx,
)

AT, DAY = datetime(2022, 12, 13, 9, tzinfo=UTC), date(2022, 12, 13)
FRENCH = (
    "Structure;Commune;Observations\r\n"
    "Médiathèque d'Étain;Étain;Ouvert à tous, été comme hiver\r\n"
    "Foyer rural;Damvillers;Fermé à Noël\r\n"
)


def workbook(fill):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850", "utf-16", "utf-16-le"])
def test_a_csv_is_read_in_every_encoding_that_french_spreadsheets_write(encoding):
    sheet = read_sheet(FRENCH.encode(encoding), "structures.csv")
    assert sheet.columns == ("Structure", "Commune", "Observations")
    assert sheet.rows[0] == Line(
        2,
        {
            "Structure": "Médiathèque d'Étain",
            "Commune": "Étain",
            "Observations": "Ouvert à tous, été comme hiver",
        },
    )
    assert sheet.delimiter == ";"


def test_a_short_windows_file_is_read_too():
    assert read_sheet("nom;ville\r\nÉcole;Étain\r\n".encode("cp1252"), "a.csv").rows[0].cells["nom"] == "École"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_even_when_texts_hold_the_others(delimiter):
    lines = ["nom{d}note", '"a; b, c | d"{d}"2,5"', 'x{d}"y; z"']
    sheet = read_sheet("\n".join(lines).format(d=delimiter).encode(), "a.csv")
    assert sheet.delimiter == delimiter
    assert sheet.rows[0].cells == {"nom": "a; b, c | d", "note": "2,5"}


def test_excel_may_announce_its_delimiter_and_line_numbers_stay_those_of_the_file():
    sheet = read_sheet(b"sep=,\r\na,b\r\n1,2;3\r\n", "a.csv")
    assert sheet.rows == [Line(3, {"a": "1", "b": "2;3"})]


def test_a_text_may_run_over_lines_and_the_next_number_follows():
    sheet = read_sheet(b'a;b\n"un\ndeux";2\n\n3;4\n', "a.csv")
    assert [(line.number, line.cells["a"]) for line in sheet.rows] == [(2, "un\ndeux"), (5, "3")]


def test_one_column_alone_is_a_table():
    assert [line.cells for line in read_sheet(b"code\nA1\nA2\n", "a.csv").rows] == [
        {"code": "A1"},
        {"code": "A2"},
    ]


def test_a_workbook_gives_values_as_people_typed_them_and_formulas_as_their_results():
    def fill(book):
        page = book.add_worksheet("Lieux")
        page.write_row(0, 0, ["siret", "somme", "jour", "ouvert", "note"])
        page.write(1, 0, 20004918700014)
        page.write_formula(1, 1, "=1+1", None, 2)
        page.write_datetime(1, 2, DAY, book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_boolean(1, 3, True)
        page.write_number(1, 4, 49.5)
        page.write_string(3, 4, "après une ligne vide")

    sheet = read_sheet(workbook(fill), "lieux.csv")
    assert sheet.rows[0].cells == {
        "siret": "20004918700014",
        "somme": "2",
        "jour": "2022-12-13",
        "ouvert": "oui",
        "note": "49.5",
    }
    assert sheet.rows[1].number == 4


ODS = "urn:oasis:names:tc:opendocument:xmlns"


def opendocument(cells):
    lines = "".join(
        f'<t:table-row><t:table-cell o:value-type="string"><x:p>{cell}</x:p></t:table-cell></t:table-row>'
        for cell in cells
    )
    names = f'xmlns:o="{ODS}:office:1.0" xmlns:t="{ODS}:table:1.0" xmlns:x="{ODS}:text:1.0"'
    body = f'<o:body><o:spreadsheet><t:table t:name="F">{lines}</t:table></o:spreadsheet></o:body>'
    content = f"<o:document-content {names}>{body}</o:document-content>"
    for short, long in {"o": "office", "t": "table", "x": "text"}.items():
        content = content.replace(f"<{short}:", f"<{long}:").replace(f"</{short}:", f"</{long}:")
        content = content.replace(f" {short}:", f" {long}:").replace(f"xmlns:{short}=", f"xmlns:{long}=")
    listed = '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{ODS}:manifest:1.0">{listed}</m:manifest>')
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_an_opendocument_sheet_is_read():
    assert read_sheet(opendocument(["nom", "Étain"]), "a.ods").rows == [Line(2, {"nom": "Étain"})]


def test_another_sheet_of_the_workbook_can_be_named():
    def fill(book):
        book.add_worksheet("Un").write_column(0, 0, ["a", "1"])
        book.add_worksheet("Deux").write_column(0, 0, ["b", "2"])

    content = workbook(fill)
    assert read_sheet(content, "a.xlsx", "Deux").rows[0].cells == {"b": "2"}
    assert read_sheet(content, "a.xlsx").sheet_names == ("Un", "Deux")
    with pytest.raises(UnknownSheet) as refused:
        read_sheet(content, "a.xlsx", "Trois")
    assert refused.value.params["sheets"] == "Un, Deux"


def test_ten_thousand_lines_are_read():
    content = "nom;n\n" + "".join(f"Étain {n};{n}\n" for n in range(10_000))
    sheet = read_sheet(content.encode("cp1252"), "a.csv")
    assert len(sheet.rows) == 10_000
    assert sheet.rows[-1] == Line(10_001, {"nom": "Étain 9999", "n": "9999"})


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptySheet),
        (b"\r\n \r\n", EmptySheet),
        (b"nom;ville\r\n", EmptySheet),
        (b"\xef\xbb\xbfnom;ville\r\n;\r\n", EmptySheet),
        (b"nom;ville;NOM\na;b;c\n", DuplicateColumns),
        (b"nom;;ville\na;b;c\n", UnnamedColumn),
        (b"nom;ville\na;b;c\n", RaggedLine),
        (b"PK\x03\x04 not an archive", UnreadableSheet),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a workbook", UnreadableSheet),
        (b"\x7fELF\x00\x01\x00\xff\xfe\x00;\n\x00a", UnreadableSheet),
        (b"a" * (MAX_BYTES + 1), SheetTooLarge),
        (";".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode() + b"\n1\n", SheetTooLarge),
    ],
)
def test_what_is_no_usable_table_is_refused_by_name(content, refusal):
    with pytest.raises(refusal) as refused:
        read_sheet(content, "fichier.csv")
    assert "{" not in str(refused.value)


def test_an_empty_column_without_heading_is_no_trouble():
    assert read_sheet(b"a;;b;;\n1;;2;;\n", "a.csv").rows[0].cells == {"a": "1", "b": "2"}


def test_cells_merged_in_the_table_are_refused_with_their_line():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.merge_range(2, 0, 3, 0, "deux lignes")

    with pytest.raises(MergedCells) as refused:
        read_sheet(workbook(fill), "a.xlsx")
    assert refused.value.params == {"line": 3}


def test_an_archive_that_would_unfold_to_gigabytes_is_never_unfolded():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (201 * 1024 * 1024))
    with pytest.raises(SheetTooLarge):
        read_sheet(out.getvalue(), "bombe.xlsx")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "-A1"])
def test_a_text_that_a_spreadsheet_would_run_is_known_and_guarded(text):
    assert starts_like_formula(text)
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+33 3 29 87 90 90", "-12,5", "+33329879090", "a=b", "", "3-4", "- 1 234,50"])
def test_numbers_telephones_and_plain_texts_are_left_alone(text):
    assert guarded(text) == text


def test_the_csv_opens_in_a_french_excel():
    content = write_csv(
        ["Nom", "Montant", "Jour", "Instant", "Ouvert"],
        [
            [
                "=HYPERLINK(1)",
                Decimal("10.50"),
                DAY,
                AT,
                True,
            ],
            [None, 1.5, None, None, False],
        ],
    )
    assert content.decode("utf-8-sig").split("\r\n")[:3] == [
        "Nom;Montant;Jour;Instant;Ouvert",
        "'=HYPERLINK(1);10,50;2022-12-13;2022-12-13 10:00;oui",
        ";1,5;;;non",
    ]
    assert content.startswith(b"\xef\xbb\xbf")


def test_open_data_is_written_with_commas_and_points():
    assert write_csv(["lat", "nom"], [[49.16, "a,b"]], delimiter=",", bom=False) == b'lat,nom\r\n49.16,"a,b"\r\n'


def test_the_workbook_keeps_texts_as_texts_and_is_always_the_same():
    rows = [
        [
            "=1+1",
            3,
            DAY,
            AT,
            None,
            "https://exemple.fr",
            True,
        ]
    ]
    columns = ["formule", "nombre", "jour", "instant", "rien", "lien", "oui"]
    content = write_xlsx(columns, rows, title="Passes [2022]")
    assert content == write_xlsx(columns, rows, title="Passes [2022]")
    assert read_sheet(content, "a.xlsx").rows[0].cells == {
        "formule": "=1+1",
        "nombre": "3",
        "jour": "2022-12-13",
        "instant": "2022-12-13 10:00:00",
        "rien": "",
        "lien": "https://exemple.fr",
        "oui": "oui",
    }


FIELDS = {
    "name": ("nom", "raison sociale"),
    "postcode": ("code postal", "cp"),
    "commune": ("ville", "commune"),
}


def test_headings_suggest_a_mapping_whatever_their_accents_case_or_punctuation():
    columns = ["RAISON_SOCIALE", "Code-Postal", "Nom de la commune", "Autre"]
    assert suggest_mapping(columns, FIELDS).columns == {
        "name": "RAISON_SOCIALE",
        "postcode": "Code-Postal",
        "commune": "Nom de la commune",
    }


def test_no_column_is_given_to_two_fields():
    assert suggest_mapping(["Nom"], {"one": ("nom",), "two": ("nom",)}).columns == {"one": "Nom"}


def test_a_mapping_reads_a_line_and_refuses_a_file_without_its_columns():
    sheet = read_sheet(b"Nom;CP\nFoyer;55100\n", "a.csv")
    mapping = Mapping({"name": "Nom", "postcode": "CP"})
    mapping.check(sheet, required=["name"])
    assert mapping.read(sheet.rows[0]) == {"name": "Foyer", "postcode": "55100"}
    with pytest.raises(MissingColumns) as refused:
        Mapping({"name": "Libellé"}).check(sheet, required=["postcode"])
    assert refused.value.params == {"columns": "Libellé, postcode"}


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_is_written_is_read_back(rows):
    content = write_csv(["un", "deux"], rows)
    read = [list(line.cells.values()) for line in read_sheet(content, "a.csv").rows]
    assert read == [[guarded(cell) for cell in row] for row in rows]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_named_refusal(content):
    with contextlib.suppress(SheetRefusal):
        assert read_sheet(content, "n’importe quoi").rows
