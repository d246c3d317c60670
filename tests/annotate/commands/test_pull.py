from dataclasses import replace
from pathlib import Path

import pytest

from annotate.commands.pull import echo_report
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.splits.lineage import SplitRequest
from annotate.sync.pull import PullRequest, pull
from tests.annotate.samples import TAXONOMY, result, work
from tests.annotate.sync.test_collect import ANA, BEN, store_of


@pytest.mark.parametrize(("articles", "words"), [(2, "1.00 (too few to tell)"), (12, "0.84")])
def test_mean_alpha_of_two_articles_is_too_few_to_tell(
    articles: int, words: str, small: Taxonomy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY, encoding="utf-8")
    store = store_of(*(f"You traitor {n}." for n in range(articles)))
    for n in range(articles):
        labels = ["Insult"] if n % 2 else []
        store.leave(n + 1, work(ANA, result(small, "", *labels), number=2 * n))
        other = [] if n == 11 else labels  # they differ in one of twelve
        store.leave(n + 1, work(BEN, result(small, "", *other), number=2 * n + 1))

    request = PullRequest(tmp_path / "taxonomy.yaml", tmp_path / "out", tmp_path / "key.json", 13)
    echo_report(pull([store], request), tmp_path / "out")

    # alpha of twelve: 1 - 23 * 2 / (24**2 - 13**2 - 11**2) = 0.84
    assert f"mean alpha over techniques: {words}\n" in capsys.readouterr().out


def test_a_dataset_that_keeps_other_splits_than_its_project_is_told(
    small: Taxonomy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY, encoding="utf-8")
    store = store_of(*(f"You traitor {n}." for n in range(9)))
    for n in range(9):
        store.leave(n + 1, work(ANA, result(small, "", *(["Insult"] if n % 2 else [])), number=n))
    request = PullRequest(
        *(tmp_path / "taxonomy.yaml", tmp_path / "one", tmp_path / "key.json", 13), project="mine"
    )

    echo_report(pull([store], request), tmp_path / "one")
    first = capsys.readouterr()
    anew = replace(request, output=tmp_path / "two", splits=SplitRequest(test=0.4, new=True))
    echo_report(pull([store], anew), tmp_path / "two")
    second = capsys.readouterr()
    echo_report(pull([store], request), tmp_path / "one")
    third = capsys.readouterr()

    assert "\nsplits: drawn; new articles: " in first.out
    assert "\nsplits: drawn anew; new articles: " in second.out
    assert "\nsplits: stay as they were; new articles: none\n" in third.out
    assert (first.err, second.err) == ("", "")
    assert f"{tmp_path / 'one'} keeps its splits (lineage " in third.err
