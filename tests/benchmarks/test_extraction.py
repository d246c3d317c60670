import gzip
import json
from pathlib import Path

import pytest

from benchmarks.extraction.convert import convert, half
from benchmarks.extraction.paragraphs import html_paragraphs
from benchmarks.extraction.saved import SavedPage, saved_pages, score_segments, score_whole

ONE = "The harbour board voted on Tuesday to close the old pier."
TWO = "Nobody in the room pretended to be surprised by it at all."


def page(right: tuple[str, ...], wrong: tuple[str, ...] = ()) -> SavedPage:
    return SavedPage(Path("site/page.html"), right, (), wrong)


def test_the_pages_of_a_repository_become_a_folder_of_sites_in_two_halves(tmp_path: Path) -> None:
    tests = tmp_path / "clones" / "trafilatura" / "tests"
    (tests / "eval").mkdir(parents=True)
    (tests / "eval" / "a.html").write_text("<p>x</p>")
    entry = {"file": "a.html", "with": ["a  b"], "without": ["c"]}
    (tests / "evaldata.json").write_text(json.dumps({"https://www.pier.example/a": entry}))

    assert convert(tmp_path / "clones", tmp_path / "pages") == 1
    (saved_page,) = saved_pages(tmp_path / "pages" / half("pier.example"))
    assert (saved_page.site, saved_page.right, saved_page.wrong) == (
        "pier.example",
        ("a b",),
        ("c",),
    )


def test_the_truths_of_a_publisher_belong_to_its_pages_in_one_order(tmp_path: Path) -> None:
    data = tmp_path / "clones" / "fundus" / "tests" / "resources" / "parser" / "test_data" / "x"
    data.mkdir(parents=True)
    for version, date in (("V1", "2023_05_03"), ("V1_1", "2024_05_03")):
        (data / f"Pier_{date}.html.gz").write_bytes(gzip.compress(version.encode()))
    truths = {
        version: {
            "body": {
                "summary": [f"{version}  s"],
                "sections": [{"headline": ["h"], "paragraphs": ["p " * 100]}],
            }
        }
        for version in ("V1", "V1_1")
    }
    (data / "Pier.json").write_text(json.dumps(truths))

    assert convert(tmp_path / "clones", tmp_path / "pages") == 2
    for saved_page in saved_pages(tmp_path / "pages" / half("Pier")):
        version = saved_page.path.read_text()
        assert saved_page.right == (f"{version} s", "h", " ".join(["p"] * 100))


def test_paragraphs_end_at_blocks_and_those_of_figures_are_marked() -> None:
    html = "<div>a <b>b</b><p>c</p><figure><figcaption>d</figcaption></figure>e</div>"

    expected = [("a b", False), ("c", False), ("d", True), ("e", False)]
    assert list(html_paragraphs(html)) == expected


def test_each_page_weighs_the_same_and_a_paragraph_of_other_words_is_a_leftover() -> None:
    # 8 and 9 runs of four words in the truth, of which 8 are extracted; 1 paragraph of 2
    scores = score_whole(page((ONE, TWO)), [ONE, "Sign up for our letter and win a trip."])

    assert scores[3:] == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1, 2])
    assert score_whole(page((ONE, TWO)), [ONE, TWO])[:6] == [1] * 6


def test_segments_are_looked_up_in_the_text() -> None:
    truth = page(("the old pier", "at all"), ("Sign up",))

    assert score_segments(truth, [ONE, "Sign up"]) == [1, 2, 2]
