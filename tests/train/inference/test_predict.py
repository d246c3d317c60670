import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.core.errors import InputError, RhetoricError
from annotate.core.records import Paragraph
from annotate.paragraphs.file import write_paragraphs
from tests.limits import files_limited_to
from tests.train.samples import paragraphs
from train.inference import predict as predict_module
from train.inference.labelling import Wanted
from train.inference.predict import PredictReport, predict
from train.inference.reading import columns
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
        assert list(row) == ["id", "model", "threshold", "labels", "scores"]
        assert (row["model"], row["threshold"]) == (model.digest, model.settings.threshold)
        assert tuple(row["scores"]) == model.labels
        above = [n for n, s in row["scores"].items() if s >= model.settings.threshold]
        assert row["labels"] == above


def test_a_line_repeats_its_paragraph_where_asked(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    predict(tiny_run, [article], tmp_path / "out.jsonl", Wanted(with_paragraphs=True))

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

    predict(
        tiny_run,
        [ready, article, records, page],
        tmp_path / "out.jsonl",
        Wanted(with_paragraphs=True),
    )

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


def test_paragraphs_longer_than_the_model_reads_are_counted(tiny_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    text = "the council met " * 100
    path.write_text(json.dumps({"id": "r", "text": text}) + "\n", encoding="utf-8")

    report = predict(tiny_run, [path], tmp_path / "out.jsonl")

    assert (report.paragraphs, report.windowed) == (1, 1)
    assert isinstance(report, PredictReport)


KILLED = """
import os, sys
from pathlib import Path
from train.inference import predict as module
from train.inference.part import Part

module._CHUNK, add, done = 7, Part.add, []

def add_and_die(part, chunk):
    add(part, chunk)
    done.append(chunk)
    if len(done) == 3:
        os.kill(os.getpid(), 9)

Part.add = add_and_die
model, given, out = map(Path, sys.argv[1:])
module.predict(model, [given], out)
"""


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "killed" / "out.jsonl"
    write_paragraphs(given, paragraphs([f"a{i}" for i in range(10)], 4))
    with given.open("a", encoding="utf-8") as file:
        file.write('{"id": "no paragraph"}\n')
    monkeypatch.setattr(predict_module, "_CHUNK", 7)
    whole = predict(tiny_run, [given], tmp_path / "whole.jsonl")

    command = [sys.executable, "-c", KILLED, *map(str, (tiny_run, given, out))]
    assert subprocess.run(command, check=False).returncode == -9
    assert not out.exists()
    report = predict(tiny_run, [given], out)

    assert (report.resumed, report.unread) == (21, 1)
    assert replace(report, resumed=0) == whole
    names = ["out.jsonl", "out.ledger.jsonl"]
    assert sorted(path.name for path in out.parent.iterdir()) == names  # nothing of the killed run
    for name in names:
        other = tmp_path / name.replace("out", "whole")
        assert (out.parent / name).read_bytes() == other.read_bytes()


def test_with_other_options_nothing_is_taken_over(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    write_paragraphs(given, paragraphs(["x"], 5))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(predict_module, "writing", stop)
    with pytest.raises(KeyboardInterrupt):
        predict(tiny_run, [given], out)
    monkeypatch.undo()

    assert predict(tiny_run, [given], out, Wanted(with_paragraphs=True)).resumed == 0


def test_the_words_that_spoke_for_a_label_are_part_of_the_line(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    wanted = Wanted(with_paragraphs=True, cutoff=0.0, rationale=True)
    predict(tiny_run, [article], tmp_path / "out.jsonl", wanted)

    for row in rows(tmp_path / "out.jsonl"):
        assert list(row["rationale"]) == row["labels"] == list(row["scores"])
        for words in row["rationale"].values():
            assert {row["text"][start:end] for start, end, _ in words} <= set(row["text"].split())
    with pytest.raises(InputError, match="name the threshold"):
        predict(tiny_run, [article], tmp_path / "b.jsonl", Wanted(rationale=True, cutoff="adapt"))


def test_columns_may_have_other_names(tiny_run: Path, tmp_path: Path) -> None:
    table = tmp_path / "posts.csv"
    table.write_text("key,body\nr,The traitor spoke on Monday.\n", encoding="utf-8")
    wanted = Wanted(with_paragraphs=True, fields=columns(text="body", id="key"))

    predict(tiny_run, [table], tmp_path / "out.jsonl", wanted)

    (row,) = rows(tmp_path / "out.jsonl")
    assert (row["article_id"], row["text"]) == ("r", "The traitor spoke on Monday.")


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
    damaged = tmp_path / "damaged.txt"
    damaged.write_bytes("“They lied to us all in May,” he said, “and in June\0 again.”".encode())

    report = predict(
        tiny_run,
        [records, ready, article, damaged],
        tmp_path / "out.jsonl",
        Wanted(with_paragraphs=True),
    )

    ledger = [row for row in rows(tmp_path / "out.ledger.jsonl") if row["kind"] == "record"]
    assert (report.paragraphs, report.unread, report.notices) == (6, 3, 1)
    assert rows(tmp_path / "out.jsonl")[0]["article_id"] == "2"
    assert [(row["reason"], row["text"].partition(": ")[0]) for row in ledger] == [
        ("no text", f"{records}:1"),
        ("cannot be read", f"{records}:3"),
        ("cannot be read", f"{ready}:3"),
    ]
    with pytest.raises(InputError, match=r"records\.jsonl:1: the record has no text"):
        predict(tiny_run, [records, article], tmp_path / "strict.jsonl", Wanted(strict=True))
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


def test_a_number_takes_the_place_of_the_models_threshold(tiny_run: Path, tmp_path: Path) -> None:
    write_paragraphs(tmp_path / "in.jsonl", paragraphs(["x"], 5))

    report = predict(tiny_run, [tmp_path / "in.jsonl"], tmp_path / "out.jsonl", Wanted(cutoff=0.0))

    assert (report.threshold, report.labelled) == (0.0, 5)
    for row in rows(tmp_path / "out.jsonl"):
        assert row["labels"] == list(row["scores"])


@pytest.mark.parametrize("with_paragraphs", [False, True])
def test_an_adapted_threshold_follows_from_the_scores_of_the_input(
    with_paragraphs: bool, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_paragraphs(tmp_path / "in.jsonl", paragraphs([f"a{i}" for i in range(30)], 2))
    plain, fitted = tmp_path / "plain.jsonl", tmp_path / "adapted.jsonl"
    monkeypatch.setattr(predict_module, "_CHUNK", 25)
    before = predict(tiny_run, [tmp_path / "in.jsonl"], plain, Wanted(with_paragraphs))

    report = predict(
        tiny_run, [tmp_path / "in.jsonl"], fitted, Wanted(with_paragraphs, cutoff="adapt")
    )

    scores = np.array([list(row["scores"].values()) for row in rows(plain)])
    # expected hits over expected and given labels, at each number of given labels
    ordered = np.sort(scores, axis=None)[::-1]
    f1 = 2 * ordered.cumsum() / (np.arange(1, ordered.size + 1) + ordered.sum())
    middle = ordered[f1.argmax() :][:2].mean()
    odds = middle / (1 - middle) * before.threshold / (1 - before.threshold)
    assert report.threshold == pytest.approx(odds**0.5 / (1 + odds**0.5), abs=1e-3)
    assert (report.paragraphs, before.paragraphs) == (60, 60)
    for one, other in zip(rows(plain), rows(fitted), strict=True):
        assert list(one) == list(other)
        assert (one["threshold"], other["threshold"]) == (before.threshold, report.threshold)
        same = {"labels": 0, "threshold": 0}
        assert one | same == other | same
        above = [label for label, score in one["scores"].items() if score >= report.threshold]
        assert other["labels"] == above
    assert report.labelled == sum(bool(row["labels"]) for row in rows(fitted))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "adapted.jsonl",
        "adapted.ledger.jsonl",
        "in.jsonl",
        "plain.jsonl",
        "plain.ledger.jsonl",
    ]


def test_too_few_paragraphs_are_not_adapted_to(
    tiny_run: Path, article: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="at least 50 paragraphs, and the input has 2;"):
        predict(tiny_run, [article], tmp_path / "out.jsonl", Wanted(cutoff="adapt"))

    assert [path.name for path in tmp_path.iterdir()] == [article.name]


def test_input_that_is_unlike_the_training_data_is_reported(tiny_run: Path, tmp_path: Path) -> None:
    like = paragraphs([f"a{i}" for i in range(30)], 2)
    short = [replace(p, text=f"Word {p.id}.") for p in like]
    write_paragraphs(tmp_path / "like.jsonl", like)
    write_paragraphs(tmp_path / "short.jsonl", short)

    same = predict(tiny_run, [tmp_path / "like.jsonl"], tmp_path / "out.jsonl").differences
    other = predict(tiny_run, [tmp_path / "short.jsonl"], tmp_path / "out.jsonl").differences

    assert same == ()
    assert "words in a paragraph, at the median 2 (8 in 10: 2 to 2), there " in other[0]


def test_a_model_from_before_says_nothing_of_its_inputs(tiny_run: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny_run / "model", tmp_path / "model")
    config = json.loads((model / "config.json").read_text("utf-8"))
    del config["rhetoric"]["inputs"], config["rhetoric"]["chosen"]
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    write_paragraphs(tmp_path / "in.jsonl", paragraphs([f"a{i}" for i in range(30)], 2))

    assert predict(model, [tmp_path / "in.jsonl"], tmp_path / "out.jsonl").differences == ()
