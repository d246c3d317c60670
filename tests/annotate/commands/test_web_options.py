"""`prepare` with web addresses, as people type it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.paragraphs.file import read_paragraphs
from tests.annotate.articles.web.site import Reply, Site, page, serving_site

FAST = ("--allow-private", "--delay", "0", "-o", "p.jsonl")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.txt").write_text(
        "Boats\n\nThey sail out every morning.\n\nThey return late at night.\n"
    )
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as site:
        site.replies |= {"/a": Reply(page("A")), "/b": Reply(page("B"))}
        yield site


def prepare(*words: str) -> Result:
    return CliRunner().invoke(app, ["prepare", *words])


def error_of(*words: str) -> str:
    done = prepare(*words)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert not Path("p.jsonl").exists()
    return done.stderr


def ledger() -> list[tuple[str, str, str]]:
    lines = Path("p.ledger.jsonl").read_text().splitlines()
    return [(row["kind"], row["reason"], row["text"]) for row in map(json.loads, lines)]


def test_files_addresses_and_a_list_are_read_together_and_the_ledger_balances(
    site: Site, project: Path
) -> None:
    (project / "list.txt").write_text(f"# more\n{site.url}/b\n{site.url}/gone\n")

    done = prepare(f"{site.url}/a#top", "own.txt", "--urls", "list.txt", "--json", *FAST)

    assert done.exit_code == 0
    counts = json.loads(done.stdout)
    assert (counts["articles"], counts["paragraphs"], counts["blocks"]) == (3, 8, 9)
    assert counts["left_out"] == {"not fetched: 404": 1}
    assert ledger() == [("page", "not fetched: 404", f"{site.url}/gone")]
    assert {p.url for p in read_paragraphs(project / "p.jsonl")} == {
        "",
        f"{site.url}/a",
        f"{site.url}/b",
    }
    assert len(list((project / "data" / "pages").iterdir())) == 2
    assert "2 files in data/pages; 1 page could not be fetched" in done.stderr


def test_the_second_run_writes_the_same_bytes_without_a_server(project: Path) -> None:
    with serving_site() as site:
        site.replies["/a"] = Reply(page("A"))
        assert prepare(f"{site.url}/a", "--pages", "kept", *FAST).exit_code == 0
    first = (project / "p.jsonl").read_bytes()

    assert prepare(f"{site.url}/a", "--pages", "kept", *FAST).exit_code == 0
    assert (project / "p.jsonl").read_bytes() == first


def test_private_addresses_are_refused_without_the_option(site: Site) -> None:
    assert "(not fetched: private address: 1)" in error_of(f"{site.url}/a", "-o", "p.jsonl")
    assert site.asked == []


def test_a_bad_line_of_the_list_is_named_before_anything_is_fetched(
    site: Site, project: Path
) -> None:
    (project / "list.txt").write_text(f"{site.url}/a\nwww.paper.example\n")

    said = error_of("--urls", "list.txt", *FAST)

    assert said.startswith("error: list.txt:2: 'www.paper.example' is not a web address")
    assert site.asked == []


@pytest.mark.parametrize("address", ["ftp://paper.example/a", "file:///etc/passwd", "https://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    assert "is not a web address" in error_of(address, *FAST)


def test_a_password_in_an_address_shows_nowhere(site: Site, project: Path) -> None:
    said = error_of(site.url.replace("//", "//me:5ecret@") + "/a", *FAST)

    assert "5ecret" not in said
    assert not (project / "data").exists()


@pytest.mark.parametrize("words", [[], ["--urls", "gone.txt"], ["own.txt", "--delay", "-1"]])
def test_no_input_at_all_is_a_usage_error(words: list[str]) -> None:
    assert prepare(*words, "-o", "p.jsonl").exit_code == 2


def test_a_folder_for_pages_that_cannot_be_written_is_one_line(site: Site) -> None:
    said = error_of(f"{site.url}/a", "--pages", "own.txt", *FAST)

    assert "own.txt" in said
    assert "cannot be written" in said
