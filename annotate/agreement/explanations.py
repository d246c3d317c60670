"""How to read each figure, and what others have reached: the same words on page and in Markdown."""

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

INTERVALS = (
    "Brackets are 95 % intervals, by bootstrap over articles: the articles could have been others, "
    "the people not. Only answers count (techniques ticked, or no technique); what was skipped, "
    "left unfinished or called unusable is missing, and so are adjudications."
)
ALPHA = (
    "Krippendorff's alpha, of yes and no for each technique: 1 is perfect agreement, 0 what chance "
    "gives, below 0 is worse than chance. It is undefined where nobody ticks the technique. A "
    "technique that few answers have swings with each of them: read its interval. Alpha over label "
    "sets compares all that a person ticks in a paragraph, with MASI distance: sets that overlap "
    "agree in part, and two people who both say no technique agree fully."
)
PUBLISHED = (
    f"Published for the techniques of SemEval-2023 task 3 before curation: {ALL:.3f} for all "
    f"annotators, {UPPER_HALF:.3f} for their upper half, {LOWER_HALF:.3f} for the lower one, "
    f"{CURATORS:.3f} for two curators (EMNLP 2023, main.6); {CHECKTHAT:.3f} for CheckThat! 2024. "
    "Other texts and another way of counting: a frame to read by, and no mark to pass."
)
PEOPLE = (
    "Each person against the rest: what more than half of the others say, a tie being off. F1 "
    "takes all techniques in one pot; the rest is not gold, which holds the person's own vote "
    "too, so F1 compares people with each other and says little alone. Kappa is the mean over "
    "techniques. Gain is what mean alpha would gain without the person: well above 0 for somebody "
    "who is far from the rest; of many people one changes little. Ticks are techniques "
    "ticked for each one that the others tick in the same paragraphs: above 1 for who ticks "
    "much. No technique is the share of answers that say so. Published micro-F1 against labels "
    "after curation: "
    f"{UPPER_F1[0]:.3f} ± {UPPER_F1[1]:.3f} for the upper half of the annotators, "
    f"{LOWER_F1[0]:.3f} ± {LOWER_F1[1]:.3f} for the lower one (EMNLP 2023, main.6)."
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
    "paragraph, so it says how well they agree on where a technique begins and ends. The gamma of "
    f"{PTC_GAMMA[0]:.2f} to {PTC_GAMMA[1]:.2f} that is published for spans of the propaganda "
    "techniques corpus (PTC) is another measure and cannot be compared."
)
CONFUSIONS = (
    "Two people confuse two techniques in a paragraph when the one alone ticks the first and the "
    "other alone the second; each pair of people counts. Lift is that count over what chance would "
    "give if it did not matter for each other what the two tick alone. Of all pairs of techniques "
    "only those most above chance are here, so one or the other may be here by luck: read the "
    "paragraphs."
)
