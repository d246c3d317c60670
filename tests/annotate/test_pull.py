import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy, load_taxonomy
from annotate.pull import STATES, Harvest, PullReport, check_ledger, gather, pull
from annotate.push import push
from annotate.store import Task, Work
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore

ANA, BEN, CY = 1, 2, 3
MARK = Span(4, 11, "Insult")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(TAXONOMY)
    return path


@pytest.fixture
def small(file: Path) -> Taxonomy:
    return load_taxonomy(file)


def store_of(*texts: str, server: str = "studio") -> ListStore:
    """Each paragraph in an article of its own."""
    store = ListStore(server)
    push([paragraph(text, f"article {n}") for n, text in enumerate(texts)], store)
    return store


def gathered(taxonomy: Taxonomy, tmp_path: Path, *stores: ListStore) -> Harvest:
    return gather(stores, taxonomy, tmp_path / "key.json")


def pulled(file: Path, out: Path, *stores: ListStore) -> PullReport:
    return pull(stores, file, out, file.with_name("key.json"), seed=13)


def reasons(found: Harvest) -> list[str]:
    return [row["reason"] for row in found.rejected]


def states(found: Harvest, name: str = "a1") -> dict[str, int]:
    """The annotator's states that are not zero."""
    return {str(s): n for s, n in found.ledger["annotators"][name].items() if n}


def test_states_are_kept_apart(small: Taxonomy, tmp_path: Path) -> None:
    texts = [f"You traitor {n}." for n in range(7)]
    store = store_of(*texts)
    said = [result(small, text, "Insult", spans=(MARK,)) for text in texts]
    unusable = [{"from_name": "verdict", "value": {"choices": ["unusable"]}}]
    store.leave(1, work(ANA, said[0]))
    store.leave(2, work(ANA, result(small, texts[1])))
    store.leave(3, work(ANA, unusable))
    store.leave(4, work(ANA, said[3], skipped=True))
    store.leave(5, work(ANA, said[4], draft=True))
    store.leave(6, work(ANA, []))
    store.leave(7, work(BEN, said[6]))

    found = gathered(small, tmp_path, store)

    assert [a.status for a in found.annotations if a.annotator == "a1"] == [
        *(Status.LABELLED, Status.NONE, Status.UNUSABLE, Status.SKIPPED, Status.DRAFT)
    ]
    assert found.annotations[0] == Annotation(
        *(found.paragraphs[0].id, "a1", Status.LABELLED, ("Insult",), (MARK,), ""),
        *(12.5, "2026-11-22T04:00:00.000000Z"),
    )
    assert found.annotations[3].labels == ()  # skipped with ticks is still skipped
    assert found.annotations[4].labels == ("Insult",)  # what the draft has so far
    assert found.ledger == {
        "tasks": 7,
        "paragraphs": 7,
        "unreadable_tasks": 0,
        "doubled_tasks": 0,
        "repeated_spans": 0,
        "annotators": {
            "a1": dict.fromkeys(STATES, 1),
            "a2": dict.fromkeys(STATES, 0) | {"labelled": 1, "unseen": 6},
        },
    }


def test_half_an_answer_is_what_a_draft_is(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, [], draft=True))

    found = gathered(small, tmp_path, store)

    assert states(found) == {"draft": 1}
    assert found.rejected == []


def test_the_newest_answer_of_the_same_person_wins(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    said = result(small, "You traitor.", "Insult")
    doubt, none = result(small, "", "Doubt"), result(small, "")
    later = "2026-11-22T05:00:00.000000Z"
    store.leave(1, work(ANA, doubt, number=7, at=later), work(ANA, said, number=9))
    store.leave(1, work(ANA, none, number=8, at=later.replace("5", "6"), draft=True))
    store.leave(1, work(BEN, none, number=10))

    found = gathered(small, tmp_path, store)

    assert [(a.annotator, a.labels) for a in found.annotations] == [("a1", ("Doubt",)), ("a2", ())]
    older = [(r["annotation"], r["annotator"], r["reason"]) for r in found.rejected]
    assert older == [(n, "a1", "an older answer of the same annotator") for n in (8, 9)]
    assert states(found) == {"labelled": 1}


def test_a_technique_with_no_technique_is_set_aside_with_all_that_is_known(
    small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    both = [*result(small, "", "Insult"), *result(small, "")]
    store.leave(1, work(ANA, both, number=4))

    found = gathered(small, tmp_path, store)

    assert found.annotations == []
    assert states(found) == {"rejected": 1}
    assert found.rejected == [
        {
            "task": 1,
            "annotation": 4,
            "paragraph": found.paragraphs[0].id,
            "annotator": "a1",
            "reason": "a technique together with 'no technique'",
            "result": both,
        }
    ]


def test_an_answer_that_somebody_else_changed_is_set_aside(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, result(small, "", "Insult"), edited=True))

    found = gathered(small, tmp_path, store)

    assert states(found) == {"rejected": 1}
    assert reasons(found) == ["changed by somebody else after it was submitted"]


def test_repeated_spans_are_kept_once_and_listed(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, result(small, "You traitor.", "Insult", spans=(MARK, MARK, MARK))))

    found = gathered(small, tmp_path, store)

    assert found.annotations[0].spans == (MARK,)
    assert found.ledger["repeated_spans"] == 1
    assert reasons(found) == ["span 4 to 11 'Insult' stands twice; kept once"]
    assert states(found) == {"labelled": 1}


