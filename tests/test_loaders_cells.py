"""Files as people really export them, read as text cells: each trap that corrupts silently elsewhere."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import pytest
from loader_studies import cells_of, swap_member, whats, write

from hubanalysis.loaders.cells import header_key
from hubanalysis.loaders.declared_columns import read_source
from hubanalysis.study.model import Source


def test_nothing_is_typed_or_taken_for_missing(tmp_path):
    path = write(
        tmp_path / "a.csv", "id,n,place\n007,1E5,NA\n00E10,+39055,None\n12345678901234567890,1.500,\n"
    )
    cells, problems = cells_of(path)
    assert problems == []
    assert cells["id"].tolist() == ["007", "00E10", "12345678901234567890"]
    assert cells["n"].tolist() == ["1E5", "+39055", "1.500"]
    assert cells["place"].tolist() == ["NA", "None", ""]
    assert cells.index.tolist() == [2, 3, 4]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_told_by_the_header(tmp_path, separator):
    text = (
        separator.join(["nome", "età", "note"]) + "\n" + separator.join(["Anna", "31", "bene e male"]) + "\n"
    )
    cells, problems = cells_of(write(tmp_path / "a.csv", text))
    assert problems == []
    assert list(cells.columns) == ["nome", "età", "note"]


def test_commas_in_free_text_do_not_win_over_the_separator(tmp_path):
    text = "a;b\nuno, due, tre;x\nquattro, cinque;y\n"
    cells, _ = cells_of(write(tmp_path / "a.csv", text))
    assert cells["a"].tolist() == ["uno, due, tre", "quattro, cinque"]


def test_two_separators_that_fit_equally_well_are_not_guessed(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "a;b,c\n1;2,3\n"))
    assert cells is None
    assert "declare the `separator` in study.yaml" in problems[0].fix


def test_a_table_of_one_column_is_read(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "nome\nAnna\nBruno\n"))
    assert (cells["nome"].tolist(), problems) == (["Anna", "Bruno"], [])


def test_encodings(tmp_path):
    text = "città;perché\nè;ù\n"
    for name, data, declared in (
        ("bom", b"\xef\xbb\xbf" + text.encode(), None),
        ("utf16", text.encode("utf-16"), None),
        ("declared", text.encode("cp1252"), "cp1252"),
        ("plain", text.encode(), None),
    ):
        cells, problems = cells_of(write(tmp_path / f"{name}.csv", data), encoding=declared)
        assert list(cells.columns) == ["città", "perché"], name
        assert problems == [], name


def test_an_encoding_that_had_to_be_assumed_is_told(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "città;b\nè;1\n".encode("cp1252")))
    assert list(cells.columns) == ["città", "b"]
    assert [p.severity for p in problems] == ["warning"]


def test_a_wrongly_declared_encoding_is_an_error_not_mojibake(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "città;b\nè;1\n"), encoding="cp1252")
    assert cells is None
    assert problems[0].fix == "write `encoding: utf-8` in study.yaml"
    cells, problems = cells_of(
        write(tmp_path / "b.csv", "a;b\n1;2\nè;1\n".encode("cp1252")), encoding="utf-8"
    )
    assert cells is None
    assert problems[0].row == 3


def test_nul_is_refused_with_its_row(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "a,b\n1,2\n3,\x004\n"))
    assert cells is None
    assert problems[0].row == 3


def test_trailing_separators_do_not_shift_columns(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", "a;b\n1;2;\n3;4;\n"))
    assert (cells["a"].tolist(), cells["b"].tolist(), problems) == (["1", "3"], ["2", "4"], [])


def test_a_row_too_long_is_an_error_and_a_row_too_short_is_told(tmp_path):
    _, problems = cells_of(write(tmp_path / "a.csv", "a,b\n1,2,3\n4\n"))
    assert [(p.severity, p.row) for p in problems] == [("warning", 3), ("error", 2)]


def test_a_stray_quotation_mark_is_told_with_its_row(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", 'a;b\n1;x\n2;"y\n3;"z"\n4;w\n'))
    assert cells is None
    assert problems[0].row == 3


def test_swallowed_rows_are_found_even_where_the_quotes_pair_up(tmp_path):
    text = 'a;b;c;d;e\n1;x;"y;z;1\n2;q;r;s;t\n3;u;v";w;5\n'
    _, problems = cells_of(write(tmp_path / "a.csv", text), separator=";")
    assert "a stray quotation mark has swallowed the rows that follow" in whats(problems, "error")


def test_a_text_with_line_breaks_is_one_row(tmp_path):
    cells, problems = cells_of(write(tmp_path / "a.csv", 'a;b\n"uno\ndue";1\ntre;2\n'))
    assert cells["a"].tolist() == ["uno\ndue", "tre"]
    assert (cells.index.tolist(), problems) == ([2, 3], [])


def test_a_first_line_that_names_the_separator_is_skipped(tmp_path):
    cells, _ = cells_of(write(tmp_path / "a.csv", "sep=;\na;b\n1;2\n"))
    assert (list(cells.columns), cells.index.tolist()) == (["a", "b"], [2])


def test_header_row_and_empty_rows_keep_the_numbers_of_the_rows(tmp_path):
    cells, _ = cells_of(write(tmp_path / "a.csv", "Title,\n\na,b\n1,2\n,\n3,4\n"), header_row=3)
    assert cells.index.tolist() == [4, 6]


def test_equal_headers_are_both_kept(tmp_path):
    cells, _ = cells_of(write(tmp_path / "a.csv", "a,a\n1,2\n"))
    assert cells.iloc[0].to_dict() == {"a": "1", "a [2]": "2"}


def test_headers_are_compared_without_the_damage_programs_do():
    damaged = ["\ufeffstart", "X.U.FEFF.start", "ï»¿start", "Start *", " start\xa0"]
    assert {header_key(header) for header in damaged} == {"start"}
    assert header_key("Com’è   andata?") == header_key("com'è andata?")


def workbook(path, **cells):
    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in cells.items():
        sheet[place] = value
    return book, sheet


def test_a_spreadsheet_as_text(tmp_path):
    path = tmp_path / "a.xlsx"
    book, _ = workbook(
        path,
        A1="id", B1="n", C1="day", D1="moment", E1="yes", F1="gap",
        A2="007", B2=3, C2=datetime.date(2022, 3, 15), D2=datetime.datetime(2022, 3, 15, 9, 30), E2=True,
        A4=123456789012345, B4=2.5,
    )  # fmt: skip
    book.save(path)
    cells, problems = cells_of(path)
    assert problems == []
    assert cells.loc[2].tolist() == ["007", "3", "2022-03-15", "2022-03-15T09:30:00", "TRUE", ""]
    assert cells.loc[4].tolist() == ["123456789012345", "2.5", "", "", "", ""]
    decimal_comma, _ = cells_of(path, decimal=",")
    assert decimal_comma.at[4, "n"] == "2,5"


def test_dates_of_the_1904_calendar(tmp_path):
    path = tmp_path / "a.xlsx"
    book, _ = workbook(path, A1="day", A2=datetime.date(2022, 3, 15))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(path)
    cells, _ = cells_of(path)
    assert cells.at[2, "day"] == "2022-03-15"


def test_digits_that_a_spreadsheet_cannot_keep_are_told(tmp_path):
    path = tmp_path / "a.xlsx"
    book, _ = workbook(path, A1="id", A2=12345678901234567, A3="12345678901234567", A4=1.5e17)
    book.save(path)
    cells, problems = cells_of(path)
    assert cells["id"].tolist() == ["12345678901234570", "12345678901234567", "150000000000000000"]
    assert [(p.severity, p.row, p.column) for p in problems] == [("warning", 2, "id")]


def test_hidden_rows_are_read_and_told(tmp_path):
    path = tmp_path / "a.xlsx"
    book, sheet = workbook(path, A1="a", A2="1", A3="2")
    sheet.row_dimensions[3].hidden = True
    book.save(path)
    cells, problems = cells_of(path)
    assert cells["a"].tolist() == ["1", "2"]
    assert [(p.severity, p.row) for p in problems] == [("warning", 3)]


def test_a_formula_never_calculated_and_one_in_error_are_told_with_their_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    book, sheet = workbook(path, A1="a", B1="b", A2="=1+1", B2="#N/A")
    sheet["B2"].data_type = "e"
    book.save(path)
    cells, problems = cells_of(path)
    assert cells.empty
    assert [(p.severity, p.row, p.column) for p in problems] == [("error", 2, "a"), ("error", 2, "b")]


def test_the_sheet_is_chosen_by_name_and_a_wrong_name_told_with_the_right_ones(tmp_path):
    path = write(tmp_path / "a.xlsx", {"uno": [["a"], ["1"]], "due": [["a"], ["2"]]})
    assert cells_of(path, sheet="Due")[0]["a"].tolist() == ["2"]
    cells, problems = cells_of(path, sheet="tre")
    assert cells is None
    assert "uno, due" in problems[0].fix
    assert "the workbook has several sheets; the first one was read" in whats(cells_of(path)[1])


def test_a_hostile_width_costs_nothing_and_a_hostile_column_is_refused(tmp_path):
    path = write(tmp_path / "a.xlsx", {"s": [["a", "b"], ["1", "2"]]})
    swap_member(path, "xl/worksheets/sheet1.xml", lambda x: x.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert cells_of(path)[0].shape == (1, 2)
    swap_member(path, "xl/worksheets/sheet1.xml", lambda x: x.replace(b'r="B2"', b'r="XFD2"'))
    assert cells_of(path)[0] is None


def test_a_sheet_too_large_once_unpacked_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("hubanalysis.loaders.archives.LARGEST_SUM", 10_000)
    path = write(tmp_path / "a.xlsx", {"s": [["a"], *[[str(n)] for n in range(2000)]]})
    cells, problems = cells_of(path)
    assert cells is None
    assert len(problems) == 1


def test_entities_in_a_spreadsheet_are_refused(tmp_path):
    path = write(tmp_path / "a.xlsx", {"s": [["a"], ["1"]]})
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    swap_member(path, "xl/worksheets/sheet1.xml", lambda x: bomb + x[x.index(b"<worksheet") :])
    cells, problems = cells_of(path)
    assert cells is None
    assert "document type" in problems[0].what


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"a;b\n1;2\n"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 locked"),
        ("a.csv", b"PK\x03\x04rest"),
        ("a.xls", b"x"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path, name, content):
    cells, problems = cells_of(write(tmp_path / name, content))
    assert cells is None
    assert problems[0].fix


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="s"><table:table-row>
<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16382"/></table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="filter">
<table:table-cell office:value-type="float" office:value="3"><text:p>3,00</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2022-03-15"><text:p>15/03/22</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_spreadsheet(tmp_path):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", ODS)
    cells, problems = cells_of(path)
    assert cells.to_dict("list") == {"a": ["3", "3"], "b": ["2022-03-15", "2022-03-15"]}
    assert whats(problems) and cells.index.tolist() == [2, 3]


def test_columns_and_rows_are_chosen_as_declared(tmp_path):
    path = write(tmp_path / "a.csv", "Sigla;Tipo\nA;Talk\nB;other\nC;talk\n")
    problems = []
    source = Source(file="a.csv", columns={"activity": "sigla"}, where={"Tipo": ["talk"]})
    table = read_source(path, source, "a.csv", problems)
    assert (table["activity"].tolist(), table.index.tolist(), problems) == (["A", "C"], [2, 4], [])


def test_a_missing_column_is_told_with_the_nearest_one(tmp_path):
    path = write(tmp_path / "a.csv", "codice incontro;firma\nT01;x\n")
    problems = []
    read_source(path, Source(file="a.csv", columns={"activity": "codice_incontri"}), "a.csv", problems)
    assert problems[0].column == "codice_incontri"
    assert "'codice incontro'" in problems[0].fix
