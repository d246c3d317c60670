"""How the report page looks, and the few lines of script that move its threshold.

Light by default, dark where the reader's system is dark, light again on paper.
"""

from collections.abc import Iterable

from annotate.core.html.colors import shades
from annotate.core.html.page import BASE_STYLE
from annotate.core.taxonomy import Group

LIGHT, DARK = "#ffffff", "#14171c"

_COLORS = f"""
:root {{ color-scheme: light dark; --page: {LIGHT}; --panel: #f4f5f7; --ink: #1b2027;
  --soft: #57606c; --line: #d9dde3; --grid: #e6e9ed; --band: #e9edf2; --strong: #8a94a1;
  --accent: #24527a; --baseline: #68727e; --human: #a05a00; --notice: #fdf3d8; }}
"""
_DARK = f"""--page: {DARK}; --panel: #1d2128; --ink: #e6e8eb; --soft: #a5aeb9; --line: #343b45;
  --grid: #272d35; --band: #252c35; --strong: #77828f; --accent: #8fbbe2; --baseline: #97a1ad;
  --human: #e5a54b; --notice: #332b16;"""

_LAYOUT = """
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 5.5rem; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
h3 { font-size: 1.08rem; margin: 2.5rem 0 .5rem; }
.note { background: var(--panel); border-radius: 6px; padding: .8rem 1rem; margin: 1.25rem 0; }
.note p { margin: .25rem 0; max-width: 52rem; }
.warning { background: var(--notice); }
"""

_TABLES = """
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 1rem 0 0; }
th, td { text-align: left; font-weight: inherit; padding: .1rem 0; vertical-align: middle; }
.plot { padding: 0; }
thead th { color: var(--soft); font-size: .85rem; padding-bottom: .1rem; vertical-align: bottom; }
.name { width: 17.5rem; padding-right: 1rem; } .rater { padding-left: 1.1rem; }
.figure { width: 9.5rem; padding-left: 1.1rem; white-space: nowrap; }
.size { width: 6.5rem; text-align: right; color: var(--soft); }
.figure small { margin-left: .35em; }
tbody tr.title th { padding: 1.15rem 0 .2rem; font-weight: 600; }
tr.title small { font-weight: 400; margin-left: .5em; }
.swatch { display: inline-block; width: .75em; height: .75em; border-radius: 2px;
  margin-right: .5em; background: var(--mark); }
.model { fill: var(--mark, var(--accent)); stroke: var(--mark, var(--accent)); }
.baseline { fill: none; stroke: var(--baseline); stroke-width: 1.75; }
.human { fill: none; stroke: var(--human); stroke-width: 1.75; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0;
  cursor: pointer; text-align: left; }
.term { text-decoration: underline dotted var(--strong); text-underline-offset: .22em; }
.term:hover { text-decoration-style: solid; }
"""

_ARTICLE = """
.tools { position: sticky; top: 0; z-index: 1; background: var(--page); padding: .7rem 0;
  border-bottom: 1px solid var(--line); margin-top: 1.2rem; font-size: .9rem; }
.tools .key { margin: 0; } .control { display: flex; flex-wrap: wrap; align-items: center;
  gap: .3rem .8rem; margin-top: .45rem; }
.control input { width: 13rem; accent-color: var(--accent); margin: 0; }
.control output { min-width: 2.4em; font-weight: 600; }
.control button { color: var(--accent); text-decoration: underline; text-underline-offset: .18em; }
article { margin: 2.5rem 0 4rem; }
article h3 { font: 600 1.9rem/1.2 var(--serif); margin: 0 0 .35rem; max-width: 40rem;
  letter-spacing: -.01em; text-wrap: balance; }
:root { --serif: "Iowan Old Style", Charter, "Source Serif 4", Palatino, "Palatino Linotype",
  Georgia, "Liberation Serif", serif; }
.by { color: var(--soft); margin: 0 0 .3rem; }
.counts { font-size: .92rem; color: var(--soft); margin: 0 0 1.6rem; }
.paragraph { display: grid; grid-template-columns: minmax(0, 41rem) minmax(14rem, 1fr);
  column-gap: 2rem; margin: 0 0 1.15rem; }
.words { display: grid; grid-template-columns: 5px minmax(0, 1fr); column-gap: 1.1rem;
  align-self: start; }
.stripe { display: flex; flex-direction: column; gap: 2px; padding: .35rem 0; }
.stripe span { flex: 1; background: var(--mark); border-radius: 2px; }
.text { font: 1.13rem/1.62 var(--serif); margin: 0; max-width: none; hanging-punctuation: first; }
blockquote.text { padding-left: 1.4rem; font-style: italic; }
.chips { list-style: none; margin: .3rem 0 0; padding: 0; display: grid; gap: .35rem;
  align-content: start; }
.chip { display: flex; width: 100%; justify-content: space-between; gap: .7em;
  align-items: baseline; color: var(--ink-on);
  border-radius: 4px; padding: .14rem .55rem .34rem; font-size: .87rem; line-height: 1.35;
  border: 1px solid transparent; background:
    linear-gradient(var(--mark), var(--mark)) 0 100% / var(--p) 3px no-repeat, var(--tint); }
.chip:hover { border-color: var(--mark); }
.low .chip { border: 1px dashed var(--mark); background-color: transparent; }
.card { max-width: min(34rem, calc(100vw - 2rem)); max-height: 85vh; overflow: auto;
  border: 1px solid var(--line); border-top: 5px solid var(--mark); border-radius: 8px;
  background: var(--page); color: var(--ink); padding: 1.2rem 1.4rem; font-size: .97rem; }
.card::backdrop { background: rgb(0 0 0 / .35); }
.card h3 { margin: 0 0 .5rem; font-size: 1.25rem; } .card p { margin: .2rem 0; }
.card .group { color: var(--ink-on); font-size: .9rem; }
.card dt { font-weight: 600; margin-top: .7rem; } .card dd { margin: .1rem 0 0; }
.card button { margin-top: 1rem; color: var(--accent); text-decoration: underline; }
"""

