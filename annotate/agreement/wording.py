"""Words of every form of the report: how figures are written, and how to read them."""

import math
from typing import TYPE_CHECKING

from annotate.core.html.dot_plot import Point, in_words, minus
from annotate.core.stats.estimates import RULE, TOO_FEW, Estimate
from annotate.core.stats.published import (
    ALL,
    CHECKTHAT,
    CURATORS,
    LOWER_F1,
    LOWER_HALF,
    PTC_GAMMA,
    UPPER_F1,
    UPPER_HALF,
)

if TYPE_CHECKING:
    from annotate.agreement.measure import Measured

NOTHING = "undefined"

INTERVALS = (
    "Brackets are 95 % intervals, by jackknife over articles: they show how the figures would vary "
    "with other articles, not with other people. Tried out, that of the techniques' mean alpha "
    f"holds the truth 90 to 94 % of the time; a rare technique's can be far too narrow. {RULE} "
    "Only answers count (techniques ticked, or no technique); what was skipped, left unfinished or "
    "called unusable is missing, and so are adjudications."
)
ALPHA = (
    "Krippendorff's alpha, of yes and no for each technique: 1 is perfect agreement, 0 what "
    "chance gives, below 0 is worse than chance. It is undefined where nobody ticks the "
    "technique. A technique with few answers changes a lot with each of them: read its interval. "
    "Alpha over label sets compares all that a person ticks in a paragraph, with MASI distance: "
    "sets that overlap agree in part, and two people who both say no technique agree fully."
)
PUBLISHED = (
    f"Published for the techniques of SemEval-2023 task 3 before curation: {ALL:.3f} for all "
    f"annotators, {UPPER_HALF:.3f} for their upper half, {LOWER_HALF:.3f} for the lower one, "
    f"{CURATORS:.3f} for two curators (EMNLP 2023, main.6); {CHECKTHAT:.3f} for CheckThat! 2024. "
    "They come from other texts, counted in another way: compare with them, but do not take them "
    "as a threshold."
)
PEOPLE = (
    "Each person against the rest: what more than half of the others say (a tie counts as no). "
    "F1 is micro-averaged over all techniques. The rest is not the gold labels, which include "
    "the person's own vote, so use F1 to compare people with each other only. Kappa is the mean "
    "over techniques. Gain is how much higher mean alpha would be without the person: well above "
    "0 for somebody who is far from the rest, though among many people one changes little. Ticks "
    "are techniques ticked for each one that the others tick in the same paragraphs: above 1 for "
    "people who tick more than others. No technique is the share of answers that say so. "
    f"Published micro-F1 against labels after curation: {UPPER_F1[0]:.3f} ± {UPPER_F1[1]:.3f} for "
    f"the upper half of the annotators, {LOWER_F1[0]:.3f} ± {LOWER_F1[1]:.3f} for the lower one "
    "(EMNLP 2023, main.6)."
)
PAIRS = (
    "Cohen's kappa of two people, from the paragraphs that both answered: 1 is perfect, 0 is "
    "chance. Pooled kappa takes all decisions, paragraph by technique, as one table; mean kappa "
    "gives each technique the same weight, where it is defined: where both always say no it is "
    "not. Raw agreement is the share of equal decisions; it is high by itself, because most "
    "techniques are rare. Same set is the share of paragraphs where both tick exactly the same."
)
SPANS = (
    "F1 by characters: twice the characters that both marked for the same group of techniques, "
    "over those that each marked. It falls with every technique that only one of the two saw. "
    "Where both marked leaves that out: only where both marked words of the group in the "
    "paragraph, so it says how well they agree on where a technique begins and ends. The gamma "
    f"of {PTC_GAMMA[0]:.2f} to {PTC_GAMMA[1]:.2f} that is published for spans of the propaganda "
    "techniques corpus (PTC) is another measure and cannot be compared."
)
CONFUSIONS = (
    "Two people confuse two techniques in a paragraph when only one of them ticks the first and "
    "only the other ticks the second; each pair of people counts. Lift is that count divided by "
    "what chance would give if the two ticked independently. Only the pairs of techniques "
    "furthest above chance are listed, so some may be listed by luck: read the paragraphs."
)


def number(value: float) -> str:
    """Format with two digits and a true minus sign, but none before a zero."""
    return NOTHING if math.isnan(value) else minus(f"{value:.2f}")


def with_interval(figure: Estimate) -> str:
    """Format such as "0.42 (0.31 to 0.50)"."""
    return in_words(point(figure)) if figure.defined else NOTHING


def point(figure: Estimate) -> Point:
    """Return the point to draw of a figure that is defined."""
    low, high = figure.interval.low, figure.interval.high
    if figure.too_few:
        return Point(figure.value, None, None, too_few=True)
    return Point(figure.value, low, high)


def people(measured: "Measured") -> str:
    """Return such as "1 person" or "3 people"."""
    number = len(measured.people)
    return "1 person" if number == 1 else f"{number} people"


def shortage_note(measured: "Measured") -> str:
    """Say that the paragraphs are too few for intervals; empty where they are enough."""
    if not measured.shortage or not measured.compared:
        return ""
    return (
        f"The paragraphs with two or more answers are {TOO_FEW} how far people agree: "
        f"{measured.shortage}."
    )
