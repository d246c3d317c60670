"""Train the same thing with several seeds, to see how much of a score is chance."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.console import say
from annotate.core.io.files import writing
from annotate.core.io.json_files import to_text
from train.training.fit import FitConfig, FitReport, fit

SUMMARY, RUNS = "seeds.json", "seeds"


@dataclass(frozen=True, slots=True)
class SeedsReport:
    """The run of the first seed, and the content of seeds.json."""

    first: FitReport
    summary: Mapping[str, Any]


def fit_seeds(
    dataset: Path, config: FitConfig, out: Path, seeds: int, replace_run: bool = False
) -> SeedsReport:
    """Train with the seed of `config` and those that follow; write mean and standard deviation.

    The first run is `out` itself, the others are OUT/seeds/SEED. All are runs of their own, so an
    interrupted call goes on where it stopped.

    Raises:
        InputError: As `fit`.
        ModelError: As `fit`.
    """
    reports = []
    for seed in range(config.seed, config.seed + seeds):
        say(f"seed {seed} ({seed - config.seed + 1} of {seeds})")
        run = out if seed == config.seed else out / RUNS / str(seed)
        reports.append(fit(dataset, replace(config, seed=seed), run, replace_run))
    scores = [report.result["model"] for report in reports]
    summary = {
        "seeds": list(range(config.seed, config.seed + seeds)),
        "split": reports[0].result["split"],
        "micro_f1": _spread([score["micro"]["f1"]["value"] for score in scores]),
        "macro_f1": _spread([score["macro"]["value"] for score in scores]),
    }
    with writing(out / SUMMARY) as file:
        file.write(to_text(summary))
    return SeedsReport(reports[0], summary)


def _spread(values: Sequence[float]) -> dict[str, Any]:
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return {"mean": statistics.fmean(values), "deviation": deviation, "values": list(values)}
