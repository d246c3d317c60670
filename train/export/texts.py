"""Texts by which a copy of a model is compared with the model, where no dataset is at hand."""

_LONG = "The council met on Monday, and the mayor, who had promised a bridge, spoke of the past. "

TEXTS = (
    "",
    "No.",
    "They lie, and they know it.",
    "How dare they lecture us, after everything that they have done to this country?",
    "If we give in now, there will be nothing left to defend next year.",
    "Everybody knows that the plan is a disaster, and nobody but a fool would say otherwise.",
    "The ministry published the figures on Tuesday; they cover the years 2019 to 2023.",
    "“We will never surrender,” he said — “never, never, never!”",
    "Either you stand with the people, or you stand with those who rob them.",
    "Der Rat tagte am Montag. Le conseil s'est réuni lundi. 委员会星期一开会。 🙂",
    "A, B, C\t1.5 % (see p. 3)\n\nhttps://example.org/?q=1",
    "supercalifragilistic" * 5,
    _LONG * 3,
    _LONG * 100,  # longer than any model reads
)
