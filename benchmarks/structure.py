"""How the code is laid out: modules, rooms, arrows between rooms, size, start-up time.

Run as `python -m benchmarks.structure [FOLDER]`; FOLDER is another checkout, to compare with. A
room is a folder directly under annotate/ or train/ with all that is in it, or a module beside
these folders.
"""

import argparse
import ast
import io
import math
import os
import re
import statistics
import subprocess
import sys
import time
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import grimp

HALVES = ("annotate", "train")
BIGGEST = 8
STARTS = 5
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def modules(folder: Path) -> list[Path]:
    return [file for half in HALVES for file in sorted((folder / half).rglob("*.py"))]


def code_lines(text: str) -> int:
    """Count the lines that hold code: no blanks, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            lines.difference_update(_docstring(node))
    return len(lines)


def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    if ast.get_docstring(node, clean=False) is None:
        return range(0)
    first = node.body[0]
    return range(first.lineno, (first.end_lineno or first.lineno) + 1)


def build_graph(folder: Path) -> grimp.ImportGraph:
    """Build the import graph of a checkout, whatever is installed."""
    sys.path.insert(0, str(folder))
    return grimp.build_graph(*HALVES, cache_dir=None)


def room_of(module: str) -> str:
    """Return the room of a module: annotate.core for annotate.core.io.files."""
    return ".".join(module.split(".")[:2])


def _imports(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield importer, imported


def arrows(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Return the pairs of rooms of which the first imports from the second."""
    pairs = ((room_of(a), room_of(b)) for a, b in _imports(graph))
    return {(a, b) for a, b in pairs if a != b}


def cycles(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the groups of rooms that reach each other."""
    targets = defaultdict(set)
    for source, target in pairs:
        targets[source].add(target)
    reached = {room: _reach(room, targets) for room in list(targets)}
    groups = {
        tuple(sorted({room, *(r for r in reach if room in reached.get(r, ()))}))
        for room, reach in reached.items()
    }
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _reach(start: str, targets: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    queue = list(targets[start])
    while queue:
        room = queue.pop()
        if room not in seen:
            seen.add(room)
            queue.extend(targets.get(room, ()))
    return seen


def upward(
    pairs: Iterable[tuple[str, str]], contracts: Iterable[Mapping[str, Any]]
) -> set[tuple[str, str]]:
    """Return the arrows against import-linter's layers, or from annotate to train."""
    level = {
        f"{container}.{name.strip()}".lstrip("."): number
        for contract in contracts
        for container in contract.get("containers", [""])
        for number, layer in enumerate(contract["layers"])
        for name in re.split("[|:]", layer)
    }
    return {
        (a, b)
        for a, b in pairs
        if (a.startswith("annotate") and b.startswith("train"))
        or (a.split(".")[0] == b.split(".")[0] and level.get(a, 0) > level.get(b, math.inf))
    }


def _contracts(folder: Path) -> list[dict[str, Any]]:
    settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return [contract for contract in contracts if contract["type"] == "layers"]


def single_importers(graph: grimp.ImportGraph) -> list[str]:
    """Return the modules, folders left out, that exactly one other module imports."""
    return sorted(
        name
        for name in graph.modules
        if not graph.find_children(name) and len(graph.find_modules_that_directly_import(name)) == 1
    )


def import_time(folder: Path, module: str = "annotate.cli") -> float:
    """Return the median milliseconds of a fresh process to import a module, Python's start off."""
    return _median(folder, f"import {module}") - _median(folder, "pass")


def _median(folder: Path, code: str) -> float:
    seconds = []
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    for _ in range(STARTS + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=folder, env=environment)
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds[1:])  # the first one writes the byte code


def _sizes(folder: Path) -> Iterator[tuple[str, str]]:
    texts = {file: file.read_text(encoding="utf-8") for file in modules(folder)}
    for half in HALVES:
        parts = [text for file, text in texts.items() if (folder / half) in file.parents]
        lines, code = sum(t.count("\n") for t in parts), sum(map(code_lines, parts))
        yield f"{half}: files, lines, lines of code", f"{len(parts)}, {lines:,}, {code:,}"
    by_size = sorted(texts, key=lambda file: -texts[file].count("\n"))
    named = (
        f"{file.relative_to(folder)} {texts[file].count(chr(10))}" for file in by_size[:BIGGEST]
    )
    yield "biggest files", ", ".join(named)


def _arrow_rows(folder: Path) -> Iterator[tuple[str, str]]:
    graph = build_graph(folder)
    pairs = arrows(graph)
    groups = "; ".join(" ".join(group) for group in cycles(pairs))
    yield "modules", f"{sum(not graph.find_children(name) for name in graph.modules)}"
    yield "rooms", f"{len({room_of(name) for name in graph.modules} - set(HALVES))}"
    yield "arrows between rooms", f"{len(pairs)}"
    yield "arrows upward", f"{len(upward(pairs, _contracts(folder)))}"
    yield "cycles of rooms", groups or "0"
    yield "modules with one importer", f"{len(single_importers(graph))}"


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what is measured, and its figure."""
    beside = [file for file in (folder / "annotate").glob("*.py") if file.name != "__init__.py"]
    yield "modules beside the folders of annotate/", f"{len(beside)}"
    yield from _arrow_rows(folder)
    yield from _sizes(folder)
    yield "importing annotate.cli, ms", f"{import_time(folder):.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how the code is laid out.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1])
    print("| | |\n|---|---|")
    for name, figure in measure(parser.parse_args().folder.resolve()):
        print(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
