"""Say a comparison in words, for the terminal and for both pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.core.html.dot_plot import minus
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.plurals import signed as with_sign
from annotate.core.stats.estimates import TOO_FEW, Size
from train.comparison.verdict import LEVEL, Verdict

Comparison = Mapping[str, Any]  # the content of compare.json
Pair = Mapping[str, Any]

MICRO = "micro-F1"
_SEVERAL = 3  # verdicts, from which on it matters that each may be wrong


def names(comparison: Comparison) -> dict[str, str]:
    """Return the letter of each with its name, such as "A (tfidf)"."""
    return {model["key"]: f"{model['key']} ({model['name']})" for model in comparison["models"]}


def signed(value: Mapping[str, Any], digits: int = 3) -> str:
    """Return a difference with its interval, such as "+0.041 (−0.010 to +0.092)"."""
    if value["value"] is None:
        return "undefined"
    figure, *ends = (with_sign(value[key] or 0, digits) for key in ("value", "low", "high"))
    return f"{figure} ({TOO_FEW if value['low'] is None else ' to '.join(ends)})"


def verdicts(comparison: Comparison) -> list[tuple[str, str]]:
    """Return the verdict on each pair, then on each two recipes, with its sentence."""
    shown = names(comparison)
    pairs = [(p["verdict"], _sentence(comparison, p, shown)) for p in comparison["pairs"]]
    return [*pairs, *_recipe_verdicts(comparison)]


def _sentence(comparison: Comparison, pair: Pair, shown: Mapping[str, str]) -> str:
    first, second = shown[pair["first"]], shown[pair["second"]]
    if pair["identical"]:
        return f"No difference: {second} and {first} answer every paragraph alike."
    sentence = _judged(pair, first, second, comparison["margin"])
    seed = " These two differ only by their seed." if pair["same_recipe"] else ""
    more = _more(comparison, pair) if pair["verdict"] == Verdict.UNCLEAR else ""
    return f"{sentence}{more}{seed}"


def _judged(pair: Pair, first: str, second: str, margin: float) -> str:
    figure = f"{MICRO} {signed(pair['micro'])}"
    if pair["verdict"] == Verdict.ALIKE:
        return (
            f"No difference that matters: {second} against {first}, {figure}, is inside "
            f"\N{PLUS-MINUS SIGN}{margin:g}."
        )
    if pair["verdict"] == Verdict.UNCLEAR:
        why = pair["micro"].get("no_interval")
        reason = f"; {why.partition(': ')[2]}" if why else ""
        return f"Cannot tell whether {second} is better or worse than {first}: {figure}{reason}."
    return f"{second} is {pair['verdict']} than {first}: {figure}."


def _more(comparison: Comparison, pair: Pair) -> str:
    needed = pair["more_paragraphs"]
    if not needed:
        return ""
    return (
        f" About {_rounded(needed)} more paragraphs like these would tell a difference of "
        f"{comparison['margin']:g}."
    )


def _rounded(number: int) -> str:
    """Return a number with two digits that count."""
    return f"{int(float(f'{number:.1e}')):,}"


def _recipe_verdicts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    for pair in comparison["recipe_differences"]:
        first, second = (_seeds(comparison, pair[side]) for side in ("first", "second"))
        sentence = _judged(pair, first, second, comparison["margin"])
        yield pair["verdict"], f"Mean over seeds: {sentence}"


def _seeds(comparison: Comparison, keys: Sequence[str]) -> str:
    models = {model["key"]: model for model in comparison["models"]}
    seeds = ", ".join(str(models[key]["seed"]) for key in keys)
    noun = "seed" if len(keys) == 1 else "seeds"
    return f"the recipe of {', '.join(keys)} ({noun} {seeds})"


def warnings(comparison: Comparison) -> list[str]:
    """Return what a reader must know before any figure, in sentences; mostly nothing."""
    shown = names(comparison)
    candidates = [
        f"{shown[m['key']]}: {m['warning']}" for m in comparison["models"] if m["warning"]
    ]
    candidates.append(simulation_warning(comparison["labelled_by"] or ""))
    split = comparison["split"]
    if Size(comparison["articles"], comparison["paragraphs"]).shortage:
        candidates.append(
            f"The {split} split has {counted(comparison['paragraphs'], 'paragraph')} of "
            f"{counted(comparison['articles'], 'article')}: too few to tell which is better."
        )
    if split != "test":
        candidates.append(
            f"Models were trained or selected on the {split} split, so these figures flatter them, "
            "some more than others."
        )
    return [warning for warning in candidates if warning]


def facts(comparison: Comparison) -> list[str]:
    """Return how the figures came about, in sentences."""
    return [
        f"Scored on {counted(comparison['paragraphs'], 'paragraph')} of "
        f"{counted(comparison['articles'], 'article')}, {comparison['with_technique']:,} with a "
        f"technique, of the {comparison['split']} split of {comparison['dataset']['name']} "
        f"({comparison['dataset']['digest']}). A difference is the second minus the first.",
        "Intervals are 95 %, paired: both are scored on the same articles, so what makes an "
        "article hard for both cancels out.",
        "Better or worse: the interval leaves out zero. No difference that matters: the whole "
        f"interval is inside \N{PLUS-MINUS SIGN}{comparison['margin']:g}, even if it leaves out "
        "zero. Cannot tell: neither.",
        *_many(comparison),
        "Of techniques, those are marked whose difference holds after Holm's correction over all "
        "techniques with 5 examples (paired randomisation test over articles, at 5 %).",
        "Paragraphs that would tell a difference: in four of five test sets of that size, if the "
        "difference is as large as the margin.",
        "Speed is paragraphs per CPU-second in this run, without loading; size is what the model "
        "needs on disk. Baselines are trained anew each time and keep no files.",
        *_thresholds(comparison),
        *_recipe_facts(comparison),
    ]


def _many(comparison: Comparison) -> list[str]:
    number = len(comparison["pairs"])
    if number < _SEVERAL:
        return []
    return [
        f"These are {number} verdicts: of pairs that do not differ, one in {1 / LEVEL:.0f} is "
        "called better or worse by chance."
    ]


def _thresholds(comparison: Comparison) -> list[str]:
    kinds = {model["kind"] for model in comparison["models"]}
    return [
        *(
            ["A checkpoint's calibration and threshold are chosen on validation, as those of fit."]
            if "checkpoint" in kinds
            else []
        ),
        *(
            ["Baselines learn from train, and their thresholds are chosen on validation."]
            if "baseline" in kinds
            else []
        ),
    ]


def _recipe_facts(comparison: Comparison) -> list[str]:
    if not comparison["recipe_differences"]:
        return []
    return [
        "Recipes are compared by the mean over their seeds; the interval is widened by the spread "
        "of the seeds."
    ]


def errors_in_words(pair: Pair) -> str:
    """Say how alike the errors of a pair are, and how many each fixed."""
    errors = pair["errors"]
    total = sum(errors[k] for k in ("both", "only_first", "only_second", "neither"))
    shares = []
    if errors["in_common"] is not None:
        shares.append(
            f"of those that either gets wrong, both do in {100 * errors['in_common']:.0f} %"
        )
    if errors["kappa"] is not None:
        shares.append(minus(f"kappa of being wrong {errors['kappa']:.2f}"))
    common = f" ({'; '.join(shares)})" if shares else ""
    return (
        f"Of {counted(total, 'paragraph')}, both get {errors['neither']:,} wholly right and "
        f"{errors['both']:,} wrong{common}. {pair['second']} has fewer wrong labels than "
        f"{pair['first']} in {pair['fewer_errors']:,}, and more in {pair['more_errors']:,}."
    )


def rare(comparison: Comparison, pair: Pair) -> str:
    """Name the techniques that are too rare to be tested, with their examples; empty if none."""
    some = [
        f"{label['name']} ({each['examples']})"
        for label, each in zip(comparison["labels"], pair["labels"], strict=True)
        if each["p"] is None
    ]
    return f"Too few examples to tell: {', '.join(some)}." if some else ""


def size_in_words(size: int | None) -> str:
    """Return a size on disk, such as "91 MB"."""
    if size is None:
        return "–"
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e6:.2f} MB"


def speed_in_words(speed: float | None) -> str:
    """Return paragraphs per CPU-second."""
    if speed is None:
        return "–"
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
