"""What the documentation says is so: commands, options, links, examples, generated files."""

import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from annotate.core.io.yaml_files import read_yaml
from annotate.core.taxonomy_file import load_taxonomy
from annotate.imports.mapping import read_map
from annotate.label_config.guidelines import guidelines, guidelines_page
from annotate.label_config.labeling_page import label_config
from tests.train.conftest import tiny_bert, tiny_config, tiny_dataset, tiny_run  # noqa: F401

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDE = [README, *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [*GUIDE, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md"))]
PAGES += [ROOT / "benchmarks" / "README.md", ROOT / "label_config" / "README.md"]
PAGES += [ROOT / "label_config" / "taxonomies" / "README.md", ROOT / "data/samples/README.md"]
PROGRAMS = {"rhetoric-annotate": "annotate.cli", "rhetoric-train": "train.cli"}
COMPLETION = {"--help", "--version", "--install-completion", "--show-completion"}
ELSEWHERE = {"--no-deps"}  # pip's
LAUNCHERS = {"torchrun", "accelerate"}  # they start the command that follows


def typer_command(module: str) -> Any:
    return typer.main.get_command(importlib.import_module(module).app)


def below(typed: str, command: Any) -> dict[str, Any]:
    """Every command of a group, and of the groups in it, by what is typed."""
    inner = {f"{typed} {name}": one for name, one in getattr(command, "commands", {}).items()}
    for words, one in list(inner.items()):
        inner |= below(words, one)
    return inner


COMMANDS = {
    typed: command
    for program, module in PROGRAMS.items()
    for typed, command in below(program, typer_command(module)).items()
}


def options_of(command: Any) -> set[str]:
    return {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)} | COMPLETION


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def lines_of(language: str) -> list[Any]:
    return [
        pytest.param(line, id=f"{page.stem}: {line.split('#')[0].strip()}")
        for page in GUIDE
        for block in blocks(page, language)
        for line in block.replace("\\\n", " ").splitlines()
        if line and not line.startswith(("#", " "))
    ]


def blocks_of(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{page.stem} {number}")
        for page in GUIDE
        for number, block in enumerate(blocks(page, language), 1)
    ]


def test_the_labelling_page_follows_from_the_taxonomy() -> None:
    taxonomy = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")
    page = (ROOT / "label_config" / "label_studio.xml").read_text(encoding="utf-8")

    assert page == label_config(taxonomy), "label_studio.xml is stale: run 'make config'"


def test_the_guidelines_follow_from_the_taxonomy() -> None:
    taxonomy = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")
    folder = ROOT / "label_config"

    for name, fresh in (
        ("guidelines.md", guidelines(taxonomy)),
        ("guidelines.html", guidelines_page(taxonomy)),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert text == fresh, f"{name} is stale: run 'make config'"


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_and_every_option_has_help(typed: str) -> None:
    command = COMMANDS[typed]

    assert command.help, f"{typed} has no docstring"
    first = command.help.splitlines()[0]
    assert first.endswith("."), "the list of commands shows the first line: make it a sentence"
    for parameter in command.params:
        assert getattr(parameter, "help", ""), f"{typed} {parameter.name} has no help"


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_argument_is_written_in_capitals(typed: str) -> None:
    arguments = [p for p in COMMANDS[typed].params if p.param_type_name == "argument"]

    assert [a.name for a in arguments if not re.fullmatch("[A-Z_]+", a.metavar or "")] == []


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_stands_in_the_readme(typed: str) -> None:
    assert re.search(rf"`{typed}[ `]", README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_is_shown_in_the_docs(typed: str) -> None:
    pages = [page for page in GUIDE if page != README]

    assert any(re.search(rf"`?{typed}[ `\n]", page.read_text("utf-8")) for page in pages), typed


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in GUIDE])
def test_every_option_in_the_text_is_one_of_a_command(page: Path) -> None:
    options = set().union(*map(options_of, COMMANDS.values())) | ELSEWHERE
    spans = re.findall(r"`([^`]+)`", prose(page))

    assert [o for span in spans for o in flags(span) if o not in options] == []
    for span in spans:
        typed = command_in(span)
        if typed:
            assert set(flags(span)) <= options_of(COMMANDS[typed]), span


def flags(span: str) -> list[str]:
    return re.findall(r"(?:^|(?<=[\s\[(]))--[a-z][a-z-]*", span)


def command_in(span: str) -> str | None:
    """The longest command that a piece of code begins with."""
    fitting = [typed for typed in COMMANDS if f"{span} ".startswith(f"{typed} ")]
    return max(fitting, key=len, default=None)


@pytest.mark.parametrize("line", lines_of("sh"))
def test_every_line_for_a_shell_can_be_typed(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    check_line(line, tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "rhetoric-annotate push p.jsonl --gold-shares 0.1",
        "rhetoric-annotate push no-such-file",
        "rhetoric-annotate pull --project mine",
        "rhetoric-annotate pull -o data/d --aggregate median",
        "rhetoric-annotate studio peoples",
        "rhetoric-train fit",
        "make no-such-target",
        "make train DATASETS=a",
        "pip install .[no-such-extra]",
        "rm data",
    ],
)
def test_a_line_that_cannot_be_typed_is_seen(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises((AssertionError, KeyError, TyperException, typer.Exit)):
        check_line(line, tmp_path)


def check_line(line: str, folder: Path) -> None:
    words = shlex.split(line, comments=True)
    while "=" in words[0]:
        del words[0]
    if words[0] in LAUNCHERS:
        del words[: words.index("rhetoric-train")]
    program, *words = words
    if program == "make":
        check_make(words)
    elif program == "pip":
        check_pip(words)
    else:
        check_command(program, words, folder)


def check_make(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words:
        name, is_variable, _ = word.partition("=")
        pattern = rf"^{name} \?=" if is_variable else rf"^{name}: "
        assert re.search(pattern, makefile, re.MULTILINE), word


def check_pip(words: list[str]) -> None:
    assert words[0] == "install"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in re.findall(r"^\.\[(.*)\]$", "\n".join(words), re.MULTILINE):
        assert extra in extras["optional-dependencies"]


def check_command(program: str, words: list[str], folder: Path) -> None:
    """Parse the words as the command does, with the files that they name in place."""
    if ">" in words:
        words = words[: words.index(">")]
    (folder / "label_config").symlink_to(ROOT / "label_config")
    for word in words:
        make_path(folder, word)
    typed = command_in(" ".join([program, *words])) or ""
    command = COMMANDS[typed]
    words = words[len(typed.split()) - 1 :]
    assert not (hasattr(command, "commands") and words and not words[0].startswith("-")), words
    with command.make_context(program, words):
        pass


def make_path(folder: Path, word: str) -> None:
    if "://" in word or word.startswith("-"):
        return
    if re.search(r"\.[a-z]+$", word):
        (folder / word).parent.mkdir(parents=True, exist_ok=True)
        (folder / word).touch()
    elif "/" in word:
        (folder / word).mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize("block", blocks_of("python"))
def test_every_piece_of_python_compiles(block: str) -> None:
    compile(block, "docs", "exec")


@pytest.mark.slow
def test_the_python_of_the_docs_runs(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """On a tiny dataset and a model that was trained on it, in a process without this project."""
    from train.export.export import export

    run = request.getfixturevalue("tiny_run")
    for folder in ("models", "datasets"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    export(run, tmp_path / "data" / "models" / "demo", None)
    dataset = request.getfixturevalue("tiny_dataset")
    (tmp_path / "data" / "datasets" / "demo").symlink_to(dataset)
    script = tmp_path / "docs.py"
    script.write_text("\n".join(param.values[0] for param in blocks_of("python")))
    environment = os.environ | {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    environment.pop("PYTHONPATH", None)

    done = subprocess.run(
        [sys.executable, "-P", str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].startswith("[")


@pytest.mark.parametrize("block", blocks_of("yaml"))
def test_every_piece_of_yaml_can_be_read(block: str, tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(block, encoding="utf-8")
    taxonomy = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")

    content = read_yaml(path)

    assert isinstance(content, dict)
    if "controls" in content or "labels" in content:
        map_ = read_map(path, taxonomy)
        assert map_.controls or map_.labels
    else:
        assert set(content["techniques"]) <= set(taxonomy.labels)


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in PAGES])
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not leads(page, link)] == []


def leads(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pre_commit_runs_what_make_check_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^check: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe
    checks = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    config = read_yaml(ROOT / ".pre-commit-config.yaml")
    entries = [hook["entry"] for hook in config["repos"][0]["hooks"]]

    assert [entry.replace(" --force-exclude", "") for entry in entries] == [
        check.removesuffix(" .") for check in checks
    ]


def test_the_forge_runs_what_ci_runs() -> None:
    workflow = read_yaml(ROOT / ".github" / "workflows" / "ci.yml")
    steps = workflow["jobs"]["ci"]["steps"]

    assert steps[-1] == {"run": ".ci/run"}
