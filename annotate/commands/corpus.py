"""`corpus`: import a public corpus in its official form into a dataset folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.import_labels import echo_import
from annotate.commands.options import (
    SEED,
    Folds,
    Json,
    NewSplit,
    Seed,
    SplitByName,
    TestShare,
    ValidationShare,
    find,
    split_request,
)
from annotate.core.console import plain_errors, say
from annotate.core.plurals import counted

if TYPE_CHECKING:
    from annotate.imports.corpora.corpus import Corpus
    from annotate.imports.corpora.import_corpus import CorpusReport


def corpus_command(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The corpus; --list shows the names.")
    ] = "",
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH", exists=True, help="Its downloaded folder, or one file of it."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME."),
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the corpora and exit.")] = False,
    taxonomy: Annotated[
        Path | None,
        typer.Option(
            "--taxonomy",
            parser=find,
            metavar="FILE|NAME",
            help="Taxonomy to map the labels to; by default the corpus's own.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            exists=True,
            dir_okay=False,
            help="YAML file that maps the corpus's labels to the taxonomy's.",
        ),
    ] = None,
    validation: ValidationShare = None,
    test: TestShare = None,
    split_by: SplitByName = None,
    folds: Folds = None,
    new_split: NewSplit = False,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Import a public corpus that you have downloaded; rows that cannot be used are set aside."""
    from annotate.imports.corpora.import_corpus import CorpusConfig, import_corpus
    from annotate.imports.corpora.registry import CORPORA
    from annotate.workspace import LABEL_CONFIG, PSEUDONYM_KEY

    if show_list:
        typer.echo(_as_json(CORPORA) if as_json else _listed(CORPORA))
        return
    corpus = _choose(name, CORPORA)
    if path is None or output is None:
        raise typer.BadParameter(
            f"say where your copy of {corpus.name} is, and with -o which dataset to write; its "
            f"owners publish it at {corpus.url}"
        )
    with plain_errors():
        splits = split_request(validation, test, split_by, folds, new_split)
        config = CorpusConfig(LABEL_CONFIG, taxonomy, map_file, splits, seed)
        say(f"reading {corpus.title}; licence: {corpus.licence}")
        report = import_corpus(corpus, path, output, PSEUDONYM_KEY, config)
    more: dict[str, Any] = {"left_out": dict(report.left_out), "several": dict(report.several)}
    more |= {"notes": list(report.notes)}
    echo_import(report.imported, output, more, as_json=as_json)
    if not as_json:
        _echo_map(report)


def _choose(name: str, corpora: Mapping[str, "Corpus"]) -> "Corpus":
    if name not in corpora:
        raise typer.BadParameter(
            f"{name or 'no corpus'}: there are {', '.join(corpora)}; --list says more about each"
        )
    return corpora[name]


def _echo_map(report: "CorpusReport") -> None:
    """Say what the reader left out, and which labels had no counterpart, or several."""
    for note in report.notes:
        typer.echo(note)
    for counts, what in (
        (report.left_out, "without a counterpart, left out"),
        (report.several, "with several counterparts, all of them set"),
    ):
        if counts:
            listed = ", ".join(f"{name} ({rows})" for name, rows in counts.items())
            typer.echo(f"labels of {report.taxonomy} {what}: {listed}")


def _as_json(corpora: Mapping[str, "Corpus"]) -> str:
    keys = ("name", "title", "languages", "labels", "size", "licence", "url", "taxonomy")
    return json.dumps([{k: getattr(corpus, k) for k in keys} for corpus in corpora.values()])


def _listed(corpora: Mapping[str, "Corpus"]) -> str:
    """Return a paragraph for each corpus."""
    return "\n\n".join(
        f"{c.name}: {c.title}\n"
        f"  {counted(c.labels, 'label')} ({c.taxonomy}); {', '.join(c.languages)}; {c.size}\n"
        f"  licence: {c.licence}\n"
        f"  {c.url}"
        for c in corpora.values()
    )
