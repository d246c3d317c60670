import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError
from annotate.dataset.writer import write_dataset
from annotate.dataset_page.show import show
from tests.annotate.dataset_page.samples import small_content, write_large, write_small

SEED = 13


def data_of(page: Path) -> Any:
    (text,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(), re.DOTALL
    )
    return json.loads(text)


def shown_texts(page: Path) -> list[str]:
    value = data_of(page)
    return [value["texts"][row[4]] for row in value["rows"]]


def test_the_page_holds_every_paragraph_of_a_small_dataset(tmp_path: Path) -> None:
    done = show(write_small(tmp_path), tmp_path / "out" / "page.html", SEED)

    assert (done.page, done.shown, done.paragraphs) == (tmp_path / "out" / "page.html", 4, 4)
    assert len(shown_texts(done.page)) == 4
    page = done.page.read_text()
    assert "All 4 paragraphs are here." in page
    assert "labelled by people" not in page  # the manifest does not say who labelled
    assert "default-src 'none'" in page


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path) -> None:
    dataset = write_small(tmp_path)

    pages = [show(dataset, tmp_path / f"{n}.html", SEED).page.read_bytes() for n in range(2)]

    assert pages[0] == pages[1]


def test_by_default_the_page_is_named_after_the_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = write_small(tmp_path)
    monkeypatch.chdir(tmp_path)

    assert show(dataset, None, SEED).page == Path("data/show/pilot.html")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"labelled_by": "simulated"}, "in 2 groups, labelled by simulated annotators."),
        ({"labelled_by": "simulated"}, "Labels of simulated annotators: the scores say nothing"),
        ({"labelled_by": "people"}, "in 2 groups, labelled by people."),
        (
            {"labelled_by": "imported", "source": {"kind": "file", "name": "<b>.csv"}},
            "in 2 groups, imported from &lt;b&gt;.csv.",
        ),
    ],
)
def test_the_page_says_who_labelled(settings: dict[str, Any], words: str, tmp_path: Path) -> None:
    made = small_content(tmp_path)
    content = replace(made, settings={**made.settings, **settings})
    write_dataset(content, tmp_path / "pilot")

    page = show(tmp_path / "pilot", tmp_path / "page.html", SEED).page.read_text()

    assert words in page.replace("\n", " ")


def test_a_large_dataset_is_shown_in_part_and_the_page_says_so(
    tmp_path: Path,
) -> None:
    dataset = write_large(tmp_path, 300)

    done = show(dataset, tmp_path / "page.html", SEED, limit=90_000)

    page = done.page.read_text()
    assert done.page.stat().st_size <= 90_000
    assert 20 < done.shown < done.paragraphs == 300
    assert f"<b>{done.shown} of 300 paragraphs shown</b>" in page
    assert len(data_of(done.page)["rows"]) == done.shown
    assert any(text.startswith("Paragraph 7 ") for text in shown_texts(done.page))  # the only Fear


def test_disputed_paragraphs_that_left_gold_are_shown_as_such(tmp_path: Path) -> None:
    made = small_content(tmp_path)
    content = replace(made, gold=[*made.gold[:2], *made.gold[3:]], disputed=made.gold[2:3])
    write_dataset(content, tmp_path / "pilot")

    page = show(tmp_path / "pilot", tmp_path / "page.html", SEED).page

    assert [row[9] for row in data_of(page)["rows"]] == [0, 0, 1, 0]
    assert "1 disputed paragraph left gold until somebody decides." in page.read_text()


def test_a_dataset_from_before_lineage_folds_and_corpora_is_shown(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    dataset = write_small(tmp_path)
    for file in (dataset / "gold").iterdir():
        table = pq.read_table(file)
        pq.write_table(table.drop_columns(["fold", "corpus"]), file)
    path = dataset / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["lineage"], manifest["files"]
    path.write_text(json.dumps(manifest))
    (dataset / "lineage.json").unlink()

    done = show(dataset, tmp_path / "page.html", SEED)

    assert done.shown == 4
    assert "for this version alone" in done.page.read_text()


def test_several_corpora_can_be_told_apart(tmp_path: Path) -> None:
    made = small_content(tmp_path)
    gold = [replace(row, corpus=name) for row, name in zip(made.gold, "ABAB", strict=True)]
    write_dataset(replace(made, gold=gold), tmp_path / "pilot")

    page = show(tmp_path / "pilot", tmp_path / "page.html", SEED).page

    assert '<select name="corpus">' in page.read_text()
    assert data_of(page)["head"]["corpora"] == ["A", "B"]


def test_a_folder_that_was_edited_is_refused(tmp_path: Path) -> None:
    dataset = write_small(tmp_path)
    (dataset / "agreement.json").write_text("{}")

    with pytest.raises(InputError, match="was changed after the dataset was written"):
        show(dataset, tmp_path / "page.html", SEED)
    assert not (tmp_path / "page.html").exists()


def test_a_page_inside_the_dataset_or_at_a_folder_is_refused(tmp_path: Path) -> None:
    dataset = write_small(tmp_path)

    with pytest.raises(InputError, match="lies in a dataset folder, which never changes"):
        show(dataset, dataset / "page.html", SEED)
    with pytest.raises(InputError, match="is a folder; name a file"):
        show(dataset, tmp_path, SEED)