_NARROW = """
@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1rem 3rem; } h1 { font-size: 1.75rem; } h2 { margin-top: 3rem; }
  html { scroll-padding-top: 1rem; }
  .facts { display: grid; grid-template-columns: repeat(3, auto); gap: 1rem 1.2rem; }
  .facts dd { font-size: 1.4rem; }
  table, thead, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1fr auto auto; column-gap: .8rem;
    padding: .3rem 0 .1rem; }
  tr.title { display: block; } tr.title small { display: block; margin: 0; }
  th, td, .name, .figure, .size { width: auto; padding-left: 0; padding-right: 0; }
  .rater { padding-left: 0; }
  .plot { grid-column: 1 / -1; grid-row: 2; }
  thead .name, thead .figure, thead .size { font-size: .8rem; }
  .tools { position: static; }
  .paragraph { display: block; } .words { column-gap: .8rem; }
  .chips { margin: 0 0 1.4rem calc(5px + .8rem); max-width: 19rem; gap: 0; }
  .chips li { margin-top: .45rem; }
  article h3 { font-size: 1.5rem; } .text { font-size: 1.08rem; }
}
"""

_PRINT = """
@media print {
  html { font-size: 12.5px; }
  body { max-width: none; padding: 0; font-size: 1rem; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  nav, .control { display: none !important; } .tools { position: static; }
  tr, .paragraph, .note { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .paragraph { grid-template-columns: minmax(0, 65%) minmax(0, 1fr); }
  .term { text-decoration: none; }
}
"""

SCRIPT = """
const items = Array.from(document.querySelectorAll("[data-p]"),
  (item) => ({ item, score: Number(item.dataset.p), hidden: item.hidden }));
const range = document.getElementById("threshold");
const output = document.getElementById("threshold-value");
const standard = output.textContent;
range.addEventListener("input", () => {
  for (const { item, score } of items) item.hidden = score < range.valueAsNumber;
  output.textContent = range.valueAsNumber.toFixed(2);
});
document.getElementById("threshold-reset").addEventListener("click", () => {
  for (const { item, hidden } of items) item.hidden = hidden;
  range.value = range.defaultValue;
  output.textContent = standard;
});
document.getElementById("control").hidden = false;
"""


def style_sheet(groups: Iterable[Group]) -> str:
    """The whole style sheet; the n-th group's elements have the class g<n>."""
    groups = list(groups)
    return "".join(
        (
            _COLORS,
            _group_colors(groups, LIGHT),
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_DARK} }}\n",
            _group_colors(groups, DARK),
            "}\n@media print { :root { color-scheme: light; } }",
            BASE_STYLE,
            _LAYOUT,
            _TABLES,
            _ARTICLE,
            _NARROW,
            _PRINT,
        )
    )


def _group_colors(groups: list[Group], page: str) -> str:
    lines = ""
    for number, group in enumerate(groups):
        own = shades(group.color, page)
        lines += f".g{number} {{ --mark: {own.mark}; --tint: {own.tint}; --ink-on: {own.ink}; }}\n"
    return lines
