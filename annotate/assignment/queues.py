"""Give paragraphs out to annotators: plan, then what each of them is to be sent, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from annotate.assignment.control_items import ControlItem
from annotate.assignment.plan import Plan, draw_gold, mix_gold, plan, plan_pilot
from annotate.paragraphs.index import Planned


@dataclass(frozen=True, slots=True)
class Distribution:
    """What to send to whom.

    Attributes:
        plan: Of the ordinary paragraphs; its loads count the known answers too.
        orders: Annotator -> paragraphs to send, in order, with known answers between.
        gold: The paragraphs with known answers that everybody has then.
    """

    plan: Plan
    orders: Mapping[str, Sequence[Planned]]
    gold: Sequence[ControlItem]


@dataclass(frozen=True, slots=True)
class Terms:
    """How paragraphs are given out.

    Attributes:
        overlap: People for each paragraph.
        seed: Of everything that is drawn.
        pilot: Paragraphs that everybody gets, in place of a full plan; 0 for none.
        gold: Paragraphs with known answers.
        gold_share: How much of what a person gets they are to be, from 0 to below 1.
    """

    overlap: int
    seed: int
    pilot: int = 0
    gold: Sequence[ControlItem] = ()
    gold_share: float = 0.0


def distribute(
    paragraphs: Sequence[Planned],
    annotators: Sequence[str],
    held: Mapping[str, frozenset[str]],
    terms: Terms,
) -> Distribution:
    """Plan what each annotator gets beside what is held already.

    Args:
        paragraphs: All that are to be labelled, in order; those that are held too.
        annotators: Who gets paragraphs now.
        held: Person -> ids on the server, also of people who get nothing now.
        terms: How.

    Raises:
        InputError: Terms that no plan can satisfy.
    """
    if terms.pilot:
        made = plan_pilot(paragraphs, annotators, terms.pilot, terms.seed, held)
    else:
        made = plan(paragraphs, annotators, terms.overlap, terms.seed, held)
    gold = _draw(made, terms)
    known = {p.id: p for p in paragraphs}
    orders = {}
    for annotator in annotators:
        own = [known[id_] for id_ in made.fresh[annotator]]
        has = held.get(annotator, frozenset()) | {p.id for p in own}
        lacking = [g.paragraph for g in gold if g.paragraph.id not in has]
        articles = [list(part) for _, part in groupby(own, key=lambda p: p.article_id)]
        orders[annotator] = mix_gold(articles, lacking, f"{terms.seed} {annotator}")
    return Distribution(made, orders, gold)


def _draw(made: Plan, terms: Terms) -> list[ControlItem]:
    by_id = {g.paragraph.id: g for g in terms.gold}
    most = max(made.load.values())
    drawn = draw_gold(list(by_id), most, terms.gold_share, terms.seed) if by_id else []
    return [by_id[id_] for id_ in drawn]
