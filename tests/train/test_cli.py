import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.core.errors import InputError
from tests.train.samples import write_tiny_dataset
from train.cli import app
from train.training.fit import FitConfig

ARTICLE = "A bridge for us\n\nThe traitor spoke on Monday.\n\nThe council met once more.\n"
COMMANDS = (
    *("fit", "learning-curve", "sweep", "evaluate", "compare", "report"),
    *("export", "verify", "predict"),
)


def rhetoric_train(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command in this process."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def fit_arguments(dataset: Path, run: Path, config: FitConfig) -> list[str | Path]:
    names = ("max_epochs", "learning_rate", "max_length")
    options = [f"--set={name}={getattr(config.recipe, name)}" for name in names]
    return ["fit", dataset, "-o", run, "--encoder", config.encoder, "--recipe", "minilm", *options]


def test_help_loads_no_heavy_library() -> None:
    code = "import sys, train.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )

    heavy = {"torch", "transformers", "sklearn", "pyarrow", "datasets", "trafilatura", "numpy"}
    assert heavy.isdisjoint(loaded.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    code, out, _ = rhetoric_train(command, "--help")

    assert code == 0
    assert "Usage" in out


def test_the_help_of_predict_names_every_form_of_input(tmp_path: Path) -> None:
    from annotate.articles.registry import find_files

    (tmp_path / "article").touch()
    with pytest.raises(InputError) as refusal:
        find_files([tmp_path / "article"])  # it lists the formats of the registry
    suffixes = set(re.findall(r"(?<= )\.\w+", str(refusal.value)))

    _, out, _ = rhetoric_train("predict", "--help")

    assert {".txt", ".parquet"} < suffixes
    assert suffixes == set(re.findall(r"(?<![\w.])\.\w+", out))
    assert "folders" in out
    assert "paragraphs.jsonl" in out


def test_the_help_groups_the_commands() -> None:
    _, out, _ = rhetoric_train("--help")

    for panel in ("Training", "Evaluation", "Reuse"):
        assert f" {panel} " in out
    assert "--install-completion" in out


@pytest.mark.parametrize(
    ("arguments", "path", "command"),
    [
        (["fit", "gone", "-o", "out"], "gone", "'rhetoric-annotate pull' (make pull)"),
        (["evaluate", "gone", "here"], "gone", "'rhetoric-train fit' (make train)"),
        (["evaluate", "here", "gone"], "gone", "'rhetoric-annotate pull' (make pull)"),
        (["export", "gone", "-o", "out"], "gone", "'rhetoric-train fit' (make train)"),
        (["export", "here", "-o", "out", "--dataset", "gone"], "gone", "(make pull)"),
        (["verify", "gone"], "gone", "'rhetoric-train export' (make export)"),
        (["predict", "gone", "here", "-o", "out"], "gone", "'rhetoric-train fit' (make train)"),
        (["export", "here", "-o", "out", "--evaluation", "e.json"], "e.json", "make evaluate"),
        (["report", "here", "gone", "p.jsonl", "-o", "out"], "gone", "make evaluate"),
        (["report", "here", "here", "p.jsonl", "-o", "out"], "p.jsonl", "make predict"),
    ],
)
def test_a_path_that_is_not_there_yet_names_the_command_that_makes_it(
    arguments: list[str], path: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "label_config").mkdir()
    monkeypatch.chdir(tmp_path)

    code, out, err = rhetoric_train(*arguments)

    assert (code, out) == (1, "")
    assert err.startswith(f"error: {path}: does not exist; make it with ")
    assert command in err
    assert err.count("\n") == 1
    assert sorted(x.name for x in tmp_path.iterdir()) == ["here", "label_config"]


def test_a_missing_path_in_another_folder_says_where_paths_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    _, _, err = rhetoric_train("fit", "data/datasets/mine", "-o", "run")

    assert "run the command in the project folder, where label_config/ lies" in err


def test_a_file_where_a_folder_is_needed_is_a_mistake_of_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, _, err = rhetoric_train("fit", tmp_path / "file", "-o", tmp_path / "run")

    assert code == 2
    assert "Invalid value for 'DATASET'" in err


def test_the_version_is_shown() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    version = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]

    result = CliRunner().invoke(app, ["--version"], prog_name="rhetoric-train")

    assert (result.exit_code, result.stdout) == (0, f"rhetoric-train {version}\n")


def test_a_split_that_does_not_exist_is_a_mistake_of_usage(tmp_path: Path) -> None:
    code, _, err = rhetoric_train("evaluate", tmp_path, tmp_path, "--split", "t*")

    assert code == 2
    assert "'t*' is not one of" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "FOLDER", "-o", "FOLDER/run"],
        ["evaluate", "FOLDER", "FOLDER", "-o", "FOLDER/report"],
        ["export", "FOLDER", "-o", "FOLDER/model"],
        ["verify", "FOLDER"],
        ["predict", "FOLDER", "FOLDER", "-o", "FOLDER/out.jsonl"],
    ],
)
def test_a_wrong_folder_is_one_line_and_exit_code_1(arguments: list[str], tmp_path: Path) -> None:
    code, out, err = rhetoric_train(*[a.replace("FOLDER", str(tmp_path)) for a in arguments])

    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_four_commands_lead_from_a_dataset_to_predictions(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    run, model = tmp_path / "run", tmp_path / "model"
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE, encoding="utf-8")

    code, out, err = rhetoric_train(*fit_arguments(tiny_dataset, run, tiny_config))
    assert code == 0
    head, *rows = out.splitlines()
    assert head.split() == ["on", "validation", "micro-F1", "macro-F1"]
    names = ["model", "most frequent label", "TF-IDF", "frozen encoder", "TF-IDF + frozen encoder"]
    assert all(row.startswith(name) for row, name in zip(rows, names, strict=False))
    assert rows[-1].startswith(f"{run}: whole encoder trained, model ")
    assert "epoch 4/4" in err

    code, out, err = rhetoric_train("evaluate", run, tiny_dataset)
    assert code == 0
    assert "micro-F1" in out
    assert (run / "evaluation" / "evaluation.html").is_file()

    code, out, err = rhetoric_train("export", run, "-o", model)
    assert (code, out) == (0, f"{model}\n")
    assert "onnx/model.onnx: 0." in err

    code, out, _ = rhetoric_train("verify", model)
    assert code == 0
    assert out.startswith(f"{model}: sound: ")

    code, out, _ = rhetoric_train("verify", model, "--json")
    assert (code, json.loads(out)["labels"]) == (0, 4)

    table = tmp_path / "scores.csv"
    code, out, _ = rhetoric_train(
        "predict", model, article, "-o", tmp_path / "out.jsonl", "--scores", table
    )
    assert code == 0
    assert out.startswith("2 paragraphs, ")
    assert len(table.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.slow
def test_json_is_for_machines(
    tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    code, out, err = rhetoric_train(*fit_arguments(tiny_dataset, tiny_run, tiny_config), "--json")
    assert code == 0
    assert json.loads(out)["split"] == "validation"
    assert "already finished" in err

    report = tmp_path / "report"
    code, out, _ = rhetoric_train("evaluate", tiny_run, tiny_dataset, "-o", report, "--json")
    assert code == 0
    assert json.loads(out)["split"] == "test"


@pytest.mark.slow
def test_an_export_without_figures_says_how_to_get_them(tiny_run: Path, tmp_path: Path) -> None:
    code, _, err = rhetoric_train("export", tiny_run, "-o", tmp_path / "model")

    assert code == 0
    assert "rhetoric-train evaluate" in err


@pytest.mark.slow
def test_a_cut_paragraph_is_told(tiny_run: Path, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("the council met " * 50, encoding="utf-8")

    code, _, err = rhetoric_train("predict", tiny_run, article, "-o", tmp_path / "out.jsonl")

    assert code == 0
    assert "1 paragraph is longer than the model reads" in err


@pytest.mark.slow
def test_the_last_line_names_the_threshold_that_was_asked_for(
    tiny_run: Path, tmp_path: Path
) -> None:
    article, out = tmp_path / "article.txt", tmp_path / "out.jsonl"
    article.write_text(ARTICLE, encoding="utf-8")

    done = rhetoric_train("predict", tiny_run, article, "-o", out, "--threshold", "0")
    assert done[::2] == (0, "")
    assert re.fullmatch(
        rf"2 paragraphs, 2 with a technique at threshold 0, by torch (bf16|fp32): {out}\n", done[1]
    )
    for wanted, why in (("much", "or adapt; not 'much'"), ("adapt", "the input has 2;")):
        code, _, err = rhetoric_train(
            "predict", tiny_run, article, "-o", out, "--threshold", wanted
        )
        assert (code, err.count("\n")) == (1, 1)
        assert why in err


@pytest.mark.slow
def test_a_dash_reads_stdin_and_writes_only_data_to_stdout(tiny_run: Path, tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "The traitor spoke on Monday."}, {"id": "b", "text": None}]
    given = "".join(json.dumps(row) + "\n" for row in rows)
    arguments = ["predict", str(tiny_run), "-", "-o", "-", "--with-paragraphs"]

    done = CliRunner().invoke(app, arguments, input=given)

    assert done.exit_code == 0
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["article_id"], row["text"]) == ("a", "The traitor spoke on Monday.")
    assert re.search(r"^1 paragraph, [01] with a technique, by torch \S+$", done.stderr, re.M)
    assert "1 file or record could not be used; with -o FILE" in done.stderr
    failed = CliRunner().invoke(app, arguments, input="")
    assert (failed.exit_code, failed.stdout, failed.stderr.count("\n")) == (1, "", 1)


@pytest.mark.slow
def test_other_input_is_told_with_what_to_do(tiny_run: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    lines = (json.dumps({"id": f"r{n}", "text": f"Word {n}."}) for n in range(60))
    records.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ("predict", tiny_run, records, "-o", tmp_path / "out.jsonl")

    assert (
        "; label some of it and evaluate, or try --threshold adapt\n"
        in (rhetoric_train(*arguments)[2])
    )

    code, out, err = rhetoric_train(*arguments, "--threshold", "adapt")

    assert code == 0
    assert re.match(r"60 paragraphs, \d+ with a technique at threshold 0\.\d+, by torch ", out)
    assert "words in a paragraph, at the median 2 (8 in 10: 2 to 2), there " in err
    assert "; label some of it and evaluate\n" in err
    assert "adapt" not in err


@pytest.mark.slow
def test_a_repeated_paragraph_is_told(tiny_run: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "article.txt").write_text(ARTICLE, encoding="utf-8")

    code, _, err = rhetoric_train(
        "predict", tiny_run, tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out.jsonl"
    )

    assert code == 0
    assert "2 paragraphs were left out because of an id that had already occurred" in err


@pytest.mark.slow
def test_data_of_another_version_are_told(tiny_run: Path, tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", seed=1)

    code, out, err = rhetoric_train("evaluate", tiny_run, dataset, "-o", tmp_path / "out")

    assert code == 0
    assert "micro-F1" in out
    assert "trained on another version of the data" in err
