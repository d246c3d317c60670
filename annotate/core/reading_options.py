"""Options of every command that reads articles from tables: which column holds what."""

from typing import Annotated, Any

import typer


def _named(what: str) -> Any:
    return typer.Option(help=f"Name of the {what} column in tables and JSON.")


TextField = Annotated[str, _named("text")]
TitleField = Annotated[str, _named("title")]
IdField = Annotated[str, _named("id")]
SourceField = Annotated[str, _named("outlet")]
AuthorField = Annotated[str, _named("author")]
DateField = Annotated[str, _named("date")]
UrlField = Annotated[str, _named("address")]
HtmlField = Annotated[
    str,
    typer.Option(help="Name of a column with the article as HTML, to read instead of the text."),
]
