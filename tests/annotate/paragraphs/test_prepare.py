import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.articles.language import _identifier, known_languages
from annotate.articles.readers.column_names import Fields
from annotate.core.errors import InputError
from annotate.core.ledger import ledger_path
from annotate.core.records import BlockType, normalise, paragraph_id
from annotate.paragraphs.corpus_db import corpus_database
from annotate.paragraphs.file import from_text, read_paragraphs
from annotate.paragraphs.left_out_page import write_page
from annotate.paragraphs.length import CutRules, Short
from annotate.paragraphs.prepare import PrepareConfig, PrepareReport, prepare
from annotate.paragraphs.workers import CutArticle, cut_files
from tests.limits import files_limited_to

FERRY = "The Ferry\n\nAP Photo/Lena Orrin\n\nIt was sold.\n\nAt night.\n\nIt was sold.\n"
AS_THEY_ARE = PrepareConfig(CutRules(short=Short.KEEP))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "README.md").write_text("Who wrote this.")
    record = {"id": "j1", "title": "Boats", "text": "Boats\n\nThey sail.\n\n***"}
    (folder / "more.jsonl").write_text(json.dumps(record) + "\n")
    return folder


def rows(path: Path) -> list[tuple[str, int | None, str, str]]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    return [(row["article_id"], row["position"], row["kind"], row["reason"]) for row in found]


def whole(output: Path) -> list[tuple[str, str, str]]:
    """Kind, reason and text of what the ledger of `output` lists as a whole."""
    lines = ledger_path(output).read_text("utf-8").splitlines()
    ledger = [json.loads(line) for line in lines]
    kinds = ("file", "record", "article")
    found = [(r["kind"], r["reason"], r["text"]) for r in ledger if r["kind"] in kinds]
    return [row for row in found if row[1] != "not an article file"]


