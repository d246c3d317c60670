"""The page of `prepare --report`: what was left out, by reason, to be read by eye."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from annotate.core.html.page import BASE_STYLE, html_page
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows
from annotate.paragraphs.prepare import PrepareReport, ledger_path

_SHOWN = 200  # rows of each reason
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    """
:root { color-scheme: light dark; --ink: #1d1d1f; --soft: #5c5c66; --paper: #fff; --accent: #0b57d0;
  --grid: #ddd; --strong: #999; --band: #f4f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --soft: #a5a5b0; --paper: #16161a; --accent: #8ab4f8; --grid: #33333b;
    --strong: #777; --band: #1f1f25; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 0 auto; max-width: 66rem; padding: 3rem 1.5rem 5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .93rem; }
td, th { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid var(--grid); overflow-wrap: anywhere; min-width: 4rem; }
th { font-weight: 600; white-space: nowrap; } td:first-child { width: 30%; color: var(--soft); }
td.count { text-align: right; white-space: nowrap; width: auto; color: inherit; }
.bar { display: block; height: .55rem; margin-top: .45rem; background: var(--accent);
  border-radius: 2px; min-width: 2px; }
"""
    + BASE_STYLE
)


def write_page(page: Path, report: PrepareReport, output: Path) -> None:
    """Write the page of a prepared file, whole or not at all.

    Raises:
        InputError: It cannot be written.
    """
    rows = _by_reason(ledger_path(output))
    title = f"What was left out of {output.name}"
    with writing(page) as file:
        file.write(html_page(title, _POLICY, _STYLE, "\n".join(_body(title, report, rows))))


def _by_reason(ledger: Path) -> dict[str, list[Mapping[str, Any]]]:
    """The first rows of each reason, so that a ledger of any length makes a page to read."""
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for _, row in read_rows(ledger):
        held = rows.setdefault(str(row["reason"]), [])
        if len(held) < _SHOWN:
            held.append(row)
    return rows


def _body(
    title: str, report: PrepareReport, rows: Mapping[str, list[Mapping[str, Any]]]
) -> Iterator[str]:
    total = sum(report.left_out.values())
    facts = {
        "articles": report.articles,
        "blocks": report.blocks + report.cut,
        "paragraphs": report.paragraphs,
        "left out": total,
        "near-duplicates": report.near_duplicates,
    }
    yield f"<h1>{escape(title)}</h1>"
    yield '<p class="lead">Every block of every article is a paragraph or stands here.</p>'
    cells = (f"<div><dt>{name}</dt><dd>{n:,}</dd></div>" for name, n in facts.items())
    yield f'<dl class="facts">{"".join(cells)}</dl>'
    ordered = sorted(report.left_out.items(), key=lambda item: (-item[1], item[0]))
    yield "<table><tr><th>reason</th><th></th><th></th></tr>"
    for number, (reason, count) in enumerate(ordered):
        width = 100 * count / max(total, 1)
        yield (
            f'<tr><td><a href="#r{number}">{escape(reason)}</a></td>'
            f'<td class="count">{count:,}</td><td><span class="bar" style="width:{width:.1f}%">'
            "</span></td></tr>"
        )
    yield "</table>"
    for number, (reason, count) in enumerate(ordered):
        yield from _section(number, reason, count, rows.get(reason, []))


def _section(number: int, reason: str, count: int, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    shown = f", the first {len(rows):,} of them" if len(rows) < count else ""
    yield f'<h2 id="r{number}">{escape(reason)} <small>{count:,}{shown}</small></h2>'
    yield "<table><tr><th>article</th><th>block</th><th>text</th></tr>"
    for row in rows:
        place = "" if row["position"] is None else f"{row['position']}, "
        cells = (str(row["article_id"]), f"{place}{row['kind']}", str(row["text"]))
        yield f"<tr>{''.join(f'<td dir=auto>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</table>"
