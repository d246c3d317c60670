"""Measure training on public corpora, next to what people would use instead.

Each finished cell (set, method, seed, size) is kept, so that a second run of the same command goes
on where the first one stopped. The table of all cells is printed at the end. Nothing is downloaded:
the sets are dataset folders, which `rhetoric-annotate corpus` makes from a downloaded corpus.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import product
from pathlib import Path

import numpy as np

from annotate.core.console import Log, progress, say
from annotate.core.errors import RhetoricError
from benchmarks.quality.cells import Cell, Result, Store, count, missing
from benchmarks.quality.jobs import Job
from benchmarks.quality.methods import METHODS, measure, steps
from benchmarks.quality.table import micro, table, top
from benchmarks.quality.tasks import SOURCES, Task, read_task, subset
from train.dataset import Split
from train.models.encoder import find_encoder
from train.training.recipe import AUTO, Recipe, choose_recipe

DATA = Path("data/datasets")
OUT = Path("data/quality")
SEEDS = (13, 14, 15)


def main(words: Sequence[str] | None = None) -> int:
    options = arguments(words)
    store = Store(options.output / "cells.jsonl")
    failed = 0
    try:
        failed = 0 if options.show else run_all(options, store)
    except RhetoricError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here")
    print(table(store.results(), tuple(METHODS)))
    return int(failed > 0)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    listed = partial(str.split, sep=",")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the dataset folders")
    parser.add_argument("--sets", type=listed, help=f"some of {','.join(SOURCES)}")
    parser.add_argument("--methods", type=listed, help=f"some of {','.join(METHODS)}")
    parser.add_argument("--seeds", type=numbers, default=list(SEEDS), help="13,14,15")
    parser.add_argument("--curve", action="store_true", help="also from 50, 100, 200, ... on")
    parser.add_argument("--encoder", default="minilm", help="minilm or a folder")
    parser.add_argument("--recipe", default=AUTO, help="of fit, whole and head")
    parser.add_argument("--set", action="append", default=[], dest="settings", metavar="KEY=VALUE")
    parser.add_argument("--setfit-python", default="", metavar="FILE", help="Python with SetFit")
    parser.add_argument("--output", type=Path, default=OUT, help="keeps the cells")
    parser.add_argument("--show", action="store_true", help="print the table and measure nothing")
    options = parser.parse_args(words)
    for name, known in (("sets", SOURCES), ("methods", METHODS)):
        if wrong := [word for word in getattr(options, name) or () if word not in known]:
            parser.error(f"--{name}: no such name: {wrong[0]}; there are {', '.join(known)}")
    if "setfit" in (options.methods or ()) and not options.setfit_python:
        parser.error("--methods setfit needs --setfit-python, the Python of its environment")
    return options


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def run_all(options: argparse.Namespace, store: Store) -> int:
    """Measure all cells that are asked for and not finished; return how many failed."""
    tasks = {name: read_task(name, folder) for name, folder in folders(options).items()}
    recipe = choose_recipe(options.recipe, options.encoder, options.settings)
    cells = missing(planned(options, tasks, recipe), store.results())
    failed = 0
    for number, cell in enumerate(cells, 1):
        title = f"[{number} of {len(cells)}] {cell.title}"
        say(f"{title} ...")
        try:
            result = run(cell, tasks[cell.set], recipe, options)
        except RhetoricError as error:
            say(f"{title}: error: {error}")
            failed += 1
            continue
        store.add(result)
        shutil.rmtree(work_folder(cell, options), ignore_errors=True)
        say(f"{title}: {brief(result)}")
    return failed


def folders(options: argparse.Namespace) -> dict[str, Path]:
    """Return the folder of each set; say how to make those that are missing."""
    present = {}
    for name in options.sets or SOURCES:
        corpus = SOURCES[name].corpus
        folder = options.data / corpus
        if (folder / "manifest.json").is_file():
            present[name] = folder
            continue
        make = f"'rhetoric-annotate corpus {corpus} PATH -o {folder}' makes it from the download"
        say(f"{name}: left out, no {folder}; {'make demo' if corpus == 'demo' else make}")
    return present


def planned(options: argparse.Namespace, tasks: dict[str, Task], recipe: Recipe) -> list[Cell]:
    """Return all cells that are asked for: seed by seed, so that one seed is complete first."""
    names = options.methods or [n for n in METHODS if n != "setfit" or options.setfit_python]
    cells = []
    for seed, task, method in product(options.seeds, tasks.values(), names):
        for size in task.sizes if options.curve and METHODS[method].curve else (0,):
            if METHODS[method].seeded or size or seed == options.seeds[0]:
                cells.append(cell_of(options, task, method, seed, size, recipe))
    return cells


def cell_of(
    options: argparse.Namespace, task: Task, method: str, seed: int, size: int, recipe: Recipe
) -> Cell:
    cell = Cell(task.name, method, seed, size, options.encoder, data=task.digest)
    if not METHODS[method].ours:
        return cell
    named = () if options.recipe == AUTO else (f"recipe={options.recipe}",)
    settings = (*named, *options.settings)
    return replace(cell, settings=settings, recipe=recipe_digest(recipe))


def recipe_digest(recipe: Recipe) -> str:
    return sha256(json.dumps(recipe.to_json(), sort_keys=True).encode()).hexdigest()[:12]


def run(cell: Cell, task: Task, recipe: Recipe, options: argparse.Namespace) -> Result:
    folder = work_folder(cell, options)
    resumed, encoder, before = folder.exists(), find_encoder(cell.encoder), cpu_seconds()
    folder.mkdir(parents=True, exist_ok=True)
    task = replace(task, parts=tuple((subset(s, cell.size, cell.seed), n) for s, n in task.parts))
    total = sum(steps(cell.method, split, recipe, cell.seed) for split, _ in task.parts)
    with progress("training steps", total) if total else nullcontext(Log("", None)) as bar:

        def make(number: int, split: Split, texts: Sequence[str]) -> Job:
            where, other = folder / f"part-{number}", options.setfit_python
            chosen = (task.labels, task.single, encoder, recipe, cell.seed)
            return Job(split, texts, *chosen, folder=where, bar=bar, setfit=other)

        scores, predicted = measure(task, METHODS[cell.method], make)
    counts, labels = count(task, scores, predicted)
    return Result(cell, counts, labels, round(cpu_seconds() - before, 2), resumed)


def work_folder(cell: Cell, options: argparse.Namespace) -> Path:
    """Return the folder of what a cell keeps while it runs."""
    return Path(options.output / "work" / cell.digest)


def cpu_seconds() -> float:
    """Return the CPU time of this process and its children so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def brief(result: Result) -> str:
    sums = np.array(result.counts, dtype=float).sum(axis=0)
    figures = f"micro-F1 {100 * float(micro(sums)):.1f}, top label {100 * float(top(sums)):.1f}"
    return f"{figures}, {result.seconds:.0f} CPU-s"


if __name__ == "__main__":
    sys.exit(main())
