"""The evaluation page in a real browser: nothing is asked of the network, and its parts work."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from annotate.core.records import Annotation, Consensus, DatasetRow, Status
from tests.browser.conftest import title_when_loaded
from tests.train.evaluation.conftest import evaluated
from tests.train.samples import paragraph
from train.evaluation.error_rows import error_rows
from train.evaluation.pages import html_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

# paragraph -> scores of a and b, gold of a and b, how many of two people ticked each
ROWS = {
    "false alarm, sure": ((0.9, 0.0), (0, 0), (0, 0)),
    "hit": ((0.8, 0.0), (1, 0), (2, 0)),
    "missed, near": ((0.2, 0.0), (1, 0), (1, 0)),
    "nothing": ((0.0, 0.0), (0, 0), (0, 0)),
    "missed <b>b</b>": ((0.0, 0.01), (0, 1), (0, 2)),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    evaluation: dict[str, Any] = evaluated()
    rows, answers = [], []
    for number, (text, (_, _, votes)) in enumerate(ROWS.items()):
        made = replace(paragraph("article", number, text), previous="Before.", next="After.")
        rows.append(DatasetRow(made, Consensus((), (), 2, ()), "test"))
        for person in range(2):
            ticked = tuple(n for n, v in zip("ab", votes, strict=True) if person < v)
            status = Status.LABELLED if ticked else Status.NONE
            answers.append(Annotation(made.id, f"a{person}", status, ticked))
    scores, gold, _ = (np.array(part) for part in zip(*ROWS.values(), strict=True))
    groups = evaluation["groups"]
    shown = error_rows(rows, answers, scores, gold.astype(bool), scores >= 0.25, groups)
    path: Path = tmp_path_factory.mktemp("evaluation") / "evaluation.html"
    path.write_text(html_page(evaluation, shown), encoding="utf-8")
    return path.as_uri()


def texts(page: "Page") -> list[str]:
    return page.locator(".item .text").all_inner_texts()


def test_the_page_loads_alone_and_without_complaint(chromium: "Browser", address: str) -> None:
    assert title_when_loaded(chromium, address) == "Evaluation on the test split"


def test_errors_come_first_and_the_surest_before_all(page: "Page") -> None:
    # |score - .25|: .65, .24 and .05
    assert texts(page) == ["false alarm, sure", "missed <b>b</b>", "missed, near"]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("kind", "missed", ["missed <b>b</b>", "missed, near"]),
        ("kind", "false", ["false alarm, sure"]),
        ("kind", "hit", ["hit"]),
        ("kind", "right", ["hit", "nothing"]),
        ("kind", "all", ["false alarm, sure", "missed <b>b</b>", "missed, near", "hit", "nothing"]),
        ("sure", "near", ["missed, near"]),
        ("people", "differ", ["missed, near"]),
        ("technique", "b", ["missed <b>b</b>"]),
        ("order", "article", ["false alarm, sure", "missed, near", "missed <b>b</b>"]),
    ],
)
def test_filters_narrow_the_paragraphs_down(
    page: "Page", field: str, value: str, shown: list[str]
) -> None:
    page.locator(f"[name={field}]").select_option(value)

    assert texts(page) == shown


def test_the_text_filter_looks_into_the_paragraphs(page: "Page") -> None:
    page.locator("[name=text]").fill("NEAR")

    assert texts(page) == ["missed, near"]


def test_each_decision_stands_with_its_score_and_votes(page: "Page") -> None:
    near = page.locator(".item", has_text="missed, near")

    assert near.locator(".tick .tag").all_inner_texts() == ["missed"]
    assert near.locator(".score").all_inner_texts() == ["0.20"]
    assert "ticked by 1 of 2" in near.inner_text()
    assert "Before." not in near.inner_text()
    near.get_by_role("button", name="Show context").click()
    assert "Before." in near.inner_text()


def test_a_confusion_leads_to_its_paragraphs(page: "Page") -> None:
    page.locator("#confused a.term").first.click()

    assert texts(page) == ["missed, near"]


def test_the_slider_reads_the_figures_at_another_threshold(page: "Page") -> None:
    moved = page.locator("#moved")
    assert moved.inner_text() == "0.10: precision 0.50, recall 0.90, micro-F1 0.50"

    page.locator("#threshold").fill("1")
    assert moved.inner_text() == "0.90: precision 0.50, recall 0.10, micro-F1 0.50"
    at = [page.locator("line.moved").get_attribute(end) for end in ("x1", "x2")]
    assert [float(x or 0) for x in at] == pytest.approx([378.8, 378.8])  # 44 + .9 * 372


def test_a_click_on_a_head_sorts_the_techniques(page: "Page") -> None:
    page.locator("#weak summary").first.click()
    page.locator("#technique-table").get_by_role("button", name="examples").click()

    assert page.locator("#technique-table tbody td:nth-child(2)").all_inner_texts() == ["6"]
    head = page.locator("#technique-table th", has_text="examples")
    assert head.get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_no_width_needs_scrolling_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
