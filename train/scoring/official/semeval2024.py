"""SemEval-2024 Task 4, subtask 1: persuasion techniques in meme texts, in a hierarchy."""

from collections.abc import Mapping, Sequence
from functools import partial

from train.scoring.official import semeval2021
from train.scoring.official.files import label_objects, read_label_objects, read_text_objects
from train.scoring.official.label_sets import Labels, count_labels
from train.scoring.official.task import LabelTask

# Each label under what it is a kind of; six labels have two parents. The root counts nowhere.
PARENTS: Mapping[str, tuple[str, ...]] = {
    "Logos": (),
    "Ethos": (),
    "Pathos": (),
    "Justification": ("Logos",),
    "Reasoning": ("Logos",),
    "Simplification": ("Reasoning",),
    "Distraction": ("Reasoning",),
    "Ad Hominem": ("Ethos",),
    "Repetition": ("Logos",),
    "Obfuscation, Intentional vagueness, Confusion": ("Logos",),
    "Slogans": ("Justification",),
    "Bandwagon": ("Justification", "Ethos"),
    "Appeal to authority": ("Justification", "Ethos"),
    "Flag-waving": ("Justification", "Pathos"),
    "Appeal to fear/prejudice": ("Justification", "Pathos"),
    "Causal Oversimplification": ("Simplification",),
    "Black-and-white Fallacy/Dictatorship": ("Simplification",),
    "Thought-terminating cliché": ("Simplification",),
    "Misrepresentation of Someone's Position (Straw Man)": ("Distraction",),
    "Presenting Irrelevant Data (Red Herring)": ("Distraction",),
    "Whataboutism": ("Distraction", "Ad Hominem"),
    "Glittering generalities (Virtue)": ("Ethos",),
    "Doubt": ("Ad Hominem",),
    "Name calling/Labeling": ("Ad Hominem",),
    "Smears": ("Ad Hominem",),
    "Reductio ad hitlerum": ("Ad Hominem",),
    "Exaggeration/Minimisation": ("Pathos",),
    "Loaded Language": ("Pathos",),
    "Transfer": ("Ethos", "Pathos"),
    "Appeal to (Strong) Emotions": ("Pathos",),
}


def with_ancestors(labels: Labels) -> Labels:
    """Add what each label is a kind of, up to the highest below the root."""
    parents = frozenset(parent for label in labels for parent in PARENTS[label])
    return labels if parents <= labels else with_ancestors(labels | parents)


def score(gold: Sequence[Labels], predicted: Sequence[Labels]) -> dict[str, float | None]:
    """Score the labels with their ancestors, over all texts at once."""
    counts = count_labels([*map(with_ancestors, gold)], [*map(with_ancestors, predicted)])
    return {
        "hierarchical F1": counts.f1(),
        "hierarchical precision": counts.precision(),
        "hierarchical recall": counts.recall(),
    }


TASK = LabelTask(
    name="semeval2024",
    title="SemEval-2024 Task 4, subtask 1",
    unit="text",
    labels=semeval2021.LABELS,
    score=score,
    read=partial(read_label_objects, known=tuple(PARENTS)),
    texts=read_text_objects,
    write=label_objects,
)