def test_a_task_that_is_no_paragraph_is_set_aside(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.held.append(Task(2, {"text": "Made by hand."}))
    changed = paragraph("You thief.").to_json() | {"text": "Changed by hand."}
    store.held.append(Task(3, changed))

    found = gathered(small, tmp_path, store)

    assert len(found.paragraphs) == 1
    assert [row["task"] for row in found.rejected] == [2, 3]
    start = "the task's data was changed on the server, or is not from 'push': "
    assert reasons(found)[0] == f"{start}a paragraph needs 'article_id' as text"
    assert re.fullmatch(
        f"{start}the id '[0-9a-f]+' is not that of its text .[0-9a-f]+.", reasons(found)[1]
    )
    assert (found.ledger["tasks"], found.ledger["unreadable_tasks"]) == (3, 2)


def test_answers_on_a_task_whose_text_was_changed_are_set_aside_and_counted(
    small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    changed = paragraph("You thief.").to_json() | {"text": "Changed by hand."}
    said, doubt = result(small, "", "Insult"), result(small, "", "Doubt")
    done = (work(ANA, said, number=4), work(ANA, doubt, number=5), work(BEN, said, number=6))
    store.held.append(Task(2, changed, done))
    store.leave(1, work(CY, said, number=7))

    found = gathered(small, tmp_path, store)

    (reason,) = set(reasons(found))
    assert found.rejected == [
        {"task": 2, "reason": reason},
        *(
            {"task": 2, "annotation": number, "paragraph": None, "annotator": name}
            | {"reason": reason, "result": answer}
            for number, name, answer in [(4, "a1", said), (5, "a1", doubt), (6, "a2", said)]
        ),
    ]
    assert states(found, "a1") == states(found, "a2") == {"rejected": 1, "unseen": 1}
    assert states(found, "a3") == {"labelled": 1, "unseen": 1}


@pytest.mark.parametrize("changed", ["tasks", "paragraphs", "unreadable_tasks", "doubled_tasks"])
def test_a_ledger_that_does_not_balance_is_a_bug(changed: str) -> None:
    ledger = {"tasks": 4, "paragraphs": 2, "unreadable_tasks": 1, "doubled_tasks": 1}
    people = {"a1": {"labelled": 1, "unseen": 2}}
    check_ledger({**ledger, "annotators": people})

    with pytest.raises(RuntimeError, match="the ledger does not balance"):
        check_ledger({**ledger, changed: 5, "annotators": people})
    with pytest.raises(RuntimeError, match="the ledger does not balance"):
        check_ledger({**ledger, "annotators": people | {"a2": {"labelled": 2}}})


def test_a_task_that_is_there_twice_counts_once(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.add([paragraph("You traitor.", "article 0")])
    store.leave(1, work(ANA, result(small, "", "Doubt")))
    store.leave(2, work(ANA, result(small, "", "Insult"), at="2026-11-22T05:00:00.000000Z"))
    store.leave(2, work(BEN, result(small, "")))

    found = gathered(small, tmp_path, store)

    assert found.ledger["paragraphs"] == len(found.paragraphs) == 1
    assert (found.ledger["tasks"], found.ledger["doubled_tasks"]) == (2, 1)
    assert [(a.annotator, a.labels) for a in found.annotations] == [("a1", ("Insult",)), ("a2", ())]
    assert reasons(found) == ["an older answer of the same annotator"]


def test_streams_of_one_server_are_one_and_the_same_number_elsewhere_is_another_person(
    small: Taxonomy, tmp_path: Path
) -> None:
    stores = [store_of("You traitor."), store_of("You traitor."), store_of("You traitor.")]
    stores[2].server = "https://labels.example.org"
    for store, label in zip(stores, ["Insult", "Doubt", "Fear"], strict=True):
        store.leave(1, work(ANA, result(small, "", label)))
    stores[1].held = [Task(1, t.data, (work(BEN, t.work[0].result),)) for t in stores[1].held]

    found = gathered(small, tmp_path, *stores)

    assert (found.ledger["tasks"], found.ledger["paragraphs"]) == (3, 1)
    by_name = {a.annotator: a.labels for a in found.annotations}
    assert by_name == {"a1": ("Fear",), "a2": ("Insult",), "a3": ("Doubt",)}


def test_comments_are_cleaned_of_what_is_no_text(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    comment = {"from_name": "comment", "value": {"text": ["Hard\n\x07to say \ud800", "really"]}}
    store.leave(1, work(ANA, [*result(small, "", "Insult"), comment]))

    assert gathered(small, tmp_path, store).annotations[0].comment == "Hard to say really"


def three_people(small: Taxonomy) -> ListStore:
    """Nine articles; all three agree on the first six, two of three on the rest."""
    texts = [f"You traitor number {n}." for n in range(9)]
    store = store_of(*texts)
    for n, text in enumerate(texts):
        for user in (ANA, BEN, CY):
            label = ["Insult"] if n % 2 and not (n > 5 and user == CY) else []
            store.leave(n + 1, work(user, result(small, text, *label), number=10 * n + user))
    return store


def everything(out: Path) -> dict[str, bytes]:
    files = [out.with_name(f"{out.name}.rejected.jsonl"), *out.resolve().rglob("*")]
    return {path.name + path.parent.name: path.read_bytes() for path in files if path.is_file()}


def test_pulling_twice_gives_the_same_bytes_whatever_the_order_on_the_server(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = three_people(small)
    store.leave(1, work(CY, "junk", number=99))
    first = pulled(file, tmp_path / "one" / "pilot", store)
    again = pulled(file, tmp_path / "one" / "pilot", store)
    turned = ListStore(held=[Task(t.number, t.data, t.work[::-1]) for t in store.held[::-1]])
    other = pulled(file, tmp_path / "two" / "pilot", turned)

    assert first == again
    assert first.folder.name == other.folder.name
    ones, others = everything(tmp_path / "one" / "pilot"), everything(tmp_path / "two" / "pilot")
    assert {name: data for name, data in ones.items() if "rejected" not in name} == {
        name: data for name, data in others.items() if "rejected" not in name
    }


def test_the_report_says_what_was_written(file: Path, small: Taxonomy, tmp_path: Path) -> None:
    report = pulled(file, tmp_path / "pilot", three_people(small))

    assert sum(report.splits.values()) == 9
    assert set(report.splits) == {"train", "validation", "test"}
    assert report.folder == (tmp_path / "pilot").resolve()
    assert report.rejected_file == tmp_path / "pilot.rejected.jsonl"
    assert report.rejected_file.read_text() == ""
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["ledger"] == report.ledger
    assert manifest["settings"] == {
        "seed": 13,
        "shares": [0.7, 0.15, 0.15],
        "aggregate": "majority",
    }
    agreement = json.loads((report.folder / "agreement.json").read_text())
    assert agreement == report.agreement
    # Insult: 27 answers, 4 x 3 yes but for one no; they differ in one paragraph of three answers:
    # 1 - 26 * (4 / 2) / (27^2 - 16^2 - 11^2)
    insult = next(row for row in agreement["labels"] if row["label"] == "Insult")
    assert (insult["answers"], insult["positive"]) == (27, 11)
    assert insult["alpha"] == pytest.approx(1 - 26 * 2 / (27**2 - 16**2 - 11**2), abs=1e-6)
    fear = next(row for row in agreement["labels"] if row["label"] == "Fear")
    assert (fear["alpha"], fear["low"], fear["high"]) == (None, None, None)
    assert agreement["mean_alpha"] == insult["alpha"]
    assert agreement["any"]["alpha"] == insult["alpha"]


def test_with_one_annotator_there_is_no_agreement_and_still_a_dataset(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.", "You thief.", "Fine.")
    for n in (1, 2, 3):
        store.leave(n, work(ANA, result(small, "", "Insult")))

    report = pulled(file, tmp_path / "pilot", store)

    assert report.agreement["mean_alpha"] is None
    assert all(row["alpha"] is None for row in report.agreement["labels"])
    assert report.splits == {"train": 1, "validation": 1, "test": 1}


@pytest.mark.parametrize("said", ["nothing", "junk", "skipped"])
def test_without_any_answer_the_reasons_are_written_and_nothing_else(
    file: Path, tmp_path: Path, said: str
) -> None:
    store = store_of("You traitor.")
    if said != "nothing":
        store.leave(1, work(ANA, said, skipped=said == "skipped"))

    with pytest.raises(InputError, match="no paragraph has an answer yet"):
        pulled(file, tmp_path / "pilot", store)

    rows = (tmp_path / "pilot.rejected.jsonl").read_text().splitlines()
    assert [json.loads(row)["reason"] for row in rows] == (
        ["the result is not a list"] if said == "junk" else []
    )
    assert not (tmp_path / "pilot").exists()


def test_a_target_that_is_no_dataset_is_refused_before_anything_is_written(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()

    for target in (tmp_path / "mine", Path(), Path("/")):
        with pytest.raises(InputError, match=r"no dataset that 'pull' wrote|no name for a dataset"):
            pulled(file, target, three_people(small))

    assert {path.name for path in tmp_path.iterdir()} == {"mine", "taxonomy.yaml"}


def test_no_e_mail_is_in_what_is_written(file: Path, small: Taxonomy, tmp_path: Path) -> None:
    store = three_people(small)
    store.leave(1, work(ANA, [{"from_name": "who", "value": {}}], number=50, draft=True))

    pulled(file, tmp_path / "pilot", store)

    for data in everything(tmp_path / "pilot").values():
        assert not re.search(rb"[\w.]+@[\w.]+", data)
        assert b"studio#" not in data


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
RESULTS = st.sampled_from(
    [
        [],
        [{"from_name": "verdict", "value": {"choices": ["none"]}}],
        [{"from_name": "verdict", "value": {"choices": ["unusable"]}}],
        [{"from_name": "techniques_attack", "value": {"choices": ["Insult"]}}],
        [{"from_name": "techniques_appeal", "value": {"choices": ["Fear"]}}],
    ]
)
WORKS = st.builds(
    work,
    user=st.integers(0, 3),
    result=RESULTS | JUNK,
    number=st.integers(1, 99),
    skipped=st.booleans(),
    draft=st.booleans(),
    edited=st.booleans(),
    at=st.sampled_from(["2026-11-22T04:00:00.000000Z", "2026-11-22T05:00:00.000000Z"]),
)
TASKS = st.lists(
    st.tuples(st.integers(0, 4) | st.none(), st.lists(WORKS, max_size=4)), min_size=1, max_size=6
)


@settings(deadline=None, max_examples=40)
@given(TASKS)
def test_the_ledger_balances_for_any_work(
    tmp_path_factory: pytest.TempPathFactory, tasks: Sequence[tuple[int | None, list[Work]]]
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    (folder / "taxonomy.yaml").write_text(TAXONOMY)
    held = [
        Task(number, data_of(text), tuple(done)) for number, (text, done) in enumerate(tasks, 1)
    ]

    found = gather([ListStore(held=held)], load_taxonomy(folder / "taxonomy.yaml"), folder / "key")

    texts = {text for text, _ in tasks if text is not None}
    unreadable = sum(text is None for text, _ in tasks)
    assert found.ledger["tasks"] == len(tasks)
    assert found.ledger["paragraphs"] == len(texts) == len(found.paragraphs)
    assert found.ledger["unreadable_tasks"] == unreadable
    assert found.ledger["doubled_tasks"] == len(tasks) - len(texts) - unreadable
    people = found.ledger["annotators"]
    assert len(people) == len({one.user for _, done in tasks for one in done})
    for name, counts in people.items():
        assert set(counts) == set(STATES)
        assert sum(counts.values()) == len(texts) + unreadable
        for status in Status:
            mine = [a for a in found.annotations if (a.annotator, a.status) == (name, status)]
            assert counts[status] == len(mine)
    pairs = [(a.paragraph_id, a.annotator) for a in found.annotations]
    assert len(set(pairs)) == len(pairs)
    # each piece of work is an annotation, or is in the rejected with its reason
    works = sum(len(done) for _, done in tasks)
    set_aside = sum("annotation" in row for row in found.rejected) - found.ledger["repeated_spans"]
    assert works == len(found.annotations) + set_aside


def data_of(text: int | None) -> dict[str, Any]:
    return {"text": "by hand"} if text is None else paragraph(f"Text {text}.").to_json()