def test_paragraphs_and_ledger_stand_beside_each_other_and_balance(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out" / "paragraphs.jsonl"

    report = prepare([folder], output, AS_THEY_ARE)

    assert report == PrepareReport(
        articles=2,
        blocks=8,
        cut=0,
        paragraphs=3,
        near_duplicates=0,
        left_out={
            "caption": 1,
            "no words": 1,
            "not an article file": 1,
            "repeated": 1,
            "title": 1,
        },
        encodings={},
    )
    assert [p.text for p in read_paragraphs(output)] == ["It was sold.", "At night.", "They sail."]
    assert ledger_path(output).name == "paragraphs.ledger.jsonl"
    assert rows(ledger_path(output)) == [
        ("", None, "file", "not an article file"),
        ("ferry", 0, "caption", "caption"),
        ("ferry", 3, "body", "repeated"),
        ("j1", None, "heading", "title"),
        ("j1", 1, "body", "no words"),
    ]


def test_other_kinds_can_be_asked_for(folder: Path, tmp_path: Path) -> None:
    report = prepare(
        [folder], tmp_path / "p.jsonl", PrepareConfig(CutRules(frozenset({BlockType.CAPTION})))
    )

    assert report.paragraphs == 1


def test_the_same_article_from_two_files_is_kept_once(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "ferry.txt"
    copy.parent.mkdir()
    copy.write_text(FERRY.replace("\n\n", "\n \n\n"))

    report = prepare([folder, copy, folder / "ferry.txt"], tmp_path / "p.jsonl", AS_THEY_ARE)

    assert (report.articles, report.paragraphs) == (4, 3)
    assert report.left_out["repeated"] == 1 + 2 * 3
    assert report.blocks == report.paragraphs + sum(report.left_out.values())


def test_articles_of_files_with_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("business", "sport", "arts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "001.txt").write_text(f"All about {name} was sold to them on Monday.")

    report = prepare([tmp_path], tmp_path / "p.jsonl")

    rows = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert [row["article_id"] for row in rows] == ["001", "business/001", "sport/001"]
    assert [row["id"] for row in rows] == [
        paragraph_id(row["article_id"], row["text"]) for row in rows
    ]
    assert report.unread == 0


def test_of_two_records_with_one_id_the_second_is_left_out_with_both_places(
    folder: Path, tmp_path: Path
) -> None:
    records = [{"id": "ferry", "text": f"It was sold.\n\n{n} times."} for n in ("Two", "Three")]
    path = folder / "z.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))

    with pytest.raises(InputError) as caught:
        prepare([path], tmp_path / "p.jsonl", PrepareConfig(strict=True))
    left = not (tmp_path / "p.jsonl").exists()
    report = prepare([path], tmp_path / "p.jsonl", AS_THEY_ARE)

    assert left
    assert f"{path}:1" in str(caught.value)
    assert f"{path}:2" in str(caught.value)
    assert (report.unread, report.paragraphs) == (1, 2)
    assert whole(tmp_path / "p.jsonl") == [
        ("article", "article id taken", normalise(str(caught.value)))
    ]


def test_an_error_leaves_no_file_behind(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{broken")

    with pytest.raises(InputError, match=r"a\.jsonl:1: not JSON"):
        prepare([tmp_path / "a.jsonl"], tmp_path / "p.jsonl")

    assert not (tmp_path / "p.jsonl").exists()
    assert not (tmp_path / "p.ledger.jsonl").exists()


def test_no_paragraph_at_all_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("AP Photo/Lena Orrin\n\nAnd a heading")

    with pytest.raises(InputError, match=r"no paragraph in 1 article: 2 blocks left out"):
        prepare([tmp_path / "a.txt"], tmp_path / "out" / "p.jsonl")

    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_half_way_leaves_what_stood_there(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "p.jsonl"
    prepare([folder], output)
    before = (output.read_bytes(), ledger_path(output).read_bytes())
    (folder / "z.jsonl").write_text('{"text": "Fine."}\n{broken')

    with pytest.raises(InputError, match=r"z.jsonl:2: not JSON"):
        prepare([folder], output, PrepareConfig(strict=True))

    assert (output.read_bytes(), ledger_path(output).read_bytes()) == before
    assert {path.name for path in tmp_path.iterdir()} == {"articles", "p.jsonl", "p.ledger.jsonl"}


def test_a_ledger_that_does_not_balance_is_a_bug(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.paragraphs.workers.block_count", lambda article: 99)

    with pytest.raises(RuntimeError, match="does not balance"):
        prepare([folder], tmp_path / "p.jsonl")
    assert not (tmp_path / "p.jsonl").exists()


def test_an_output_within_the_inputs_is_not_read_again(folder: Path) -> None:
    output = folder / "paragraphs.jsonl"

    assert prepare([folder], output) == prepare([folder], output)


def test_an_output_that_is_an_input_or_a_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="would overwrite an input"):
        prepare([folder / "more.jsonl"], folder / "more.jsonl")
    with pytest.raises(InputError, match="is a folder; name a file"):
        prepare([folder], folder)


STORY = (
    "The council of Brindle voted on Tuesday to sell the old ferry to a company whose owner sits "
    "in the same council, and nobody in the room found that strange."
)


@settings(deadline=None, max_examples=30)
@example(["0/0"])  # a credit, as it seems
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_preparing_twice_gives_the_same_bytes_and_balances(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    here = tmp_path_factory.mktemp("twice")
    for number, text in enumerate(texts):
        (here / f"{number}.txt").write_text(f"Words of the title\n\nBody {text}.\n\n{STORY}")
    once, again = here / "once.jsonl", here / "again.jsonl"
    files = sorted(here.glob("*.txt"))

    report = prepare(files, once)

    assert report == prepare(files, again)
    assert report.blocks == report.paragraphs + sum(report.left_out.values())
    assert once.read_bytes() == again.read_bytes()
    assert ledger_path(once).read_bytes() == ledger_path(again).read_bytes()


def article_files(folder: Path, texts: dict[str, list[str]]) -> list[Path]:
    """A .txt for each article, with a title."""
    folder.mkdir(exist_ok=True)
    for name, blocks in texts.items():
        (folder / f"{name}.txt").write_text("\n\n".join([f"Title of {name}", *blocks]))
    return sorted(folder.glob("*.txt"))


def clusters(output: Path) -> dict[str, str]:
    """Article -> cluster of its first paragraph."""
    found: dict[str, str] = {}
    for paragraph in read_paragraphs(output):
        found.setdefault(paragraph.article_id, paragraph.cluster)
    return found


def test_near_duplicates_share_the_cluster_of_the_first_and_others_have_their_own(
    tmp_path: Path,
) -> None:
    files = article_files(
        tmp_path / "in",
        {
            "a": [STORY],
            "b": [STORY.replace("strange", "odd").upper()],  # another ending, other case
            "c": [STORY.replace("old ferry", "new school").replace("voted on Tuesday", "failed")],
            "d": ["Nobody has ever asked the people of Brindle what they think of their ferry."],
        },
    )
    report = prepare(files, tmp_path / "p.jsonl")

    found = clusters(tmp_path / "p.jsonl")
    ids = {p.article_id: p.id for p in read_paragraphs(tmp_path / "p.jsonl")}
    assert found["a"] == found["b"] == ids["a"]
    assert (found["c"], found["d"]) == (ids["c"], ids["d"])
    assert report.near_duplicates == 2


def test_near_duplicates_of_an_earlier_run_share_its_cluster(tmp_path: Path) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    prepare(article_files(tmp_path / "one", {"a": [STORY]}), old)
    files = article_files(tmp_path / "two", {"b": [STORY.replace("strange", "odd")]})

    report = prepare(files, new, PrepareConfig(against=[old]))

    assert clusters(new) == {"b": clusters(old)["a"]}
    assert (report.articles, report.paragraphs, report.near_duplicates) == (1, 1, 1)
    again = prepare(files, tmp_path / "again.jsonl", PrepareConfig(against=[new]))
    assert (clusters(tmp_path / "again.jsonl"), again.near_duplicates) == (clusters(new), 0)


def test_a_text_that_stands_in_too_many_articles_is_kept_once(tmp_path: Path) -> None:
    own = "This story is the own one of number {}, and it is quite unlike the other stories here."
    texts = {f"n{n}": [own.format(f"{n} " * 9), STORY] for n in range(4)}
    files = article_files(tmp_path / "in", texts)

    kept = prepare(files, tmp_path / "all.jsonl", PrepareConfig(copies=4))
    once = prepare(files, tmp_path / "once.jsonl", PrepareConfig(copies=3))

    assert (kept.paragraphs, dict(kept.left_out)) == (8, {})
    assert (once.paragraphs, dict(once.left_out)) == (5, {"stands in other articles": 3})
    left = rows(ledger_path(tmp_path / "once.jsonl"))
    assert [row[0] for row in left] == ["n1", "n2", "n3"]
    texts_left = [p.text for p in read_paragraphs(tmp_path / "once.jsonl")]
    assert texts_left.count(STORY) == 1


def test_a_sample_is_drawn_by_the_seed_and_a_larger_one_holds_the_smaller(tmp_path: Path) -> None:
    words = ["ferry", "river", "harbour", "council", "money", "lies", "votes", "bridges"]
    texts = {
        f"n{n}": [f"{w} {w} and the {w} of number {n}, again." for w in words] for n in range(9)
    }
    files = article_files(tmp_path / "in", texts)

    def drawn(size: int, seed: int) -> list[str]:
        report = prepare(files, tmp_path / "p.jsonl", PrepareConfig(sample=size, seed=seed))
        assert report.left_out["not drawn"] == 72 - size
        return [p.id for p in read_paragraphs(tmp_path / "p.jsonl")]

    ten, thirty, other = drawn(10, 1), drawn(30, 1), drawn(10, 2)
    assert len(ten) == len(other) == 10
    assert set(ten) < set(thirty)
    assert set(ten) != set(other)
    assert ten == [id_ for id_ in thirty if id_ in ten]  # in the order of the articles
    assert drawn(10, 1) == ten


def test_what_is_in_another_language_is_left_out_by_paragraph_and_by_article(
    tmp_path: Path,
) -> None:
    german = "Der Bürgermeister hat gelogen, und niemand im Rathaus will davon etwas gewusst haben."
    files = article_files(
        tmp_path / "in", {"a": [STORY, german, "Genug davon, liebe Leute."], "b": [german, "Nein!"]}
    )
    rules = CutRules(short=Short.KEEP, languages=("en",))

    report = prepare(files, tmp_path / "p.jsonl", PrepareConfig(rules))
    german_too = prepare(files, tmp_path / "q.jsonl", PrepareConfig(replace(rules, languages=())))

    assert report.left_out == {"language: de": 3}
    texts = [p.text for p in read_paragraphs(tmp_path / "p.jsonl")]
    assert texts == [STORY, "Genug davon, liebe Leute."]  # too short to be told
    assert (german_too.paragraphs, german_too.left_out) == (5, {})


def test_a_run_that_leaves_out_most_for_its_language_says_how_to_keep_it(tmp_path: Path) -> None:
    german = "Der Bürgermeister hat gelogen, und niemand im Rathaus will davon etwas gewusst haben."
    one, two = (f"{german} {end}" for end in ("Genug davon, liebe Leute.", "Das war es, Freunde."))
    config = PrepareConfig(CutRules(languages=("en",)))
    advice = "most of the text is left out for its language: --language de keeps 2 blocks"

    def last_line(*texts: str) -> str:
        files = article_files(tmp_path / str(len(texts)), {"a": list(texts)})
        return list(prepare(files, tmp_path / "p.jsonl", config).lines(tmp_path))[-1]

    assert last_line(one, two, STORY).startswith(advice)
    assert "--language" not in last_line(one, STORY, f"{STORY} So it goes.", f"{STORY} Enough.")
    with pytest.raises(InputError, match=advice):
        last_line(one, two)


def test_several_processes_give_the_same_bytes_as_one(tmp_path: Path) -> None:
    texts = {f"n{n:02}": [f"{STORY} Number {n}.", f"Other words {n} " * 5] for n in range(40)}
    files = article_files(tmp_path / "in", texts)
    lines = [json.dumps({"id": f"r{n}", "text": f"{STORY} Row {n}."}) for n in range(80)]
    (tmp_path / "in" / "rows.jsonl").write_text("\n".join(lines))

    one = prepare([*files, tmp_path / "in" / "rows.jsonl"], tmp_path / "1.jsonl", cores(1))
    two = prepare([*files, tmp_path / "in" / "rows.jsonl"], tmp_path / "2.jsonl", cores(2))

    assert one == two
    assert one.articles == 120
    for path in (Path, ledger_path):
        assert path(tmp_path / "1.jsonl").read_bytes() == path(tmp_path / "2.jsonl").read_bytes()


def cores(count: int) -> PrepareConfig:
    return PrepareConfig(cores=count)


def test_what_is_wrong_is_said_as_plainly_from_another_process(tmp_path: Path) -> None:
    files = article_files(tmp_path / "in", {f"n{n}": [STORY] for n in range(20)})
    (tmp_path / "in" / "x.txt").write_bytes(b"\0")

    with pytest.raises(InputError, match=r"x\.txt:1: NUL character"):
        prepare(
            [*files, tmp_path / "in" / "x.txt"],
            tmp_path / "p.jsonl",
            PrepareConfig(cores=2, strict=True),
        )

    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_page_shows_each_reason_with_its_texts_and_runs_nothing(tmp_path: Path) -> None:
    caption = "Photo: Lena <script>alert(1)</script> Orrin"
    files = article_files(
        tmp_path / "in", {"a": ["The <b>ferry</b> was sold to a friend.", caption, "#####"]}
    )
    report = prepare(files, tmp_path / "p.jsonl", PrepareConfig())

    write_page(tmp_path / "page.html", report, tmp_path / "p.jsonl")

    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page
    left_out = {"caption": 1, "no words": 1}
    assert report.left_out == left_out
    assert "Lena &lt;script&gt;alert(1)" in page
    for reason in left_out:
        assert f">{reason} <small>1</small></h2>" in page


def test_the_page_of_what_was_left_out_shows_the_longest_texts_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.paragraphs.left_out_page._SHOWN", 2)
    names = ("Oke", "Orrin", "Vo")
    credits = "\n\n".join(f"AP Photo/Lena {name}" for name in names)
    file = tmp_path / "ferry.txt"
    file.write_text(f"The Ferry\n\nIt was sold on Tuesday.\n\n{credits}\n")
    report = prepare([file], tmp_path / "p.jsonl", PrepareConfig())

    write_page(tmp_path / "page.html", report, tmp_path / "p.jsonl")

    page = (tmp_path / "page.html").read_text("utf-8")
    assert ">caption <small>3, the longest 2 are shown</small>" in page
    assert page.index("Lena Orrin") < page.index("Lena Oke")
    assert "Lena Vo" not in page


PIER = "The harbour board wants the pier gone, and so do the people who paid for its campaign."
BAD_INPUTS = {
    "a.html": (f"<article><p>{PIER}</p></article>", 1),
    "b.html": ("<html><body><nav>Home</nav><script>x()</script></body></html>", 0),
    "c.html": ("", 0),
    "d.html": ("\x7fELF\0\0\1", 0),
    "e.md": ("---\ntitle: [\n---\n```\nText.\n```\n", 0),
    "f.jsonl": (f'{{"text": null}}\n{{broken\n{{"id": 9, "text": "{STORY}"}}\n["text"]\n', 1),
    "g.csv": (f"id,text\n1,\n2,{PIER.replace(',', '')}\n3,a,b\n", 1),
    "h.jsonl": (json.dumps({"text": "word " * 30_000}), 0),
}


@pytest.fixture
def bad_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, (text, _) in BAD_INPUTS.items():
        (folder / name).write_text(text, encoding="latin-1")
    (folder / "i.txt").symlink_to(tmp_path / "nowhere")
    return folder


def test_what_cannot_be_read_is_a_row_of_the_ledger_and_the_rest_is_prepared(
    bad_folder: Path, tmp_path: Path
) -> None:
    report = prepare([bad_folder], tmp_path / "p.jsonl")

    assert report.articles == sum(good for _, good in BAD_INPUTS.values()) == report.paragraphs
    assert report.blocks == report.paragraphs + sum(report.left_out.values())
    at = f"{bad_folder}/"
    starts = [
        ("file", "no text", f"{at}b.html: no article text"),
        ("file", "no text", f"{at}c.html: the file is empty"),
        ("file", "cannot be read", f"{at}d.html:1: NUL character"),
        ("file", "no text", f"{at}e.md: no text in this Markdown file"),
        ("record", "no text", f"{at}f.jsonl:1: the record has no text"),
        ("record", "cannot be read", f"{at}f.jsonl:2: not JSON"),
        ("record", "cannot be read", f"{at}f.jsonl:4: a line must be a JSON object"),
        ("record", "no text", f"{at}g.csv:2: the record has no text"),
        ("record", "cannot be read", f"{at}g.csv:4: 3 cells under 2 columns"),
        ("article", "cannot be read", f"{at}h.jsonl:1: block 1"),
        ("file", "cannot be read", f"{at}i.txt: no such file"),
    ]
    rows = whole(tmp_path / "p.jsonl")
    assert report.unread == len(rows) == len(starts)
    for row, start in zip(rows, starts, strict=True):
        assert (*row[:2], row[2][: len(start[2])]) == start


def test_strict_stops_at_the_first_in_the_order_of_the_files(
    bad_folder: Path, tmp_path: Path
) -> None:
    for count in (1, 2):
        with pytest.raises(InputError, match=r"b\.html: no article text"):
            prepare([bad_folder], tmp_path / "p.jsonl", PrepareConfig(strict=True, cores=count))

    assert [path.name for path in tmp_path.iterdir()] == ["bad"]


def test_bad_inputs_give_the_same_bytes_with_any_number_of_processes(
    bad_folder: Path, tmp_path: Path
) -> None:
    one, two = (prepare([bad_folder], tmp_path / f"{n}.jsonl", cores(n)) for n in (1, 2))

    assert one == two
    for path in (Path, ledger_path):
        assert path(tmp_path / "1.jsonl").read_bytes() == path(tmp_path / "2.jsonl").read_bytes()


def test_a_run_of_nothing_but_bad_records_ends_with_the_first_and_their_number(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": ""}\n{"id": 1}\n[]\n')

    with pytest.raises(InputError) as caught:
        prepare([tmp_path / "a.jsonl"], tmp_path / "p.jsonl")

    assert str(caught.value).startswith(f"{tmp_path}/a.jsonl:1: the record has no text; ")
    assert str(caught.value).endswith(" (and 2 more)")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def template_rows(path: Path, count: int) -> Path:
    """Rows that share a beginning, but not enough of it to be near-duplicates."""
    start = "The council of the town voted on Tuesday to raise the price of all the tickets to"
    texts = [start + "".join(f" w{number}x{n}" for n in range(9)) for number in range(count)]
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    return path


def test_texts_of_one_template_are_compared_with_so_many_others_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.paragraphs.clusters.MOST_COMPARED", 10)
    path = template_rows(tmp_path / "a.jsonl", 120)
    lines = path.read_text().splitlines()
    copies = {n: json.loads(lines[n])["text"].upper() + "!" for n in (0, 60, 119)}
    with path.open("a") as file:
        file.writelines("\n" + json.dumps({"text": text}) for text in copies.values())

    with corpus_database(tmp_path, 13) as corpus:
        for article in cut_files([path], Fields(), CutRules(), 1):
            assert isinstance(article, CutArticle)
            for paragraph, signed in zip(article.cut.paragraphs, article.signatures, strict=True):
                corpus.add(paragraph, signed)
        fates = list(corpus.fates())
        counts = (corpus.leaders.comparisons, corpus.leaders.cut_short)

    assert counts[0] <= 10 * 123
    assert 0 < counts[1] < 123
    for number, text in zip(copies, fates[120:], strict=True):
        assert from_text(text.text).cluster == from_text(fates[number].text).cluster


def test_the_report_says_how_many_paragraphs_were_compared_with_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = template_rows(tmp_path / "a.jsonl", 60)
    all_compared = prepare([path], tmp_path / "p.jsonl")
    monkeypatch.setattr("annotate.paragraphs.clusters.MOST_COMPARED", 3)

    report = prepare([path], tmp_path / "p.jsonl")

    assert (all_compared.cut_short, report.cut_short > 9) == (0, True)
    assert any(
        line.startswith(f"{report.cut_short} paragraphs share much with more than ")
        for line in report.lines(tmp_path / "p.jsonl")
    )


@pytest.mark.parametrize("size", [100, 20_000, 60_000])
def test_a_full_disk_is_one_line_and_leaves_what_stood_there(tmp_path: Path, size: int) -> None:
    path = template_rows(tmp_path / "a.jsonl", 250)
    output = tmp_path / "p.jsonl"
    output.write_text("earlier")

    with files_limited_to(size), pytest.raises(InputError, match="cannot be written") as caught:
        prepare([path], output)

    assert "\n" not in str(caught.value)
    assert output.read_text() == "earlier"
    assert {p.name for p in tmp_path.iterdir()} == {"a.jsonl", "p.jsonl"}


def test_a_full_disk_leaves_no_half_page(tmp_path: Path) -> None:
    report = prepare([template_rows(tmp_path / "a.jsonl", 3)], tmp_path / "p.jsonl")

    with files_limited_to(100), pytest.raises(InputError, match=r"l\.html: cannot be written"):
        write_page(tmp_path / "l.html", report, tmp_path / "p.jsonl")

    assert not (tmp_path / "l.html").exists()


def test_a_full_disk_for_the_language_model_is_one_line() -> None:
    _identifier.cache_clear()

    with (
        files_limited_to(100),
        pytest.raises(InputError, match="cannot be written: File too large"),
    ):
        known_languages()


def test_what_was_repaired_is_a_notice_in_the_ledger_and_counts_as_no_block(tmp_path: Path) -> None:
    texts = {"a.txt": f"The mill\n\n“{WORDS}” they said.\n\n", "b.md": "---\ntitle: A: b\n---\n"}
    for name, text in texts.items():
        raw = f"{text}{WORDS.replace('They', 'We all')}\n".encode()
        (tmp_path / name).write_bytes(raw + b"\0\n" * (name == "a.txt"))
    output = tmp_path / "p.jsonl"

    report = prepare([tmp_path], output)

    assert (report.notices, report.unread, report.paragraphs) == (2, 0, 3)
    assert report.blocks == report.paragraphs + sum(report.left_out.values())
    notices = [row for row in rows(output.with_suffix(".ledger.jsonl")) if row[2] == "notice"]
    assert [row[3] for row in notices] == ["damaged bytes", "front matter read line by line"]


WORDS = "They lied to all of us in May, and they will lie to all of us again in June."


def test_drafts_and_entries_without_text_are_no_articles(tmp_path: Path) -> None:
    item = "<item><description>{}</description><wp:status>{}</wp:status></item>"
    items = (item.format("They sailed at night.", status) for status in ("publish", "draft"))
    file = tmp_path / "export.xml"
    file.write_text(
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
        f"{''.join(items)}<item><title>The pier</title></item></channel></rss>"
    )

    report = prepare([file], tmp_path / "p.jsonl", AS_THEY_ARE)

    assert (report.articles, report.paragraphs) == (1, 1)
    assert report.left_out == {"WordPress draft": 1, "feed entry without text": 1}
