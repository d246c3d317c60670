"""What is withdrawn is in no snapshot from then on, and the list does not say what it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from annotate.aggregation.disputed import Disputed
from annotate.cli import app
from annotate.core.errors import InputError
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.task_data import task_data
from annotate.label_studio.tasks import Task
from annotate.paragraphs.file import write_paragraphs
from annotate.privacy.withdrawal_list import Withdrawn, read_withdrawn, update_list
from annotate.sync.pull import PullReport, PullRequest, pull
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore

ANA, BEN, CY = 1, 2, 3
KEY = Path("data/pseudonyms.json")
LIST = Path("data/withdrawn.json")
OUT = Path("data/datasets/pilot")
LINK = "https://example.org/bridge"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    (tmp_path / "label_config").mkdir()
    (tmp_path / "label_config" / "taxonomy.yaml").write_text(TAXONOMY)
    return tmp_path


def labelled(small: Taxonomy) -> ListStore:
    """Two articles of two paragraphs; Ana and Ben answer all, and Ben also leaves junk."""
    rows: list[Paragraph] = [
        paragraph("You bridge-builder.", LINK, 0),
        paragraph("You thief.", LINK, 1),
        paragraph("It rains.", "weather", 0),
        paragraph("It will rain.", "weather", 1),
    ]
    store = ListStore(held=[Task(n, task_data(row)) for n, row in enumerate(rows, 1)])
    for n, row in enumerate(rows, 1):
        label = ["Insult"] if row.article_id == LINK else []
        for user in (ANA, BEN):
            store.leave(n, work(user, result(small, row.text, *label), number=10 * n + user))
    store.leave(1, work(BEN, "junk", number=9))
    return store


def pulled(*stores: ListStore) -> PullReport:
    return pull(stores, PullRequest(Path("label_config/taxonomy.yaml"), OUT, KEY, 13))


def withdraw(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["withdraw", *words])
    assert done.exit_code == code, done.output
    return done


def answers(report: PullReport) -> dict[str, set[Any]]:
    """What the annotations and the gold rows hold."""
    import pyarrow.parquet as pq

    found: dict[str, set[Any]] = {"annotator": set(), "text": set(), "article_id": set()}
    for path in report.folder.rglob("*.parquet"):
        for row in pq.read_table(path).to_pylist():
            for key in found:
                found[key] |= {row[key]} if key in row else set()
    return found


def every_byte() -> dict[str, bytes]:
    files = [p for p in OUT.resolve().rglob("*") if p.is_file()]
    return {str(p): p.read_bytes() for p in [*files, OUT.with_name("pilot.rejected.jsonl")]}


def test_a_withdrawn_article_is_gone_from_the_next_pull_and_only_counted(small: Taxonomy) -> None:
    before = pulled(labelled(small))
    assert LINK in answers(before)["article_id"]

    withdraw(LINK)
    after = pulled(labelled(small))

    assert answers(after)["article_id"] == {"weather"}
    assert after.ledger["withdrawn"] == {
        "articles": 1,
        "paragraphs": 2,
        "annotators": 0,
        "annotations": 0,
    }
    assert (after.ledger["tasks"], after.set_aside) == (2, 0)
    assert "Withdrawn, and so left out: 1 article, 2 paragraphs; 0 annotators, 0 annotations." in (
        (after.folder / "README.md").read_text()
    )
    for data in every_byte().values():
        assert b"bridge-builder" not in data
        assert LINK.encode() not in data


def test_a_withdrawn_annotator_is_gone_from_answers_agreement_and_what_was_set_aside(
    small: Taxonomy,
) -> None:
    before = pulled(labelled(small))
    assert (answers(before)["annotator"], before.set_aside) == ({"a1", "a2"}, 1)

    withdraw("--annotator", "a2")
    after = pulled(labelled(small))

    assert answers(after)["annotator"] == {"a1"}
    assert after.set_aside == 0
    assert after.ledger["withdrawn"]["annotators"] == 1
    assert after.ledger["withdrawn"]["annotations"] == 5
    # Agreement counts paragraphs with two answers: all four before, none now.
    assert {row["answers"] for row in before.agreement["labels"]} == {8}
    assert {row["answers"] for row in after.agreement["labels"]} == {0}
    assert set(after.agreement["skill"]["annotators"]) == {"a1"}
    assert not any(b"a2" in Path(p).read_bytes() for p in every_byte() if p.endswith("jsonl"))


def test_the_own_stream_of_a_withdrawn_annotator_is_left_out(small: Taxonomy) -> None:
    shared, own = labelled(small), labelled(small)
    own.owner, own.annotator = CY, "cy"
    own.held = [Task(t.number, t.data, ()) for t in own.held]
    own.leave(1, work(CY, result(small, "", "Insult"), number=7))
    pulled(shared, own)

    withdraw("--annotator", "a3")
    after = pulled(shared, own)

    assert after.ledger["tasks"] == 4
    assert list(after.ledger["annotators"]) == ["a1", "a2"]


def test_pulling_twice_after_a_withdrawal_gives_the_same_bytes(small: Taxonomy) -> None:
    withdraw(LINK)
    pulled(labelled(small))
    first = every_byte()

    pulled(labelled(small))

    assert every_byte() == first


def test_the_pseudonym_of_a_withdrawn_annotator_is_given_to_nobody_else(small: Taxonomy) -> None:
    pulled(labelled(small))
    withdraw("--annotator", "a2")
    store = labelled(small)
    store.leave(1, work(CY, result(small, "", "Insult"), number=70))

    assert answers(pulled(store))["annotator"] == {"a1", "a3"}


def test_undo_brings_back_the_same_bytes(small: Taxonomy) -> None:
    pulled(labelled(small))
    before = every_byte()
    withdraw("--annotator", "a2")
    withdraw(LINK)
    pulled(labelled(small))
    assert every_byte() != before

    withdraw("--annotator", "a2", "--undo")
    withdraw(LINK, "--undo")
    pulled(labelled(small))

    assert every_byte() == before
    assert "was not withdrawn" in withdraw(LINK, "--undo").stdout


def test_the_list_names_nobody_and_is_for_its_owner_alone(small: Taxonomy) -> None:
    pulled(labelled(small))
    withdraw("--annotator", "a2")
    withdraw(LINK)

    assert LIST.stat().st_mode & 0o777 == 0o600
    text = LIST.read_text()
    assert "example" not in text
    assert "studio" not in text
    assert "already" in withdraw(LINK).stdout
    assert LIST.read_text() == text


def test_versions_that_hold_it_are_named_and_removed_only_when_asked(small: Taxonomy) -> None:
    old = pulled(labelled(small)).folder
    assert "kept, because it is current" in withdraw(LINK, "--purge-versions").stdout
    assert old.is_dir()
    fresh = pulled(labelled(small)).folder

    named = withdraw(LINK).stdout
    assert f"data/datasets/.versions/pilot/{old.name}: --purge-versions would" in named
    assert fresh.name not in named
    assert old.is_dir()

    assert "removed" in withdraw(LINK, "--purge-versions").stdout
    assert not old.exists()
    assert fresh.is_dir()
    assert "no version" in withdraw(LINK).stdout


def test_the_versions_of_an_annotator_are_found_by_the_pseudonym(small: Taxonomy) -> None:
    old = pulled(labelled(small)).folder
    withdraw("--annotator", "a2")
    fresh = pulled(labelled(small)).folder

    report = json.loads(withdraw("--annotator", "a2", "--purge-versions", "--json").stdout)

    assert [Path(path).name for path in report["removed"]] == [old.name]
    assert (old.exists(), fresh.exists()) == (False, True)


def test_an_imported_annotator_is_withdrawn_by_name_and_left_out_of_the_next_import() -> None:
    Path("theirs.csv").write_text(
        "text,labels,annotator\n"
        "One.,Insult,zoe@example.org\nOne.,Fear,abe@example.org\nTwo.,Insult,abe@example.org\n"
    )
    take = ["import-labels", "theirs.csv", "-o", "data/datasets/theirs", "--json"]
    assert CliRunner().invoke(app, take).exit_code == 0

    withdraw("--annotator", "zoe@example.org")
    done = CliRunner().invoke(app, take)

    report = json.loads(done.stdout)
    assert (report["rows"], report["taken"]) == (2, 2)
    assert list(report["ledger"]["annotators"]) == ["a1"]
    assert report["ledger"]["withdrawn"]["annotators"] == 1


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ([], 2, "either"),
        ([LINK, "--annotator", "a1"], 2, "either"),
        ([LINK, "--undo", "--purge-versions"], 2, "--undo"),
        (["--annotator", "nobody"], 1, "no Label Studio is known"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused(words: list[str], code: int, reason: str) -> None:
    done = withdraw(*words, code=code)

    assert reason in done.stderr
    assert not LIST.exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"articles": []}', '{"articles":["x"],"annotators":[]}']
)
def test_a_broken_list_stops_the_pull_instead_of_letting_withdrawn_work_in(
    small: Taxonomy, text: str
) -> None:
    LIST.parent.mkdir()
    LIST.write_text(text)

    with pytest.raises(InputError, match=r"withdrawn\.json.*backup"):
        pulled(labelled(small))

    assert not OUT.exists()


def test_a_push_leaves_withdrawn_articles_out_before_it_asks_the_server() -> None:
    write_paragraphs(
        Path("p.jsonl"), [paragraph("You bridge-builder.", LINK), paragraph("It rains.")]
    )
    withdraw(LINK)

    done = CliRunner().invoke(app, ["push", "p.jsonl"])

    assert "left out 1 paragraph of withdrawn articles" in done.stderr


def test_an_article_is_the_same_whatever_blanks_stand_around_its_id(tmp_path: Path) -> None:
    path = tmp_path / "list.json"

    assert update_list(path, Withdrawn.naming(" a  b "))

    assert not update_list(path, Withdrawn.naming("a b"))
    assert read_withdrawn(path).has_article("a b")
    assert not read_withdrawn(path).has_article("a c", None)


def test_a_version_that_has_the_article_only_among_the_disputed_is_named(small: Taxonomy) -> None:
    store = labelled(small)
    for task in store.held[:2]:  # both paragraphs of the article
        store.leave(task.number, work(CY, result(small, "", "Doubt"), number=200 + task.number))
        store.leave(task.number, work(4, result(small, "", "Doubt"), number=300 + task.number))
    taxonomy = Path("label_config/taxonomy.yaml")
    request = PullRequest(taxonomy, OUT, KEY, 13, disputed=Disputed.DROP)
    report = pull([store], request)
    assert sorted(report.folder.glob("disputed/*.parquet"))

    assert report.folder.name in withdraw(LINK).stdout
