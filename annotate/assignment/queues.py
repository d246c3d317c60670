"""Assign paragraphs to annotators: the plan, then each person's queue with control items in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from annotate.assignment.control_items import ControlItem
from annotate.assignment.plan import Plan, draw_control_items, mix_control_items, plan, plan_pilot
from annotate.paragraphs.index import Planned


@dataclass(frozen=True, slots=True)
class AssignmentConfig:
    """How paragraphs are assigned.

    Attributes:
        overlap: People for each paragraph; None for two, or one where there is one person.
        seed: Random seed.
        pilot: Paragraphs that everybody gets, in place of a full plan; 0 for none.
        control_items: Paragraphs with known answers, to mix in.
        control_share: Their share of what a person gets, from 0 to below 1.
    """

    overlap: int | None = None
    seed: int = 13
    pilot: int = 0
    control_items: Sequence[ControlItem] = ()
    control_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """What to send to whom.

    Attributes:
        plan: Of the ordinary paragraphs; its loads do not count control items.
        queues: Annotator -> paragraphs to send, in order, control items among them.
        control_items: Those that everybody has then.
    """

    plan: Plan
    queues: Mapping[str, Sequence[Planned]]
    control_items: Sequence[ControlItem]


def assign(
    paragraphs: Sequence[Planned],
    annotators: Sequence[str],
    existing: Mapping[str, frozenset[str]],
    config: AssignmentConfig,
) -> Assignment:
    """Plan what each annotator gets in addition to what is on the server.

    Args:
        paragraphs: All that are to be labelled, in order, also those on the server.
        annotators: Who gets paragraphs now.
        existing: Person -> ids on the server, also of people who get nothing now.
        config: How.

    Raises:
        InputError: Settings that no plan can satisfy.
    """
    if config.pilot:
        new_plan = plan_pilot(paragraphs, annotators, config.pilot, config.seed, existing)
    else:
        overlap = min(2, len(annotators)) if config.overlap is None else config.overlap
        new_plan = plan(paragraphs, annotators, overlap, config.seed, existing)
    control_items = _draw(new_plan, config)
    by_id = {p.id: p for p in paragraphs}
    queues = {}
    for annotator in annotators:
        ordinary = [by_id[id_] for id_ in new_plan.fresh[annotator]]
        has = existing.get(annotator, frozenset()) | {p.id for p in ordinary}
        missing = [item.paragraph for item in control_items if item.paragraph.id not in has]
        articles = [list(part) for _, part in groupby(ordinary, key=lambda p: p.article_id)]
        queues[annotator] = mix_control_items(articles, missing, f"{config.seed} {annotator}")
    return Assignment(new_plan, queues, control_items)


def _draw(new_plan: Plan, config: AssignmentConfig) -> list[ControlItem]:
    by_id = {item.paragraph.id: item for item in config.control_items}
    if not by_id:
        return []
    largest = max(new_plan.load.values())
    ids = draw_control_items(list(by_id), largest, config.control_share, config.seed)
    return [by_id[id_] for id_ in ids]
