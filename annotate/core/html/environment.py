"""Fill the templates of the HTML pages: self-contained files in one theme, light and dark.

A template extends `base.html`, which brings the theme and a policy that forbids every request and
every script. Everything that a template prints is escaped.
"""

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from annotate.core.html.dot_plot import in_words, minus

if TYPE_CHECKING:
    from jinja2 import Environment

_SHARED = "annotate.core.html"


@dataclass(frozen=True, slots=True)
class Script:
    """A script that a page brings.

    Attributes:
        text: Of the script; ours, so a template prints it as it is.
        digest: Its SHA-256 in base64, for the page's policy: no other script runs.
    """

    text: str
    digest: str


def render(package: str, template: str, /, **values: object) -> str:
    """Return a page, filled in; the same values give the same bytes.

    Args:
        package: The package whose folder `templates` holds the template.
        template: The template's file name.
        values: What it shows; a missing value is an error.
    """
    return environment(package).get_template(template).render(values)


def read_script(package: str, *names: str) -> Script:
    """Read a script, in one or more files, from a package's templates or those of all pages."""
    pages = environment(package)
    assert pages.loader
    text = "".join(pages.loader.get_source(pages, name)[0] for name in names)
    return Script(text, b64encode(sha256(text.encode()).digest()).decode())


@cache
def environment(package: str = _SHARED) -> "Environment":
    """Return the environment of a package's templates and of those that all pages share."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in dict.fromkeys((package, _SHARED))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters.update(minus=minus, in_words=in_words, thousands="{:,}".format)
    return pages


def inline_json(value: object) -> str:
    """Return compact JSON without `<`, so that no text in it ends its element in a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
