"""Every known way in which the reading of files corrupts silently, and the test that keeps it shut.

Under each trap stand the tests that hold it; the last test of this room sees that they exist.

Types guessed
    007 becomes 7, 00E10 0, 1E5 100000, +39 a number:
        test_nothing_is_typed_or_taken_for_missing
    NA (Napoli), None, nan, NULL go missing:
        test_words_for_missing_are_words
    ids with a gap turn float and lose digits past 2^53:
        test_long_ids_with_a_gap_keep_every_digit
    joins of whole and broken numbers match different ids:
        test_ids_that_are_one_float_are_two_people
    empty keys join each other:
        test_two_people_without_a_code_stay_two
    1.500 becomes 1.5, 3.4 with a decimal comma 34:
        test_a_number_is_digits_and_the_declared_mark
    3.7 coerced to 3:
        test_whole_numbers
    03/04/2022 becomes 4 March:
        test_days_are_read_in_the_declared_order_only
    both orders of day and month mixed in a column:
        test_the_order_never_changes_within_a_column
    tables of counts drop empty answers:
        test_what_can_have_become_of_an_answer
        test_the_share_of_gaps_is_the_ratio_over_respondents
    codes that SPSS or Stata declares as missing are counted as numbers:
        test_spss_codes_days_and_missing_values
        test_stata_codes_days_and_missing_values
    all of the above at once, from file to answers:
        test_a_file_of_traps_is_read_or_refused_cell_by_cell

Cells cut wrongly
    a trailing separator shifts every column:
        test_trailing_separators_do_not_shift_columns
    a stray quotation mark swallows rows:
        test_a_stray_quotation_mark_is_told_with_its_row
        test_swallowed_rows_are_found_even_where_the_quotes_pair_up
    free text is split on a letter:
        test_free_text_is_not_split_on_a_letter
    NUL is kept:
        test_nul_is_refused_with_its_row

Text decoded wrongly
    byte order marks, UTF-8, declared cp1252:
        test_encodings
    an encoding guessed:
        test_an_encoding_that_had_to_be_assumed_is_told
        test_a_wrongly_declared_encoding_is_an_error_not_mojibake
    a byte order mark loses against a wrong declaration:
        test_a_byte_order_mark_wins_over_the_declared_encoding

Spreadsheets
    ids over 2^53 rounded:
        test_digits_that_a_spreadsheet_cannot_keep_are_told
        test_digits_that_a_number_cannot_keep_are_told
    hidden rows read:
        test_hidden_rows_are_read_and_told
    formulas never calculated are empty:
        test_a_formula_never_calculated_and_one_in_error_are_told_with_their_cell
    1-5 turned into a date:
        test_an_answer_that_a_spreadsheet_made_a_date_is_told_as_such
    dates count from 1904:
        test_dates_of_the_1904_calendar

Hostile files
    a small file that fills the memory:
        test_a_sheet_too_large_once_unpacked_is_refused_before_it_is_read
        test_a_hostile_width_costs_nothing_and_a_hostile_column_is_refused
        test_a_repeated_row_does_not_fill_the_memory
        test_a_table_too_large_is_refused_before_it_is_read
    a damaged file that ends the whole process:
        test_a_file_that_ends_the_reading_process_is_refused_and_nothing_else_ends
    sizes in the zip directory that lie:
        test_a_size_that_lies_is_found_while_unpacking
    paths that lead outside, links, members twice in a zip:
        test_a_spreadsheet_with_unsafe_members_is_refused
        test_an_unsafe_or_damaged_project_is_refused_with_its_name
        test_a_link_in_a_project_is_refused
    entities in XML:
        test_entities_in_a_spreadsheet_are_refused
        test_no_file_is_read_through_an_entity
        test_a_hostile_docx_is_refused
    tables and insertions left out of a document:
        test_a_docx_is_read_with_tables_and_insertions_and_without_deletions

Messages
    a personal code in a message:
        test_no_message_shows_a_personal_code
        test_a_free_text_in_a_closed_question_is_not_shown
    no reader of other packages guesses types behind our back:
        test_no_loader_lets_another_package_guess_types
"""

from __future__ import annotations

import ast
import datetime
import re
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from loader_studies import cells_of, make_study, swap_member, write

from hubanalysis.loaders import archives
from hubanalysis.loaders.questionnaires import load_questionnaires

