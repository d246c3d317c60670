"""The page of `prepare --report`: what was left out, by reason, to be read by eye."""

from collections.abc import Mapping
from heapq import heappush, heappushpop
from pathlib import Path
from typing import Any

from annotate.core.html.environment import render
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows
from annotate.core.ledger import ledger_path
from annotate.paragraphs.prepare import PrepareReport

_SHOWN = 200  # rows of each reason


def write_page(page: Path, report: PrepareReport, output: Path) -> None:
    """Write the page of a prepared file, whole or not at all.

    Raises:
        InputError: It cannot be written.
    """
    total = sum(report.left_out.values())
    text = render(
        "annotate.paragraphs",
        "left_out.html",
        title=f"What was left out of {output.name}",
        facts=[
            ("articles", report.articles),
            ("blocks", report.blocks + report.cut),
            ("paragraphs", report.paragraphs),
            ("left out", total),
            ("near-duplicates", report.near_duplicates),
        ],
        total=max(total, 1),
        reasons=sorted(report.left_out.items(), key=lambda item: (-item[1], item[0])),
        rows=_by_reason(ledger_path(output)),
    )
    with writing(page) as file:
        file.write(text)


def _by_reason(ledger: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Return the longest rows of each reason, longest first: lost text is among them, if any is.

    A ledger of any length makes a readable page.
    """
    longest: dict[str, list[tuple[int, int, Mapping[str, Any]]]] = {}
    for number, row in read_rows(ledger):
        shown = longest.setdefault(str(row["reason"]), [])
        keep = heappush if len(shown) < _SHOWN else heappushpop
        keep(shown, (len(row["text"]), -number, row))
    return {reason: [row for *_, row in sorted(shown)[::-1]] for reason, shown in longest.items()}
