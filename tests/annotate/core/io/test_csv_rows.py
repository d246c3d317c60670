"""CSV as spreadsheets and databases save it."""

from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.io.csv_rows import check_columns, read_csv_rows


def rows(path: Path, content: str) -> list[tuple[int, dict[str, str]]]:
    path.write_text(content, encoding="utf-8", newline="")
    return [(line, row) for line, row, _ in read_csv_rows(path, lambda columns: None)]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\r\n", "\ufeffsep=;\r\n"])
def test_the_line_that_names_the_separator_is_no_header(tmp_path: Path, first: str) -> None:
    table = rows(tmp_path / "a.csv", f"{first}id;text, a, b\r\n1;One, two.\r\n")

    assert table == [(3, {"id": "1", "text, a, b": "One, two."})]


def test_any_separator_can_be_named(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", "sep=|\nid|text\n1|One, two.\n") == [
        (3, {"id": "1", "text": "One, two."})
    ]


def test_columns_divided_by_strokes_are_told_by_the_header(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", "id|text\n1|One, two.\n") == [
        (2, {"id": "1", "text": "One, two."})
    ]


def test_empty_columns_and_rows_at_the_end_are_none(tmp_path: Path) -> None:
    table = rows(
        tmp_path / "a.csv", "\ufeffid;text;; \r\n1;One.;;\r\n;;;\r\n2;Two.\r\n;;\r\n\r\n ; ;\r\n"
    )

    assert [row for _, row in table] == [{"id": "1", "text": "One."}, {"id": "2", "text": "Two."}]


def test_a_value_outside_the_named_columns_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv:2: 3 cells under 2 columns"):
        rows(tmp_path / "a.csv", "id,text,\n1,One, two.\n")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (r'"They called it \"a gift\", and left."', 'They called it "a gift", and left.'),
        (r'"\"A gift,\" they said."', '"A gift," they said.'),
        (r'"They said \"a gift\""', 'They said "a gift"'),
        (r'"It is \"here\": C:\\mill\\"', '"'.join(["It is ", "here", ": C:\\mill\\"])),
        ('"They called it ""a gift"", and left."', 'They called it "a gift", and left.'),
        ('"In C:\\mill\\"', "In C:\\mill\\"),
        ('"In ""C:\\mill\\"""', 'In "C:\\mill\\"'),
        ('The "old" mill', 'The "old" mill'),
    ],
)
def test_quotation_marks_in_a_cell_are_doubled_or_have_a_backslash(
    tmp_path: Path, cell: str, text: str
) -> None:
    assert rows(tmp_path / "a.csv", f"id,text,more\n1,{cell},x\n") == [
        (2, {"id": "1", "text": text, "more": "x"})
    ]


def test_empty_lines_above_the_header_are_none(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", "\r\n\r\nid,text\r\n1,One.\r\n") == [
        (4, {"id": "1", "text": "One."})
    ]


def test_row_names_that_no_column_has_are_told_by_the_rows(tmp_path: Path) -> None:
    table = rows(tmp_path / "a.csv", '"id","text"\n"3","a","One, two."\n"7","b","Three."\n')

    assert [(row["id"], row["text"]) for _, row in table] == [("a", "One, two."), ("b", "Three.")]


def test_marks_of_quotation_are_text_where_a_tab_divides_and_each_line_is_a_row(
    tmp_path: Path,
) -> None:
    table = rows(tmp_path / "a.tsv", 'id\ttext\n1\t"No," he said.\n2\t"Yes.\n')

    assert [row["text"] for _, row in table] == ['"No," he said.', '"Yes.']


def test_marks_of_quotation_are_taken_off_where_they_enclose_cells(tmp_path: Path) -> None:
    table = rows(tmp_path / "a.tsv", 'id\ttext\n1\t"One ""two"".\nThree."\n2\t"Four."\n')

    assert [row["text"] for _, row in table] == ['One "two".\nThree.', "Four."]


def test_a_mark_of_quotation_that_never_ends_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv:3: not CSV: a double quote begins a cell here"):
        rows(tmp_path / "a.csv", 'id,text\n1,One.\n2,"Two.\n3,Three.\n')


def test_a_text_in_place_of_the_header_is_cut_off_in_the_message(tmp_path: Path) -> None:
    def check(columns: list[str]) -> None:
        check_columns(columns, "text", "--text-field", tmp_path / "a.csv")

    (tmp_path / "a.csv").write_text(f"1,{'word ' * 1000}\n2,Two.\n", encoding="utf-8")

    with pytest.raises(InputError, match="the first line must name the columns") as error:
        list(read_csv_rows(tmp_path / "a.csv", check))
    assert len(str(error.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize(
    "above",
    [
        "# saved by a program\n# search: a, b, c\n",
        "A report of May,,\n,,\n",
        "A report of May,,\n\n# on paper\n",
    ],
)
def test_comments_and_the_title_of_a_report_are_no_header(tmp_path: Path, above: str) -> None:
    ((line, row),) = rows(tmp_path / "a.csv", f'{above}id,name,text\n1,pier,"One, two."\n')

    assert (line, row) == (above.count("\n") + 2, {"id": "1", "name": "pier", "text": "One, two."})


@pytest.mark.parametrize("head", ["#id,text", "text,,", "text"])
def test_a_header_that_looks_like_a_comment_or_title_is_one(tmp_path: Path, head: str) -> None:
    cells = "1,One." if "id" in head else "One."

    ((_, row),) = rows(tmp_path / "a.csv", f"{head}\n{cells}\n")

    assert list(row) == head.strip(",").split(",")


@pytest.mark.parametrize(
    ("head", "row", "text"),
    [
        ("text,", '"They lie, again and, again.",', "They lie, again and, again."),
        ("# id,text", "1,They lie to us", "They lie to us"),
        ("# one, two, text\nid,name,text", "1,pier,They lie to us", "They lie to us"),
    ],
)
def test_a_header_has_the_columns_that_are_needed(
    tmp_path: Path, head: str, row: str, text: str
) -> None:
    def check(columns: list[str]) -> None:
        check_columns(columns, "text", "--text-field", path)

    path = tmp_path / "a.csv"
    path.write_text(f"{head}\n{row}\n{row}\n", encoding="utf-8")

    texts = [cells["text"] for _, cells, _ in read_csv_rows(path, check)]

    assert texts == [text, text]


def test_a_name_that_occurs_twice_is_an_error_below_a_title_too(tmp_path: Path) -> None:
    def check(columns: list[str]) -> None:
        check_columns(columns, columns[0], "--text-field", path)

    path = tmp_path / "a.csv"
    path.write_text("A report of May,,\n\nid,text,text\n1,One.,Two.\n", encoding="utf-8")

    with pytest.raises(InputError, match="'text' occurs twice"):
        list(read_csv_rows(path, check))


def test_a_blank_may_stand_behind_each_comma(tmp_path: Path) -> None:
    table = rows(tmp_path / "a.csv", 'id, text\n1, "One, ""two""."\n')

    assert table == [(2, {"id": "1", "text": 'One, "two".'})]
