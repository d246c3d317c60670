import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from annotate.core.errors import InputError, RhetoricError, TaxonomyError
from annotate.core.records import BlockType
from tests.train.learning_curve.samples import curve_result
from tests.train.reports.samples import (
    MODEL,
    SCORES,
    VERDICT,
    Inputs,
    evaluated,
    prediction,
    write_inputs,
    write_predictions,
)
from tests.train.samples import write_tiny_dataset
from train.cli import app
from train.reports.build import report
from train.reports.page import ARTICLES_SHOWN

VOID = {"meta", "input", "br", "link"}


class Page(HTMLParser):
    """A page's text without style and script, its tags, and whether they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def chips(self, hidden: bool) -> list[float]:
        """The probabilities of the techniques that are shown, or of those that are not."""
        return [
            float(attributes["data-p"] or "")
            for tag, attributes in self.tags
            if tag == "li" and "data-p" in attributes and ("hidden" in attributes) is hidden
        ]


@pytest.fixture
def inputs(tmp_path: Path, tiny_dataset: Path) -> Inputs:
    return write_inputs(tmp_path, tiny_dataset)


def page_of(inputs: Inputs) -> Page:
    out = inputs.predictions.parent / "report.html"
    report(*inputs.arguments, out)
    page = Page(out.read_text(encoding="utf-8"))
    assert page.open == []
    return page


def test_the_page_says_what_was_labelled_and_scored(inputs: Inputs) -> None:
    text = page_of(inputs).text

    # 8 + 3 + 3 articles of 6 paragraphs, three answers each
    assert "articles 14 paragraphs 84" in text
    assert "annotators 3 answers 252" in text
    assert "train 48 paragraphs of 8 articles" in text
    assert "18 paragraphs of 3 articles (split test)" in text
    assert MODEL in text


def test_model_baselines_and_people_stand_beside_each_other(inputs: Inputs) -> None:
    text = page_of(inputs).text

    assert "Micro-F1" in text
    assert "0.42 (0.32 to 0.52)" in text
    assert "most frequent label 0.15 (0.05 to 0.25)" in text
    assert "TF-IDF 0.21 (0.11 to 0.31)" in text
    assert "0.77 (0.67 to 0.87)" in text


def test_how_the_model_stands_beside_the_baselines_is_said_above_the_scores(inputs: Inputs) -> None:
    head, _, scores = page_of(inputs).text.partition(VERDICT)

    assert "0.42" not in head
    assert "0.42" in scores


def test_of_the_baselines_the_best_is_drawn_for_each_technique(inputs: Inputs) -> None:
    report(*inputs.arguments, inputs.predictions.parent / "report.html")
    page = (inputs.predictions.parent / "report.html").read_text(encoding="utf-8")
    techniques = page.partition("F1 of each technique")[2].partition("Agreement</h2>")[0]

    assert techniques.count("<title>TF-IDF") == 3  # "values" has no example
    assert "<title>most frequent" not in techniques


def test_a_technique_without_example_has_no_score(inputs: Inputs) -> None:
    scores = page_of(inputs).text.partition("F1 of each technique")[2].partition("Agreement")[0]

    assert "values no example 0" in scores
    assert scores.count("0.42 (0.32 to 0.52) 7") == 3  # the other three have


def test_what_could_not_be_scored_is_left_out(inputs: Inputs) -> None:
    path = inputs.evaluation / "evaluation.json"
    scores = json.loads(path.read_text(encoding="utf-8"))["scores"]
    inputs.change(path, {"scores": scores | {"human": None, "baselines": {}}})

    text = page_of(inputs).text

    assert "There is no human ceiling" in text
    assert "TF-IDF" not in text


def test_agreement_is_shown_also_below_zero_and_where_it_is_not_defined(inputs: Inputs) -> None:
    text = page_of(inputs).text.partition("Krippendorff")[2]

    assert "0.61 (0.51 to 0.70)" in text
    assert "−0.11 (−0.25 to 0.08)" in text
    assert "−0.4" in text  # the axis goes down in steps of 0.2
    assert "not defined" in text


def test_the_articles_techniques_are_those_of_the_models_labels(inputs: Inputs) -> None:
    page = page_of(inputs)

    assert page.chips(hidden=False) == [0.83, 0.61]
    assert page.chips(hidden=True) == [0.24]  # 0.01 is out of every slider's reach
    assert "1 of 2 paragraphs with a technique" in page.text
    assert "The Outlet · 2024-05-01" in page.text


def test_a_paragraph_without_technique_is_plain(inputs: Inputs) -> None:
    write_predictions(inputs.predictions, [prediction("Nothing here.", {})])

    page = page_of(inputs)

    assert page.chips(hidden=False) == page.chips(hidden=True) == []
    assert "0 of 1 paragraphs with a technique." in page.text


def test_paragraphs_follow_each_other_as_in_the_article(inputs: Inputs) -> None:
    rows = [prediction("Second.", position=7), prediction("First.", position=2)]
    quote = prediction("Third.", position=9, kind=BlockType.QUOTE)
    write_predictions(inputs.predictions, [*rows, quote])

    page = page_of(inputs)

    assert page.text.index("First.") < page.text.index("Second.") < page.text.index("Third.")
    assert [tag for tag, _ in page.tags].count("blockquote") == 1


def test_only_the_first_articles_of_many_are_shown(inputs: Inputs) -> None:
    many = [prediction("Words.", title=f"Title {n}.") for n in range(ARTICLES_SHOWN + 1)]
    write_predictions(inputs.predictions, many)

    text = page_of(inputs).text

    assert "the first 20 of 21 articles" in text
    assert "Title 19." in text
    assert "Title 20." not in text


def test_whatever_an_article_says_stays_text(inputs: Inputs) -> None:
    bad = "<script>alert('x')</script> & <img src=x onerror=alert(1)> \"quoted\""
    write_predictions(inputs.predictions, [prediction(bad, title=f"{bad}!")])

    page = page_of(inputs)

    assert bad in page.text
    assert f"{bad}!" in page.text
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in page.tags}


def test_the_page_asks_nothing_of_the_network_and_forbids_it(inputs: Inputs) -> None:
    page = page_of(inputs)
    policy = next(a["content"] or "" for _, a in page.tags if "http-equiv" in a)
    wanted = [a[key] or "" for _, a in page.tags for key in ("src", "href", "action") if key in a]

    assert "default-src 'none'" in policy
    assert wanted == ["#scores", "#agreement", "#articles"]


def test_the_same_inputs_give_the_same_bytes(inputs: Inputs, tmp_path: Path) -> None:
    report(*inputs.arguments, tmp_path / "one.html")
    report(*inputs.arguments, tmp_path / "two.html")

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_learning_curve_is_shown_if_it_is_given(inputs: Inputs, tmp_path: Path) -> None:
    without = page_of(inputs).text
    folder, out = tmp_path / "curve", tmp_path / "report.html"
    folder.mkdir()
    (folder / "learning-curve.json").write_text(json.dumps(curve_result()), encoding="utf-8")

    report(*inputs.arguments, out, folder)

    text = Page(out.read_text(encoding="utf-8")).text
    assert "Learning curve" not in without
    assert "More would help. From 100 paragraphs on, it is ahead." in text
    assert "The learning curve is that of another dataset" in text


def test_scores_of_another_dataset_model_or_split_are_called_so(inputs: Inputs) -> None:
    calm = page_of(inputs).text
    changed = evaluated("feedfeedfeedfeed") | {"split": "validation"}
    model = {"digest": "another", "threshold": 0.9}
    doubt = {"warning": "Trained on <another> version of the data."}
    inputs.change(inputs.evaluation / "evaluation.json", changed | {"model": model} | doubt)

    text = page_of(inputs).text

    for warning in (
        "Trained on <another> version of the data.",
        "measured on another dataset (tiny, feedfeedfeedfeed)",
        "those of another model (another)",
        "on the validation split, which the model was trained or selected on",
    ):
        assert warning in text
        assert warning not in calm


def test_the_control_starts_where_the_predictions_were_made(inputs: Inputs) -> None:
    page = page_of(inputs)

    assert next(a["value"] for tag, a in page.tags if tag == "input") == "0.30"
    assert page.chips(hidden=False) == [0.83, 0.61]


def test_with_predictions_that_do_not_say_it_starts_at_the_lowest_label(inputs: Inputs) -> None:
    row = {key: value for key, value in prediction("More.").items() if key != "threshold"}
    write_predictions(inputs.predictions, [row])

    page = page_of(inputs)

    assert next(a["value"] for tag, a in page.tags if tag == "input") == "0.61"
    assert page.chips(hidden=False) == [0.83, 0.61]


Breaking = Callable[[Inputs], object]


def break_line(change: dict[str, Any], *without: str) -> Breaking:
    """Spoil the second line of the predictions."""
    row = {key: value for key, value in prediction("More.").items() if key not in without}
    return lambda i: write_predictions(i.predictions, [prediction("Some words."), row | change])


def break_json(name: str, change: dict[str, Any]) -> Breaking:
    return lambda i: i.change(i.predictions.parent / name, change)


EVALUATION, AGREEMENT = "evaluation/evaluation.json", "dataset/agreement.json"
BROKEN: list[tuple[Breaking, str]] = [
    (lambda i: (i.evaluation / "evaluation.json").unlink(), "evaluation.json: no such file; run"),
    (lambda i: (i.dataset / "agreement.json").unlink(), "agreement.json: no such file; pull"),
    (lambda i: (i.dataset / "manifest.json").unlink(), "no dataset folder"),
    (break_json(EVALUATION, {"format": 1}), "format 1, this version reads 3; run"),
    (break_json(AGREEMENT, {"format": None}), "format None, this version reads 1; pull"),
    (break_json(EVALUATION, {"scores": {}}), "format 3: no 'model'; run"),
    (break_json(EVALUATION, {"scores": 3}), "not in the form of format 3"),
    (break_json(EVALUATION, {"paragraphs": "many"}), "not in the form of format 3"),
    (break_json(AGREEMENT, {"mean_alpha": float("nan")}), "nan is no figure"),
    (lambda i: i.predictions.write_text(""), "predictions.jsonl: holds no predictions"),
    (break_line({}, "text"), "predictions.jsonl:2: the paragraph itself is missing; run"),
    (break_line({}, "title"), "predictions.jsonl:2: a paragraph needs 'title'"),
    (break_line({}, "scores"), "predictions.jsonl:2: no prediction"),
    (break_line({}, "model"), "predictions.jsonl:2: no prediction"),
    (break_line({"model": 7}), "predictions.jsonl:2: no prediction"),
    (break_line({"threshold": 0.5}), "predictions.jsonl:2: made at another threshold"),
    (break_line({"model": "another"}), "predictions.jsonl:2: made by another model"),
    (break_line({"scores": SCORES | {"fear": 1.5}}), "predictions.jsonl:2: no probability for"),
    (break_line({"scores": {"insult": 0.9}}), "no probability for 'fear'"),
    (break_line({"scores": SCORES | {"fear": True}}), "no probability for 'fear'"),
]


@pytest.mark.parametrize(("breaking", "said"), BROKEN)
def test_broken_input_is_one_line_and_nothing_is_written(
    inputs: Inputs, tmp_path: Path, breaking: Breaking, said: str
) -> None:
    breaking(inputs)

    with pytest.raises(InputError) as caught:
        report(*inputs.arguments, tmp_path / "report.html")

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("change", [{"labels": ["irony"]}, {"scores": SCORES | {"irony": 0.1}}])
def test_predictions_with_labels_that_the_taxonomy_lacks_are_refused(
    inputs: Inputs, change: dict[str, Any]
) -> None:
    break_line(change)(inputs)

    with pytest.raises(TaxonomyError, match=r"jsonl:2: label 'irony' is not in the taxonomy"):
        page_of(inputs)


def test_an_evaluation_with_other_labels_is_refused(inputs: Inputs) -> None:
    break_json(EVALUATION, {"groups": []})(inputs)

    with pytest.raises(TaxonomyError, match="0 labels, but 4 in the dataset's taxonomy"):
        page_of(inputs)


def test_the_page_never_replaces_its_input(inputs: Inputs, tmp_path: Path) -> None:
    before = inputs.predictions.read_bytes()

    with pytest.raises(RhetoricError, match="would overwrite the predictions"):
        report(*inputs.arguments, inputs.predictions)
    with pytest.raises(RhetoricError, match="is a folder; name a file"):
        report(*inputs.arguments, tmp_path)

    assert inputs.predictions.read_bytes() == before


def test_the_command_prints_where_the_page_is(inputs: Inputs, tmp_path: Path) -> None:
    arguments = [*map(str, inputs.arguments), "-o", str(tmp_path / "deep" / "report.html")]

    result = CliRunner().invoke(app, ["report", *arguments])

    assert result.exit_code == 0
    assert result.stdout.strip() == arguments[-1]
    assert (tmp_path / "deep" / "report.html").is_file()


def test_the_command_says_what_is_wrong_and_exits_with_1(inputs: Inputs, tmp_path: Path) -> None:
    break_line({}, "text")(inputs)

    result = CliRunner().invoke(
        app, ["report", *map(str, inputs.arguments), "-o", str(tmp_path / "report.html")]
    )

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "--with-paragraphs" in result.stderr


def test_a_dataset_with_one_split_is_shown(inputs: Inputs, tmp_path: Path) -> None:
    small = write_tiny_dataset(tmp_path / "small", [("test", 2)])
    for path in (inputs.dataset / "gold", small.resolve() / "agreement.json"):
        path.rename(path.with_name("aside"))
    (small.resolve() / "gold").rename(inputs.dataset / "gold")

    assert "Split by article: test 12 paragraphs of 2 articles." in page_of(inputs).text


@pytest.mark.slow
def test_what_evaluate_and_predict_write_becomes_a_page(
    tiny_run: Path, tiny_dataset: Path, inputs: Inputs, tmp_path: Path
) -> None:
    from train.evaluation.evaluate import evaluate
    from train.inference.labelling import Wanted
    from train.inference.predict import predict

    article = tmp_path / "article.txt"
    article.write_text("A title\n\nThe mayor is a traitor.\n\nThe council met on monday.\n")
    evaluate(tiny_run, tiny_dataset, "test", tmp_path / "evaluated")
    predict(tiny_run, [article], tmp_path / "marked.jsonl", Wanted(with_paragraphs=True))

    written = report(
        inputs.dataset, tmp_path / "evaluated", tmp_path / "marked.jsonl", tmp_path / "page.html"
    )

    text = Page(written.page.read_text(encoding="utf-8")).text
    assert written.articles == 1
    assert "The mayor is a traitor." in text
    assert "another dataset" not in text
    assert "another model" not in text


def test_what_is_too_few_to_tell_has_words_in_place_of_an_interval(
    inputs: Inputs, tmp_path: Path
) -> None:
    evaluation = json.loads((inputs.evaluation / "evaluation.json").read_text())
    few = {"value": 0.53, "low": None, "high": None, "no_interval": "too few to tell: 1 article"}
    evaluation["scores"]["model"]["micro"]["f1"] = few
    evaluation["scores"]["model"]["labels"]["fear"]["f1"] = few
    inputs.change(inputs.evaluation / "evaluation.json", {**evaluation, "articles": 1})
    inputs.change(inputs.dataset / "agreement.json", {"too_few_to_tell": True})

    page = Page(report(*inputs.arguments, tmp_path / "report.html").page.read_text())

    assert "18 paragraphs of 1 article: too few to tell how good the model is" in page.text
    assert page.text.count("0.53 (too few to tell)") >= 2
    assert "0.25 (too few to tell)" in page.text  # mean alpha


@pytest.mark.parametrize("place", ["dataset", "evaluation"])
def test_simulated_annotators_are_named_on_the_page(
    place: str, inputs: Inputs, tmp_path: Path
) -> None:
    if place == "dataset":
        path = inputs.dataset / "manifest.json"
        settings = json.loads(path.read_text())["settings"]
        inputs.change(path, {"settings": settings | {"labelled_by": "simulated"}})
    else:
        inputs.change(inputs.evaluation / "evaluation.json", {"labelled_by": "simulated"})

    page = Page(report(*inputs.arguments, tmp_path / "report.html").page.read_text())

    warning = "Labels of simulated annotators: the scores say nothing about real news."
    assert page.text.count(warning) == 1
