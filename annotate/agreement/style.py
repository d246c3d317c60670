"""How the agreement page looks: light, dark where the reader's system is dark, light on paper."""

from annotate.core.html.page import BASE_STYLE

_COLORS = """
:root { color-scheme: light dark; --page: #ffffff; --panel: #f4f5f7; --ink: #1b2027;
  --soft: #57606c; --line: #d9dde3; --grid: #e6e9ed; --band: #e9edf2; --strong: #8a94a1;
  --accent: #24527a; --second: #a05a00; --heat: #7db3e0; --cold: #f0b27a; --notice: #fdf3d8; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #14171c; --panel: #1d2128;
  --ink: #e6e8eb; --soft: #a5aeb9; --line: #343b45; --grid: #272d35; --band: #252c35;
  --strong: #77828f; --accent: #8fbbe2; --second: #e5a54b; --heat: #2b6195; --cold: #7a4a12;
  --notice: #332b16; } }
@media print { :root { color-scheme: light; } }
"""

_LAYOUT = """
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h3 { font-size: 1.08rem; margin: 2.2rem 0 .3rem; }
.todo { margin: 1rem 0 0; padding: 0; list-style: none; display: grid; gap: .7rem; }
.todo li { background: var(--panel); border-left: 4px solid var(--accent); border-radius: 4px;
  padding: .65rem 1rem; } .todo .undefined { background: var(--notice); }
.todo p { max-width: 52rem; margin: 0; } .todo small { display: block; margin-top: .15rem; }
summary { cursor: pointer; color: var(--accent); margin-top: 1.25rem; }
"""

_TABLES = """
table { border-collapse: collapse; margin: 1rem 0 0; }
th, td { text-align: left; font-weight: inherit; padding: .15rem 0; vertical-align: middle; }
thead th { color: var(--soft); font-size: .85rem; vertical-align: bottom; }
.plots { width: 100%; table-layout: fixed; }
.plots td, .plots th { padding-top: 0; padding-bottom: 0; }
.plots .name { width: 17.5rem; padding-right: 1rem; }
.figure { width: 10.5rem; padding-left: 1.1rem; white-space: nowrap; }
.figure small { margin-left: .35em; }
.size { width: 5.5rem; text-align: right; color: var(--soft); }
.plots tr.title th { padding: 1.15rem 0 .2rem; font-weight: 600; }
.first { fill: var(--accent); stroke: var(--accent); }
.second { fill: none; stroke: var(--second); stroke-width: 1.75; }
.list { width: 100%; } .list th, .list td { padding: .35rem .8rem .35rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top; }
.list td small { display: block; white-space: nowrap; }
.scroll { overflow-x: auto; }
.heat th, .heat td { padding: .3rem .45rem; text-align: center; }
.heat tbody th { text-align: right; white-space: nowrap; }
.heat td { min-width: 3.6rem; border: 2px solid var(--page); border-radius: 4px;
  background: color-mix(in oklab, var(--tone, var(--page)) var(--share, 0%), var(--panel)); }
.heat td.hot { --tone: var(--heat); } .heat td.low { --tone: var(--cold); }
.heat td small { display: block; font-size: .75rem; color: inherit; opacity: .8; }
.heat td.same { background: none; }
.scale { display: inline-block; width: 6rem; height: .8em; border-radius: 2px;
  margin: 0 .45em; background: linear-gradient(90deg in oklab, var(--panel), var(--heat)); }
"""

_EXAMPLES = """
.example { margin: 1rem 0 1.4rem; display: grid; column-gap: 2rem;
  grid-template-columns: minmax(0, 38rem) minmax(13rem, 1fr); }
.example blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--line);
  font: 1.04rem/1.58 "Iowan Old Style", Charter, Palatino, Georgia, "Liberation Serif", serif; }
.example dl { margin: 0; font-size: .92rem; display: grid; grid-template-columns: auto 1fr;
  gap: .2rem .8rem; align-content: start; } .example dd { margin: 0; }
.example dt { color: var(--soft); } .example b { font-weight: 600; color: var(--accent); }
.example code { grid-column: 1 / -1; font-size: .78rem; color: var(--soft); }
"""

_NARROW = """
@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1rem 3rem; } h1 { font-size: 1.75rem; } h2 { margin-top: 3rem; }
  .facts { display: grid; grid-template-columns: repeat(3, auto); gap: 1rem 1.2rem; }
  .facts dd { font-size: 1.4rem; }
  .plots, .plots thead, .plots tbody { display: block; }
  .plots tr, .plots tr.title { padding: .3rem 0 .1rem; }
  .plots tr { display: grid; grid-template-columns: 1fr auto auto; column-gap: .8rem; }
  .plots tr.title { display: block; }
  .plots th, .plots td, .plots .name { width: auto; padding-left: 0; padding-right: 0; }
  .plots .plot { grid-column: 1 / -1; grid-row: 2; }
  .list, .list tbody { display: block; } .list thead { display: none; }
  .list tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .list th, .list td { display: flex; justify-content: space-between; gap: 1rem; border: 0;
    padding: .1rem 0; } .list tbody th { font-weight: 600; }
  .list td::before { content: attr(data-name); color: var(--soft); }
  .list td small { display: inline; margin-left: .4em; }
  .example { grid-template-columns: 1fr; row-gap: .6rem; }
}
@media print {
  html { font-size: 12.5px; } body { max-width: none; padding: 0; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  nav { display: none; } tr, .example, .todo li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

STYLE = _COLORS + BASE_STYLE + _LAYOUT + _TABLES + _EXAMPLES + _NARROW