TESTS = Path(__file__).parent
LOADERS = TESTS.parent / "hubanalysis" / "loaders"
BLOCK = """
instruments:
  - id: people
    about: people
    code: [id]
    invalid: set_aside
    missing: {"99": not_answered}
    questions:
      - {id: place, label: P, type: text}
      - {id: hours, label: H, type: integer}
      - {id: money, label: M, type: decimal}
      - {id: day, label: D, type: date}
      - {id: age, label: A, type: select_one, choices: {"1-5": Little, "6-9": Big}}
    exports: [{file: FILE, wave: before, decimal: ",", dates: day_first}]
"""


def answers_of(folder, content, file="a.csv"):
    """item -> [(value, status)], the persons, and the problems of one questionnaire of traps."""
    problems = []
    study = make_study(folder, BLOCK.replace("FILE", file), {file: content} if content else None)
    tables = load_questionnaires(study, problems, [])
    found = {
        item: list(zip(rows["value"], rows["status"], strict=True))
        for item, rows in tables.answers.groupby("item")
    }
    return found, tables.respondents["id"].tolist(), problems


def test_words_for_missing_are_words(tmp_path):
    words = ["NA", "N/A", "n/a", "nan", "NaN", "None", "NULL", "null", "<NA>", "#N/A", "-", "."]
    path = write(tmp_path / "a.csv", "place;n\n" + "".join(f"{word};1\n" for word in words))
    assert cells_of(path)[0]["place"].tolist() == words
    book = write(tmp_path / "a.xlsx", {"s": [["place"], *[[word] for word in words if word != "#N/A"]]})
    assert cells_of(book)[0]["place"].tolist() == [word for word in words if word != "#N/A"]


def test_long_ids_with_a_gap_keep_every_digit(tmp_path):
    ids = ["9007199254740993", "", "9007199254740992", "12345678901234567890"]
    path = write(tmp_path / "a.csv", "n,id\n" + "".join(f"{n},{text}\n" for n, text in enumerate(ids)))
    assert cells_of(path)[0]["id"].tolist() == ids


def test_ids_that_are_one_float_are_two_people(tmp_path):
    assert float("9007199254740993") == float("9007199254740992")
    ids = ["9007199254740993", "9007199254740992", "7", "007", "7.0"]
    rows = [f"{text};x;;;;" for text in ids]
    assert answers_of(tmp_path, "\n".join(["id;place;hours;money;day;age", *rows]))[1] == ids


def test_a_file_of_traps_is_read_or_refused_cell_by_cell(tmp_path):
    rows = [
        "1;NA;007;1,5;03/04/2022;1-5",
        "2;None;1E5;1.500;2022-04-03;6-9",
        "3;;3,7;3.4;04/25/2022;1-5",
        "4;x;99;+39;31/04/2022;",
    ]
    found, _, problems = answers_of(tmp_path, "\n".join(["id;place;hours;money;day;age", *rows]))
    empty, bad = ("", "not_answered"), ("", "invalid")
    assert found == {
        "place": [("NA", "answered"), ("None", "answered"), empty, ("x", "answered")],
        "hours": [("7", "answered"), bad, bad, empty],
        "money": [("1.5", "answered"), bad, bad, ("39", "answered")],
        "day": [("2022-04-03", "answered"), ("2022-04-03", "answered"), bad, bad],
        "age": [("1-5", "answered"), ("6-9", "answered"), ("1-5", "answered"), empty],
    }
    assert {(p.column, p.row, p.count) for p in problems} == {("hours", 3, 2), ("money", 3, 2), ("day", 4, 2)}


@pytest.mark.parametrize("header", ["racconti", "racconti e note"])
def test_free_text_is_not_split_on_a_letter(tmp_path, header):
    lines = ["eravamo tre e ne restano due", "entrare era bello", "sere e sere"]
    cells, problems = cells_of(write(tmp_path / "a.csv", "\n".join([header, *lines])))
    assert (cells[header].tolist(), problems) == (lines, [])


def test_a_byte_order_mark_wins_over_the_declared_encoding(tmp_path):
    data = b"\xef\xbb\xbf" + "città;b\nè;1\n".encode()
    cells, problems = cells_of(write(tmp_path / "a.csv", data), encoding="cp1252")
    assert (list(cells.columns), cells["città"].tolist(), problems) == (["città", "b"], ["è"], [])


