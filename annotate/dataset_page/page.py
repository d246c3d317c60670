"""The dataset as one HTML page that asks nothing of the network.

The page's own policy forbids every request, and every script but the one that it brings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.html.colors import page_shades
from annotate.core.html.dot_plot import Dot, alpha_axis
from annotate.core.html.environment import read_script, render
from annotate.core.labelled_by import LabelledBy, labelled_by, simulation_warning
from annotate.core.plurals import counted
from annotate.core.stats import published
from annotate.core.stats.estimates import RULE
from annotate.dataset_page.figures import LabelFigures, SplitFigures, Together
from annotate.dataset_page.paragraphs import ShownParagraphs
from annotate.dataset_page.set_aside import SetAside

_PACKAGE = "annotate.dataset_page"
_DRAWN = {
    "article": "Split by article; near-duplicates stay together.",
    "source": "Split by outlet: all articles of an outlet stay together.",
    "date": "Split by date: the newest articles are the test split.",
    "given": "The splits came with the data that were imported or merged.",
}


@dataclass(frozen=True, slots=True)
class PageContent:
    """Everything that the page shows but its paragraphs.

    Attributes:
        people: Pseudonyms of those who left something.
        answers: Of all annotators, "no technique" included.
        decisions: Paragraphs that an adjudicator decided.
        paragraphs: That could be shown: of gold, and those that left it.
    """

    opened: DatasetFolder
    splits: Sequence[SplitFigures]
    labels: Sequence[LabelFigures]
    together: Together
    set_aside: SetAside
    shown_splits: Sequence[str]
    corpora: Sequence[str]
    people: Sequence[str]
    annotators: int
    answers: int
    decisions: int
    paragraphs: int


def dataset_page(content: PageContent, shown: ShownParagraphs) -> str:
    """Return the whole page; the same dataset gives the same bytes."""
    opened = content.opened
    frequent = sorted(content.labels, key=lambda label: -label.paragraphs)
    return render(
        _PACKAGE,
        "dataset.html",
        title=f"Dataset: {opened.name}",
        content=content,
        opened=opened,
        taxonomy=opened.taxonomy,
        facts=list(_facts(content)),
        warning=simulation_warning(labelled_by(opened.manifest)),
        labelled=_labelled(opened.manifest),
        drawn=splits_in_words(opened.manifest),
        people=[(name, name) for name in content.people],
        corpora=[(name, name) for name in content.corpora],
        splits=[(name, name) for name in content.shown_splits],
        techniques=[
            (group.name, [(t.id, t.name) for t in group.techniques])
            for group in opened.taxonomy.groups
        ],
        most=max((label.paragraphs for label in content.labels), default=0) or 1,
        marked=sum(split.marked for split in content.splits),
        gold=sum(split.paragraphs for split in content.splits),
        frequent=frequent,
        axis=_axis(content.labels),
        published=published,
        rule=RULE,
        dot=Dot,
        cell=_Cells(content.together),
        shown=shown,
        script=read_script(_PACKAGE, "browser.js", "dataset.js"),
        shades=page_shades(group.color for group in opened.taxonomy.groups),
        counted=counted,
    )


def _facts(content: PageContent) -> Iterator[tuple[str, int]]:
    yield "paragraphs", sum(split.paragraphs for split in content.splits)
    yield "with a technique", sum(split.marked for split in content.splits)
    yield "articles", sum(split.articles for split in content.splits)
    yield "annotators", content.annotators
    yield "answers", content.answers
    if content.decisions:
        yield "decided by an adjudicator", content.decisions
    if len(content.corpora) > 1:
        yield "corpora", len(content.corpora)


def _labelled(manifest: Mapping[str, Any]) -> str:
    """Say who labelled, as the end of a sentence; empty for datasets that do not know."""
    who, source = labelled_by(manifest), manifest["settings"].get("source", {})
    if who == LabelledBy.IMPORTED:
        return f"imported from {source.get('name') or 'elsewhere'}"
    who = "simulated annotators" if who == LabelledBy.SIMULATED else who
    who = who.replace(" and imported", ", and imported")  # merged with a dataset from elsewhere
    return f"labelled by {who}" if who else ""


def splits_in_words(manifest: Mapping[str, Any]) -> str:
    """Say how the articles got their splits, and whether they keep them."""
    lineage = manifest.get("lineage")
    if not lineage:
        seed = manifest["settings"].get("seed")
        return (
            f"Split by article, with seed {seed}, for this version alone: another pull may have "
            "put an article elsewhere."
        )
    sentences = [_DRAWN[lineage["by"]]]
    if lineage["by"] != "given":
        validation, test = (
            f"{100 * lineage[name]:g}\N{NO-BREAK SPACE}%" for name in ("validation", "test")
        )
        sentences.append(
            f"The aim was {validation} for validation and {test} for test, drawn with seed "
            f"{lineage['seed']}."
        )
    sentences.append(f"Each article keeps its split in later versions (lineage {lineage['id']}).")
    if others := lineage["extends"]:
        sentences.append(f"What lineage {', '.join(others)} decided holds here too.")
    if replaced := lineage.get("replaces"):
        sentences.append(
            f"They were drawn anew in place of lineage {replaced}: figures of the two cannot be "
            "compared."
        )
    if folds := lineage["folds"]:
        sentences.append(f"Outside the test split, the articles are in {folds} folds.")
    return " ".join(sentences)


def _axis(labels: Sequence[LabelFigures]) -> Any:
    points = [label.alpha for label in labels if label.alpha]
    return alpha_axis(p.value if p.low is None else p.low for p in points)


@dataclass(frozen=True, slots=True)
class _Cells:
    """How a cell of the map of co-occurrence is coloured and read out."""

    together: Together

    def share(self, row: int, column: int) -> int:
        """Return how strong the colour is, from 0 to 100: few paragraphs must be seen too."""
        count = self.together.counts[row][column]
        return round(100 * (count / self.together.most) ** 0.5) if count else 0

    def words(self, row: int, column: int) -> str:
        """Say the count, and what chance would give."""
        names = [label.technique.name for label in self.together.labels]
        counts = self.together.counts
        both, first, second = counts[row][column], counts[row][row], counts[column][column]
        what = f"{names[row]} with {names[column]}: {counted(both, 'paragraph')}"
        expected = first * second / max(self.together.paragraphs, 1)
        return f"{what}; {expected:.1f} expected by chance"
