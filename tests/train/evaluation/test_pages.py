import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.train.evaluation.conftest import NOTHING
from train.evaluation.pages import headline, html_page, markdown_page


class Reader(HTMLParser):
    """Notes the tags of a page, what they refer to, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for key, value in attrs if key in {"src", "href", "action"}]
        if tag not in {"meta", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_asks_nothing_of_the_network_and_is_well_formed(
    evaluation: dict[str, Any],
) -> None:
    page, reader = html_page(evaluation, NOTHING), Reader()
    reader.feed(page)

    assert {link[0] for link in reader.links} == {"#"}  # within the page
    assert reader.open == []
    assert "url(" not in page
    assert "@import" not in page
    # two scores of model and silence, the label with examples, three curves
    assert page.count('role="img"') == 8


def test_names_cannot_break_out_of_the_page(evaluation: dict[str, Any]) -> None:
    page, reader = html_page(evaluation, NOTHING), Reader()
    reader.feed(page)

    # the paragraphs, the curve, and the page's own
    assert reader.tags.count("script") == page.count("<script") == 3
    assert "alert(1)</script" not in page


def test_names_cannot_break_out_of_a_markdown_table(evaluation: dict[str, Any]) -> None:
    text = markdown_page(evaluation)

    assert "<script" not in text
    rows = [line for line in text.splitlines() if "alert" in line and line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {5, 6}  # of 4 and 5 columns


def test_the_page_serves_light_and_dark_screens(evaluation: dict[str, Any]) -> None:
    assert "prefers-color-scheme: dark" in html_page(evaluation, NOTHING)


def test_the_verdict_stands_above_every_figure(compared: dict[str, Any]) -> None:
    for text in (markdown_page(compared), html_page(compared, NOTHING).partition("<body")[2]):
        head, _, rest = text.partition("The model is level &lt;with&gt; TF-IDF.")
        assert "0.67" not in head
        assert "0.67" in rest


def test_the_first_plot_has_a_row_for_the_model_and_each_baseline(compared: dict[str, Any]) -> None:
    compared["scores"]["human"] = compared["scores"]["model"]

    plot = (
        html_page(compared, NOTHING).partition('<table class="plots">')[2].partition("</table>")[0]
    )
    micro = plot.partition("micro-F1")[2].partition("macro-F1")[0]

    names = re.findall(r'scope="row">([^<]+)<', micro)
    assert names[:3] == ["model", "most frequent label", "TF-IDF"]
    assert names[3:] == ["no label at all", "human ceiling"]
    shapes = re.findall('class="mark ([a-z]+)"', micro)
    assert shapes == ["model", "baseline", "baseline", "empty", "human"]


def test_of_the_baselines_the_best_is_shown_for_each_technique(compared: dict[str, Any]) -> None:
    page = (
        html_page(compared, NOTHING).partition("F1 of each technique")[2].partition("</tbody>")[0]
    )

    assert re.findall("<title>([^<0]+) 0.67", page) == ["model", "TF-IDF"]
    assert "shown: TF-IDF." in markdown_page(compared)


def test_a_frozen_encoder_that_is_not_the_models_is_named(compared: dict[str, Any]) -> None:
    compared["frozen_encoder"] = "The frozen encoder is minilm: the other one is gone."

    for text in (markdown_page(compared), html_page(compared, NOTHING)):
        assert "The frozen encoder is minilm: the other one is gone." in text


def test_a_warning_comes_first_on_both_pages(evaluation: dict[str, Any]) -> None:
    evaluation["warning"] = "These flatter."

    assert "# Evaluation\n\n- **These flatter.**\n" in markdown_page(evaluation)
    head, _, rest = html_page(evaluation, NOTHING).partition('<div class="note warning"><p>')
    assert rest.startswith("These flatter.</p>")
    assert "<li>" not in head.partition("<body")[2]


@pytest.mark.parametrize(
    ("articles", "paragraphs", "warning"),
    [
        (1, 1, "The test split has 1 paragraph of 1 article: too few to tell how good the model"),
        (4, 40, "The test split has 40 paragraphs of 4 articles: too few to tell how good the"),
        (5, 9, "The test split has 9 paragraphs of 5 articles: too few to tell how good the model"),
        (5, 10, ""),
    ],
)
def test_a_small_split_is_too_few_to_tell(
    articles: int, paragraphs: int, warning: str, evaluation: dict[str, Any]
) -> None:
    evaluation |= {"articles": articles, "paragraphs": paragraphs}

    for text in (markdown_page(evaluation), html_page(evaluation, NOTHING)):
        assert warning in text
        assert bool(warning) is ("how good the model" in text)


def test_without_an_interval_the_words_stand_and_no_bar_is_drawn(
    evaluation: dict[str, Any],
) -> None:
    for text in (markdown_page(evaluation), html_page(evaluation, NOTHING)):
        assert "0.67 (too few to tell)" in text
        assert not re.search(r"\d \(\d\.\d\d to", text)
    plots = re.findall(
        '<table class="plots">.*?</table>', html_page(evaluation, NOTHING), re.DOTALL
    )
    assert len(plots) == 2
    for plot in plots:
        assert 'class="mark model"' in plot
        assert 'class="whisker' not in plot


@pytest.mark.parametrize(
    ("labellers", "said"),
    [
        (None, ""),
        ("people", ""),
        ("imported", ""),
        ("simulated", "Labels of simulated annotators: the scores say nothing about real news."),
        ("people and simulated annotators", "Labels of people and simulated annotators, mixed:"),
    ],
)
def test_simulated_annotators_are_named_on_both_pages(
    labellers: str | None, said: str, evaluation: dict[str, Any]
) -> None:
    evaluation["labelled_by"] = labellers

    for text in (markdown_page(evaluation), html_page(evaluation, NOTHING)):
        assert said in text
        assert bool(said) is ("simulated" in text)


def test_a_split_without_any_example_has_no_bars(evaluation: dict[str, Any]) -> None:
    evaluation |= {"groups": evaluation["groups"][1:], "confusions": []}

    assert "<p>No technique has an example in this split.</p>" in html_page(evaluation, NOTHING)


def test_the_headline_names_the_best_baseline_people_and_silence(
    compared: dict[str, Any],
) -> None:
    compared["scores"]["human"] = compared["scores"]["model"]

    assert headline(compared) == (
        "Micro-F1 0.67 (too few to tell); the best baseline, TF-IDF, has 0.67; people, each "
        "against the others, 0.67; no label at all would be right for 0 of 2 paragraphs, and the "
        "model is for 1."
    )
