"""Options that several commands share, with their help and defaults."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from annotate.aggregation.disputed import Disputed
from annotate.core.plurals import counted
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.dataset.splits.lineage import SplitRequest


def find(name: str) -> Path:
    """Return a taxonomy's file by its path or name; anything else is a usage error."""
    from annotate.core.errors import RhetoricError
    from annotate.core.taxonomy_file import find_taxonomy

    if Path(name) == TAXONOMY:  # where the default is used, it is checked
        return TAXONOMY
    try:
        return find_taxonomy(str(name), TAXONOMY.parent)
    except RhetoricError as error:
        raise typer.BadParameter(str(error)) from error


TaxonomyFile = Annotated[
    Path,
    typer.Option(
        "--taxonomy",
        parser=find,
        metavar="FILE|NAME",
        help="What to label: a file, or its name in label_config/taxonomies.",
    ),
]


def _check_name(context: typer.Context, name: str) -> str:
    """Refuse a name that no project can have, before a server is started or asked."""
    from annotate.core.console import plain_errors
    from annotate.label_studio.annotator_projects import check_title_length

    if not context.resilient_parsing:  # which completes a line
        with plain_errors():
            check_title_length(name)
    return name


ProjectName = Annotated[
    str, typer.Option(callback=_check_name, help="Name of the labelling project.")
]
PROJECT = "demo"
Url = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_URL",
        show_envvar=True,
        help="Address of Label Studio; by default the one that 'studio' started.",
    ),
]
ApiKey = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_API_KEY",
        show_envvar=True,
        show_default=False,
        help="Access token, personal or legacy.",
    ),
]
IncludeAdmin = Annotated[
    bool,
    typer.Option(
        "--include-admin",
        help="Count the administrator's answers in annotators' projects, too.",
    ),
]
Database = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_DATABASE",
        show_envvar=True,
        show_default=False,
        metavar="URL",
        help="PostgreSQL instead of SQLite: postgresql://USER:PASSWORD@HOST:PORT/NAME. It is "
        "remembered. Setting it in the environment (or .env) hides it from the process list.",
    ),
]
DATABASE = ""
DisputedRule = Annotated[
    Disputed,
    typer.Option(
        "--disputed",
        help="What gold does with labels that the answers leave undecided: off unless more likely "
        "than not, on, or drop the paragraph until somebody decides.",
    ),
]
_SPLITS = "Splits"  # the panel of help
ValidationShare = Annotated[
    float | None,
    typer.Option(
        "--validation",
        metavar="SHARE",
        show_default="0.15",
        rich_help_panel=_SPLITS,
        help="Share of the paragraphs to put into validation when splits are drawn.",
    ),
]
TestShare = Annotated[
    float | None,
    typer.Option(
        "--test",
        metavar="SHARE",
        show_default="0.15",
        rich_help_panel=_SPLITS,
        help="Share of the paragraphs to put into test when splits are drawn.",
    ),
]
SplitByName = Annotated[
    Literal["article", "source", "date"] | None,
    typer.Option(
        "--split-by",
        show_default="article",
        rich_help_panel=_SPLITS,
        help="Keep apart articles, outlets (source), or older articles and the newest, which "
        "become the test split (date).",
    ),
]
Folds = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        show_default=False,
        rich_help_panel=_SPLITS,
        help="Also cut train and validation into so many folds for cross-validation.",
    ),
]
NewSplit = Annotated[
    bool,
    typer.Option(
        "--new-split",
        rich_help_panel=_SPLITS,
        help="Draw new splits and ignore existing or given ones. Models trained before "
        "can no longer be compared.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
Seed = Annotated[int, typer.Option(help="Random seed.")]
SEED = 13


def split_request(
    validation: float | None, test: float | None, by: str | None, folds: int | None, new: bool
) -> "SplitRequest":
    """Return what the options about splits ask for.

    Raises:
        InputError: A share or the number of folds makes no sense.
    """
    from annotate.dataset.splits.assign import SplitBy
    from annotate.dataset.splits.lineage import SplitRequest

    return SplitRequest(validation, test, SplitBy(by) if by else None, folds, new)


def names(text: str) -> list[str]:
    """Split a list of names at its commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def administrators_answers(count: int) -> list[str]:
    """Say how many answers do not count because the administrator gave them, if there are any."""
    if not count:
        return []
    answers, them = counted(count, "answer"), "it" if count == 1 else "them"
    return [
        f"left out {answers} of the administrator in annotators' projects; "
        f"--include-admin counts {them}"
    ]
