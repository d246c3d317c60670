import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError, RhetoricError
from annotate.core.records import Paragraph
from annotate.paragraphs.file import write_paragraphs
from tests.limits import files_limited_to
from tests.train.samples import paragraphs
from train.inference import predict as predict_module
from train.inference.predict import PredictReport, predict
from train.models.folder import open_model

pytestmark = pytest.mark.slow

ARTICLE = "A bridge for the river\n\nThe traitor spoke on Monday.\n\nThe council met once more.\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_paragraph_of_an_article_is_a_line(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    report = predict(tiny_run, [article], tmp_path / "out.jsonl")

    model, found = open_model(tiny_run), rows(tmp_path / "out.jsonl")
    assert report.paragraphs == len(found) == 2
    for row in found:
        assert list(row) == ["id", "model", "labels", "scores"]
        assert row["model"] == model.digest
        assert tuple(row["scores"]) == model.labels
        above = [n for n, s in row["scores"].items() if s >= model.settings.threshold]
        assert row["labels"] == above


def test_a_line_repeats_its_paragraph_where_asked(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    predict(tiny_run, [article], tmp_path / "out.jsonl", with_paragraphs=True)

    first = rows(tmp_path / "out.jsonl")[0]
    keys = {key: first[key] for key in Paragraph.__slots__}
    assert Paragraph.from_json(keys).text == "The traitor spoke on Monday."
    assert first["title"] == "A bridge for the river"


def test_every_kind_of_input_is_read_in_the_order_given(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    body = "<p>The mayor spoke about a new bridge over the river.</p>" * 3
    page.write_text(f"<html><body><article>{body}</article></body></html>", encoding="utf-8")
    records = tmp_path / "records.jsonl"
    records.write_text('{"id": "r", "text": "A catastrophe, supposedly."}\n', encoding="utf-8")
    ready = tmp_path / "paragraphs.jsonl"
    write_paragraphs(ready, paragraphs(["x"], 3))

    predict(tiny_run, [ready, article, records, page], tmp_path / "out.jsonl", True)

    articles = [row["article_id"] for row in rows(tmp_path / "out.jsonl")]
    assert list(dict.fromkeys(articles)) == ["x", "bridge", "r", "page"]


def test_the_order_stays_though_batches_are_sorted_by_length(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = paragraphs([f"a{i}" for i in range(30)], 4)
    write_paragraphs(tmp_path / "in.jsonl", made)
    predict(tiny_run, [tmp_path / "in.jsonl"], tmp_path / "whole.jsonl")
    monkeypatch.setattr(predict_module, "_CHUNK", 7)

    predict(tiny_run, [tmp_path / "in.jsonl"], tmp_path / "chunks.jsonl")

    whole, chunks = rows(tmp_path / "whole.jsonl"), rows(tmp_path / "chunks.jsonl")
    assert [row["id"] for row in whole] == [p.id for p in made] == [row["id"] for row in chunks]
    for one, other in zip(whole, chunks, strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=2e-6)


def test_a_paragraph_that_comes_twice_is_predicted_once(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copy" / article.name
    copied.parent.mkdir()
    shutil.copy(article, copied)

    report = predict(tiny_run, [article, copied], tmp_path / "out.jsonl")

    assert (report.paragraphs, report.repeated) == (2, 2)


def test_paragraphs_that_are_truncated_are_counted(tiny_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    text = "the council met " * 100
    path.write_text(json.dumps({"id": "r", "text": text}) + "\n", encoding="utf-8")

    report = predict(tiny_run, [path], tmp_path / "out.jsonl")

    assert (report.paragraphs, report.truncated) == (1, 1)
    assert isinstance(report, PredictReport)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("two.jsonl", b'{"text": ""}\n[]\n', r"two\.jsonl:1: the record .* \(and 1 more\)$"),
        ("empty.txt", b"", r"empty\.txt: the file is empty"),
        ("latin.txt", b"caf\xe2\x80 au lait", r"latin\.txt:1: not UTF-8 at byte 3"),
        ("nul.txt", b"one\0two", r"nul\.txt:1: NUL"),
        ("broken.jsonl", b'{"text"\n', r"broken\.jsonl:1: not JSON"),
        ("bare.html", b"<html><body><nav>Home</nav></body></html>", r"bare\.html"),
        ("image.png", b"\x89PNG", r"image\.png: unknown file type"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    name: str, content: bytes, message: str, tiny_run: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(InputError, match=message) as caught:
        predict(tiny_run, [path], tmp_path / "out.jsonl")

    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_what_cannot_be_read_is_a_row_of_the_ledger_and_the_rest_is_labelled(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    records, ready = tmp_path / "records.jsonl", tmp_path / "ready.jsonl"
    records.write_text(
        '{"id": "a", "text": null}\n{"id": 2.0, "text": "The council met."}\n{"te', encoding="utf-8"
    )
    write_paragraphs(ready, paragraphs(["x"], 2))
    with ready.open("a", encoding="utf-8") as file:
        file.write('{"id": "no paragraph"}\n')

    report = predict(tiny_run, [records, ready, article], tmp_path / "out.jsonl", True)

    ledger = [row for row in rows(tmp_path / "out.ledger.jsonl") if row["kind"] == "record"]
    assert (report.paragraphs, report.unread) == (5, 3)
    assert rows(tmp_path / "out.jsonl")[0]["article_id"] == "2"
    assert [(row["reason"], row["text"].partition(": ")[0]) for row in ledger] == [
        ("no text", f"{records}:1"),
        ("cannot be read", f"{records}:3"),
        ("cannot be read", f"{ready}:3"),
    ]
    with pytest.raises(InputError, match=r"records\.jsonl:1: the record has no text"):
        predict(tiny_run, [records, article], tmp_path / "strict.jsonl", strict=True)
    assert not (tmp_path / "strict.jsonl").exists()


def test_an_input_is_never_overwritten(tiny_run: Path, article: Path) -> None:
    with pytest.raises(InputError, match="would overwrite an input"):
        predict(tiny_run, [article], article)
    with pytest.raises(InputError, match="is a folder; name a file"):
        predict(tiny_run, [article], article.parent)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.safetensors", b"no weights", "the model cannot be loaded"),
        ("model.safetensors", None, "the model cannot be loaded"),
        ("config.json", b"{", r"config\.json:1: not JSON"),
        ("tokenizer.json", b'{"a"', r"tokenizer\.json:1: not JSON"),
        ("tokenizer.json", b'{"a": 1}', "the model cannot be loaded"),
        ("tokenizer.json", None, "no tokenizer"),
    ],
)
def test_a_broken_model_is_one_line_and_nothing_is_written(
    name: str, content: bytes | None, message: str, tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny_run / "model", tmp_path / "model")
    (model / name).unlink()
    if content is not None:
        (model / name).write_bytes(content)

    with pytest.raises(RhetoricError, match=message) as caught:
        predict(model, [article], tmp_path / "out.jsonl")

    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_model_that_lacks_weights_is_refused_instead_of_guessing(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    model = shutil.copytree(tiny_run / "model", tmp_path / "model")
    weights = load_file(model / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(RhetoricError, match="weights are missing"):
        predict(model, [article], tmp_path / "out.jsonl")


def test_a_full_disk_leaves_nothing_half_written(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be written"), files_limited_to(100):
        predict(tiny_run, [article], tmp_path / "out.jsonl")

    assert [p.name for p in tmp_path.iterdir()] == [article.name]
