import re
from html.parser import HTMLParser
from typing import Any

import pytest

from train.evaluation.pages import html_page, markdown_page


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
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_asks_nothing_of_the_network_and_is_well_formed(
    evaluation: dict[str, Any],
) -> None:
    page, reader = html_page(evaluation), Reader()
    reader.feed(page)

    assert reader.links == []
    assert reader.open == []
    assert "url(" not in page
    assert "@import" not in page
    assert page.count('role="img"') == 5  # two scores, the label with an example, two curves


def test_names_cannot_break_out_of_the_page(evaluation: dict[str, Any]) -> None:
    reader = Reader()
    reader.feed(html_page(evaluation))

    assert "script" not in reader.tags
    assert "<script" not in html_page(evaluation)


def test_names_cannot_break_out_of_a_markdown_table(evaluation: dict[str, Any]) -> None:
    text = markdown_page(evaluation)

    assert "<script" not in text
    rows = [line for line in text.splitlines() if "alert" in line and line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}  # of five columns


def test_the_page_serves_light_and_dark_screens(evaluation: dict[str, Any]) -> None:
    assert "prefers-color-scheme: dark" in html_page(evaluation)


def test_the_verdict_stands_above_every_figure(compared: dict[str, Any]) -> None:
    for text in (markdown_page(compared), html_page(compared).partition("<body")[2]):
        head, _, rest = text.partition("The model is level &lt;with&gt; TF-IDF.")
        assert "0.67" not in head
        assert "0.67" in rest


def test_the_first_plot_has_a_row_for_the_model_and_each_baseline(compared: dict[str, Any]) -> None:
    compared["scores"] |= dict.fromkeys(
        ("model_against_peers", "human"), compared["scores"]["model"]
    )

    plot = html_page(compared).partition('<table class="plots">')[2].partition("</table>")[0]
    micro = plot.partition("micro-F1")[2].partition("macro-F1")[0]

    names = re.findall(r'scope="row">([^<]+)<', micro)
    assert names == [
        "model",
        "most frequent label",
        "TF-IDF",
        "model, against peers",
        "human ceiling",
    ]
    marks = ["model", "baseline", "baseline", "model", "human"]
    assert re.findall('class="mark ([a-z]+)"', micro) == marks


def test_of_the_baselines_the_best_is_shown_for_each_technique(compared: dict[str, Any]) -> None:
    page = html_page(compared).partition("F1 of each technique")[2].partition("</tbody>")[0]

    assert re.findall("<title>([^<0]+) 0.67", page) == ["model", "TF-IDF"]
    assert "shown: TF-IDF." in markdown_page(compared)


def test_a_frozen_encoder_that_is_not_the_models_is_named(compared: dict[str, Any]) -> None:
    compared["frozen_encoder"] = "The frozen encoder is minilm: the other one is gone."

    for text in (markdown_page(compared), html_page(compared)):
        assert "The frozen encoder is minilm: the other one is gone." in text


def test_a_warning_comes_first_on_both_pages(evaluation: dict[str, Any]) -> None:
    evaluation["warning"] = "These flatter."

    assert "# Evaluation\n\n- **These flatter.**\n" in markdown_page(evaluation)
    head, _, rest = html_page(evaluation).partition('<div class="note warning"><p>')
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

    for text in (markdown_page(evaluation), html_page(evaluation)):
        assert warning in text
        assert bool(warning) is ("how good the model" in text)


def test_without_an_interval_the_words_stand_and_no_bar_is_drawn(
    evaluation: dict[str, Any],
) -> None:
    for text in (markdown_page(evaluation), html_page(evaluation)):
        assert "0.67 (too few to tell)" in text
        assert not re.search(r"\d \(\d\.\d\d to", text)
    plots = re.findall('<table class="plots">.*?</table>', html_page(evaluation), re.DOTALL)
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

    for text in (markdown_page(evaluation), html_page(evaluation)):
        assert said in text
        assert bool(said) is ("simulated" in text)


def test_a_split_without_any_example_has_no_bars(evaluation: dict[str, Any]) -> None:
    evaluation["groups"] = evaluation["groups"][1:]

    assert "<p>no example</p>" in html_page(evaluation)
