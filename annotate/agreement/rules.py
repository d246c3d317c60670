"""When the report gives an advice: the rules, in words, and their numbers."""

from annotate.agreement.published import ALL

COMMON = 30  # paragraphs that two people need in common
POSITIVE = 20  # answers with a technique from which on its alpha is read
GAIN = 0.05  # in mean alpha
TICKS = 1.5  # times as many as the others, or as few
TIMES, LIFT = 5, 2.0  # from which on a pair of techniques is said to be confused
BEHIND = 0.1  # in kappa

RULES = {
    "undefined": "there is no alpha",
    "silent": "somebody has no answer",
    "apart": f"two people have fewer than {COMMON} paragraphs in common",
    "far": f"mean alpha is {GAIN} or more higher without the person, and the interval of that "
    "gain lies above 0",
    "behind": f"a person's kappa against the rest is {BEHIND} or more below the median of the "
    "others', and its interval lies below that median",
    "ticks": f"a person ticks {TICKS} times as many techniques as the others do in the same "
    f"paragraphs, or {TICKS} times as few, and the interval leaves out 1",
    "unclear": f"a technique with {POSITIVE} or more answers that have it has an alpha below "
    f"{ALL}, which is what annotators of such techniques have reached before curation",
    "confused": f"two techniques were confused {TIMES} or more times and {LIFT:g} or more times as "
    "often as by chance, and the interval of the lift lies above 1",
    "rare": f"fewer than {POSITIVE} answers have the technique, in paragraphs with two answers",
}
