"""What is written for people follows what the code does."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_config.guidelines import guidelines, guidelines_page
from annotate.label_config.labeling_page import label_config

ROOT = Path(__file__).parent.parent


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
        stands = (folder / name).read_text(encoding="utf-8")
        assert stands == fresh, f"{name} is stale: run 'make config'"


def commands() -> list[tuple[str, str, Any]]:
    """Program, command's name and command, of both command lines."""
    found = []
    for half in ("annotate", "train"):
        program: Any = typer.main.get_command(importlib.import_module(f"{half}.cli").app)
        found += [(f"rhetoric-{half}", name, one) for name, one in program.commands.items()]
    return found


@pytest.mark.parametrize(
    ("program", "name", "command"), [pytest.param(*c, id=f"{c[0]} {c[1]}") for c in commands()]
)
def test_every_command_and_every_option_has_help(program: str, name: str, command: Any) -> None:
    assert command.help, f"{program} {name} has no docstring"
    first = command.help.splitlines()[0]
    assert first.endswith("."), "the list of commands shows the first line: make it a sentence"
    for parameter in command.params:
        assert getattr(parameter, "help", ""), f"{program} {name} {parameter.name} has no help"


@pytest.mark.parametrize(("program", "name"), [c[:2] for c in commands()])
def test_every_command_stands_in_the_readme(program: str, name: str) -> None:
    assert f"`{program} {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    typed = re.findall(r"^make ([a-z -]+?)(?: [A-Z]+=|\s{2,}|$)", readme, re.MULTILINE)
    targets = {target for words in typed for target in words.split()}

    assert {"demo", "test"} <= targets
    assert all(f"\n{target}: " in makefile for target in targets)


def test_every_file_that_the_readme_links_to_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", readme)

    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
