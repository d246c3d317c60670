"""The data of a task: the paragraph's keys, and what the labeling interface needs besides."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from annotate.core.records import Paragraph, paragraph_id
from annotate.label_config.labeling_page import OUTLET, TEXT


def task_data(paragraph: Paragraph) -> dict[str, Any]:
    """Return the data of a paragraph's task: its keys, and its outlet under a name to show."""
    return {**paragraph.to_json(), OUTLET: paragraph.source}


def data_digest(data: Mapping[str, Any]) -> str:
    """Return a digest of the paragraph and its context; keys that are not ours do not count.

    A server may change the order of the keys (PostgreSQL does).
    """
    no_author = {"author": "", **data}  # tasks made before `author` existed are not stale
    ours = [str(no_author.get(key)) for key in (*Paragraph.__slots__, OUTLET)]
    return sha256("\0".join(ours).encode("utf-8", "replace")).hexdigest()[:16]


def is_sound(data: Mapping[str, Any]) -> bool:
    """Return whether a task's id is that of its article and text."""
    expected = paragraph_id(str(data.get("article_id")), str(data.get(TEXT)))
    return bool(data.get("id") == expected)
