"""Keep a sweep's trials in FOLDER/sweep.db and draw the next one: the one door to optuna.

What is drawn follows from the seed and the scores so far alone: each trial has a sampler of its
own, seeded by the trial's place. A trial that was killed counts for nothing, so that the next call
draws the same settings again and goes on with the folds that are kept.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annotate.core.errors import InputError
from train.sweep.space import Space, rounded

if TYPE_CHECKING:
    import optuna

DATABASE = "sweep.db"
_NAME = "sweep"
_STARTUP = 8  # drawn at random, before scores guide the draws
_REQUEST, _OUTCOME, _SPENT = "request", "outcome", "spent"


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that is over.

    Attributes:
        number: From 0, the recipe as it is.
        settings: What was drawn, by key; of the first trial, what the recipe says.
        digest: Names the folder of its folds.
        score: Out-of-fold micro-F1; an estimate if it was stopped.
        folds: How many were scored.
        failure: What went wrong; mostly empty.
    """

    number: int
    settings: Mapping[str, Any]
    digest: str
    score: float
    folds: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A trial that runs.

    Attributes:
        number: From 0, the recipe as it is.
        settings: What was drawn, by key.
    """

    number: int
    settings: Mapping[str, Any]
    _trial: "optuna.Trial"

    def spend(self, seconds: float, work: int) -> None:
        """Note what a fold took."""
        pairs = [*self._trial.user_attrs.get(_SPENT, ()), (seconds, work)]
        self._trial.set_user_attr(_SPENT, pairs)

    def finish(self, outcome: Trial) -> None:
        """Note how the trial ended."""
        from optuna.trial import TrialState

        self._trial.set_user_attr(_OUTCOME, asdict(outcome))
        if outcome.failure:
            self._trial.study.tell(self._trial, state=TrialState.PRUNED)
        else:
            self._trial.study.tell(self._trial, outcome.score)


@dataclass(frozen=True, slots=True)
class Study:
    """The trials of a sweep; open it with `open_study`."""

    space: Space
    _study: "optuna.Study"
    _seed: int

    @property
    def request(self) -> dict[str, Any] | None:
        """What the sweep was asked for; None if it has not begun."""
        request: dict[str, Any] | None = self._study.user_attrs.get(_REQUEST)
        return request

    def begin(self, request: Mapping[str, Any]) -> None:
        """Keep what the sweep is asked for."""
        self._study.set_user_attr(_REQUEST, dict(request))

    @property
    def trials(self) -> list[Trial]:
        """The trials that are over, the recipe first; each combination of settings once."""
        every = [Trial(**trial.user_attrs[_OUTCOME]) for trial in self._over()]
        first = {trial.digest: trial for trial in reversed(every)}
        return sorted(first.values(), key=lambda trial: trial.number)

    @property
    def spent(self) -> list[tuple[float, int]]:
        """Seconds and work of every fold that was trained, also those of killed trials."""
        every = self._study.get_trials(deepcopy=False)
        return [tuple(pair) for trial in every for pair in trial.user_attrs.get(_SPENT, ())]

    def draw(self, first: Mapping[str, Any]) -> "Draw":
        """Start the next trial.

        Args:
            first: The settings of the first trial.
        """
        from optuna.samplers import TPESampler
        from optuna.trial import TrialState

        for unfinished in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            self._study.tell(unfinished.number, state=TrialState.FAIL)
        number = len(self._over())
        waiting = self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
        if number == 0 and not waiting:
            self._study.enqueue_trial(dict(first))
        seed = int(np.random.SeedSequence((self._seed, number)).generate_state(1)[0])
        self._study.sampler = TPESampler(seed=seed, n_startup_trials=_STARTUP)
        trial = self._study.ask(_distributions(self.space, first))
        settings = first if number == 0 else {k: rounded(v) for k, v in trial.params.items()}
        return Draw(number, dict(settings), trial)

    def _over(self) -> "list[optuna.trial.FrozenTrial]":
        from optuna.trial import TrialState

        states = (TrialState.COMPLETE, TrialState.PRUNED)
        over: list[optuna.trial.FrozenTrial] = self._study.get_trials(deepcopy=False, states=states)
        return over


@contextmanager
def open_study(folder: Path, space: Space, seed: int) -> Iterator[Study]:
    """Open the sweep in `folder`, or a new one.

    Raises:
        InputError: Its database cannot be read or written.
    """
    import optuna
    from optuna.storages import RDBStorage
    from sqlalchemy.exc import DatabaseError

    _quiet()
    path = folder / DATABASE
    storage = None
    try:
        storage = RDBStorage(f"sqlite:///{path}")
        study = optuna.create_study(
            storage=storage, study_name=_NAME, direction="maximize", load_if_exists=True
        )
        yield Study(space, study, seed)
    except (DatabaseError, optuna.exceptions.StorageInternalError) as error:
        raise InputError(
            f"{path}: cannot be read or written; start again with --replace"
        ) from error
    finally:
        if storage:
            storage.remove_session()
            storage.engine.dispose()


def read_request(folder: Path) -> dict[str, Any] | None:
    """Return what the sweep in `folder` was asked for; None if it was killed before it knew.

    Raises:
        InputError: As `open_study`.
    """
    with open_study(folder, {}, 0) as study:
        return study.request


def _distributions(space: Space, first: Mapping[str, Any]) -> dict[str, Any]:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    made: dict[str, Any] = {}
    for key, item in space.items():
        if item.choices:
            made[key] = CategoricalDistribution(item.choices)
        elif isinstance(first[key], int):
            made[key] = IntDistribution(int(item.low), int(item.high), log=item.log)
        else:
            made[key] = FloatDistribution(item.low, item.high, log=item.log)
    return made


def importance(space: Space, trials: Sequence[Trial], scores: Sequence[float]) -> dict[str, float]:
    """Return how much of the scores' spread each setting explains; the shares sum to 1.

    fANOVA (Hutter et al. 2014): a forest learns the scores from the settings, and its variance is
    divided over them.

    Args:
        space: The ranges.
        trials: Those to explain.
        scores: Of each trial.
    """
    import optuna
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    _quiet()
    distributions = _distributions(space, trials[0].settings)
    study = optuna.create_study(direction="maximize")
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=dict(trial.settings), distributions=distributions, value=float(score)
            )
            for trial, score in zip(trials, scores, strict=True)
        ]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        evaluator = FanovaImportanceEvaluator(n_trees=32, seed=0)
        shares = get_param_importances(study, evaluator=evaluator)
    return {key: shares.get(key, 0.0) for key in space}


def _quiet() -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