def test_an_answer_that_a_spreadsheet_made_a_date_is_told_as_such(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "place", "hours", "money", "day", "age"])
    book.active.append(["1", "x", 3, 2.5, datetime.date(2022, 4, 3), datetime.date(2022, 5, 1)])
    book.save(tmp_path / "a.xlsx")
    found, _, problems = answers_of(tmp_path, None, "a.xlsx")
    assert found["age"] == [("", "invalid")]
    assert found["money"] == [("2.5", "answered")] and found["day"] == [("2022-04-03", "answered")]
    assert [p.column for p in problems] == ["age"]
    assert "turned answers into dates" in problems[0].fix


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table>
 <table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="COLUMNS">
 <text:p>a</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>
</office:document-content>"""


@pytest.mark.parametrize("columns", ["4000", "16384"])
def test_a_repeated_row_does_not_fill_the_memory(tmp_path, columns):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", ODS.replace("COLUMNS", columns))
    assert path.stat().st_size < 5000
    cells, problems = cells_of(path)
    assert cells is None
    assert problems[0].what == "the sheet is too large"


def test_a_size_that_lies_is_found_while_unpacking(tmp_path):
    """The directory says 100 bytes; what is not read to its end fails its checksum, and nothing is believed."""
    path = write(tmp_path / "a.xlsx", {"s": [["a"], *[[f"answer {n}"] for n in range(500)]]})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = path.read_bytes()
    assert data.count(struct.pack("<I", size)) >= 1
    start = data.index(b"PK\x01\x02")
    path.write_bytes(data[:start] + data[start:].replace(struct.pack("<I", size), struct.pack("<I", 100)))
    cells, problems = cells_of(path)
    assert cells is None
    assert [p.severity for p in problems] == ["error"]


def test_a_member_larger_than_its_limit_is_refused_while_it_is_read(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"a" * 1000)
    with (
        archives.Archive(path, (".xml",)) as archive,
        pytest.raises(archives.DataError, match="too large"),
    ):
        archive.read("a.xml", largest=999)


@pytest.mark.parametrize(
    ("name", "link", "said"),
    [
        ("../xl/a.xml", False, "outside"),
        ("/xl/a.xml", False, "outside"),
        ("..\\a.xml", False, "outside"),
        ("xl/a.xml", True, "outside"),
        ("xl/workbook.xml", False, "twice"),
        ("XL/WORKBOOK.XML", False, "twice"),
    ],
)
def test_a_spreadsheet_with_unsafe_members_is_refused(tmp_path, name, link, said):
    path = write(tmp_path / "a.xlsx", {"s": [["a"], ["1"]]})
    member = zipfile.ZipInfo(name)
    if link:
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the name is there twice is what is tested
        archive.writestr(member, "<a/>")
    cells, problems = cells_of(path)
    assert cells is None
    assert said in problems[0].what


def test_no_file_is_read_through_an_entity(tmp_path):
    secret = write(tmp_path / "secret.txt", "not for you")
    path = write(tmp_path / "a.xlsx", {"s": [["a"], ["1"]]})
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode()
    swap_member(path, "xl/workbook.xml", lambda x: entity + x[x.index(b"<workbook") :])
    cells, problems = cells_of(path)
    assert cells is None
    assert "document type" in problems[0].what
    assert not any("not for you" in str(problem) for problem in problems)


GUESSING = {"read_csv", "read_table", "read_excel", "read_html", "read_json", "to_numeric", "load_workbook"}


def test_no_loader_lets_another_package_guess_types():
    """``pd.to_datetime`` puts together parts that were already told apart; the conditions of a form compare as
    numbers what looks like numbers, as the collecting programs do. Every other guess is shut out."""
    guilty = []
    for path in sorted(set(LOADERS.glob("*.py")) - {LOADERS / "expressions.py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in GUESSING:
                guilty.append(f"{path.name}:{node.lineno} {node.attr}")
    assert guilty == []


def test_every_trap_has_its_test():
    there = set()
    for path in TESTS.glob("test_*.py"):
        there |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    traps = re.split(r"^    (?=\S)", __doc__, flags=re.MULTILINE)[1:]
    named = [re.findall(r"^ {8}(test_\w+)$", trap, re.MULTILINE) for trap in traps]
    assert [trap for trap, tests in zip(traps, named, strict=True) if not tests] == []
    assert {name for tests in named for name in tests} - there == set()
