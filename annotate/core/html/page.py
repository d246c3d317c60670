"""What our HTML reports have in common: a page that asks nothing of the network, and its looks."""

from html import escape

# Colours are variables: --ink, --soft, --accent, --grid, --strong, --band; each report has its own.
BASE_STYLE = """
* { box-sizing: border-box; }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.015em; margin: 0; text-wrap: balance; }
h2 { font-size: 1.5rem; letter-spacing: -.01em; margin: 4rem 0 .5rem; padding-top: 1.25rem;
  border-top: 2px solid var(--ink); }
p { margin: .5rem 0; max-width: 44rem; }
small, .soft { color: var(--soft); }
a { color: var(--accent); text-underline-offset: .18em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .95em; }
.lead { font-size: 1.12rem; color: var(--soft); margin-top: .75rem; }
.facts { display: flex; flex-wrap: wrap; gap: 1.25rem 2.75rem; margin: 1.75rem 0 1rem; }
.facts div { display: flex; flex-direction: column-reverse; }
.facts dt { color: var(--soft); font-size: .9rem; }
.facts dd { margin: 0; font-size: 1.75rem; font-weight: 600; line-height: 1.2; }
nav ul { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; list-style: none; padding: 0;
  margin: 1.25rem 0 0; }
.digests { font-size: .82rem; color: var(--soft); max-width: none; }
.dots { display: block; width: 100%; overflow: visible; }
.dots text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--grid); } .strong { stroke: var(--strong); stroke-dasharray: 2 3; }
.band { fill: var(--band); } .mark { overflow: visible; }
line.whisker { stroke-width: 2; stroke-linecap: round; }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0;
  margin: .9rem 0 0; font-size: .92rem; color: var(--soft); }
.key svg { width: 18px; height: 14px; vertical-align: -2px; margin-right: .4em; overflow: visible; }
"""


def html_page(title: str, policy: str, style: str, body: str) -> str:
    """A page that stands alone.

    Args:
        title: As text.
        policy: Its Content-Security-Policy: what it may load and run.
        style: Its style sheet.
        body: HTML, with everything that comes from outside escaped.
    """
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
