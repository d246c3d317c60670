import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.records import Annotation, Origin, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.provenance import mark_simulated
from annotate.label_studio.tasks import Task, Work
from annotate.sync.collect import STATES, Collected, check_ledger, collect
from annotate.sync.upload import upload
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore

ANA, BEN, CY = 1, 2, 3
MARK = Span(4, 11, "Insult")


def store_of(*texts: str, server: str = "studio") -> ListStore:
    """Each paragraph in an article of its own."""
    store = ListStore(server)
    upload([paragraph(text, f"article {n}") for n, text in enumerate(texts)], store)
    return store


def collected(taxonomy: Taxonomy, tmp_path: Path, *stores: ListStore) -> Collected:
    return collect(stores, taxonomy, tmp_path / "key.json")


def reasons(found: Collected) -> list[str]:
    return [row["reason"] for row in found.rejected]


def states(found: Collected, name: str = "a1") -> dict[str, int]:
    """The annotator's states that are not zero."""
    counts = found.ledger["annotators"][name]
    return {str(s): n for s, n in counts.items() if n and s != "tasks"}


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

    found = collected(small, tmp_path, store)

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
        "given": 7,
        "paragraphs": 7,
        "unreadable_tasks": 0,
        "doubled_tasks": 0,
        "repeated_spans": 0,
        "annotators": {
            "a1": {"tasks": 7} | dict.fromkeys(STATES, 1),
            "a2": {"tasks": 7} | dict.fromkeys(STATES, 0) | {"labelled": 1, "unseen": 6},
        },
        "adjudicators": {},
    }


def test_half_an_answer_is_what_a_draft_is(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, [], draft=True))

    found = collected(small, tmp_path, store)

    assert states(found) == {"draft": 1}
    assert found.rejected == []


def test_the_last_given_answer_of_the_same_person_wins_whatever_the_servers_clock_says(
    small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    said = result(small, "You traitor.", "Insult")
    doubt, none = result(small, "", "Doubt"), result(small, "")
    later = "2026-11-22T05:00:00.000000Z"  # then the server's clock was set back
    store.leave(1, work(ANA, said, number=7, at=later), work(ANA, doubt, number=9))
    store.leave(1, work(ANA, none, number=8, at=later.replace("5", "6"), draft=True))
    store.leave(1, work(BEN, none, number=10))

    found = collected(small, tmp_path, store)

    assert [(a.annotator, a.labels) for a in found.annotations] == [("a1", ("Doubt",)), ("a2", ())]
    older = [(r["annotation"], r["annotator"], r["reason"]) for r in found.rejected]
    assert older == [(n, "a1", "an older answer of the same annotator") for n in (8, 7)]
    assert states(found) == {"labelled": 1}


def test_a_technique_with_no_technique_is_set_aside_with_all_that_is_known(
    small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    both = [*result(small, "", "Insult"), *result(small, "")]
    store.leave(1, work(ANA, both, number=4))

    found = collected(small, tmp_path, store)

    assert found.annotations == []
    assert states(found) == {"rejected": 1}
    assert found.rejected == [
        {
            "where": "studio task 1",
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

    found = collected(small, tmp_path, store)

    assert states(found) == {"rejected": 1}
    assert reasons(found) == ["changed by somebody else after it was submitted"]


def test_repeated_spans_are_kept_once_and_listed(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, result(small, "You traitor.", "Insult", spans=(MARK, MARK, MARK))))

    found = collected(small, tmp_path, store)

    assert found.annotations[0].spans == (MARK,)
    assert found.ledger["repeated_spans"] == 1
    assert reasons(found) == ["span 4 to 11 'Insult' stands twice; kept once"]
    assert states(found) == {"labelled": 1}


def test_a_task_that_is_no_paragraph_is_set_aside(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.held.append(Task(2, {"text": "Made by hand."}))
    changed = paragraph("You thief.").to_json() | {"text": "Changed by hand."}
    store.held.append(Task(3, changed))

    found = collected(small, tmp_path, store)

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

    found = collected(small, tmp_path, store)

    (reason,) = set(reasons(found))
    assert found.rejected == [
        {"where": "studio task 2", "task": 2, "reason": reason},
        *(
            {
                "where": "studio task 2",
                "task": 2,
                "annotation": number,
                "paragraph": None,
                "annotator": name,
            }
            | {"reason": reason, "result": answer}
            for number, name, answer in [(4, "a1", said), (5, "a1", doubt), (6, "a2", said)]
        ),
    ]
    assert states(found, "a1") == states(found, "a2") == {"rejected": 1, "unseen": 1}
    assert states(found, "a3") == {"labelled": 1, "unseen": 1}


@pytest.mark.parametrize("changed", ["tasks", "given", "unreadable_tasks", "doubled_tasks"])
def test_a_ledger_that_does_not_balance_is_a_bug(changed: str) -> None:
    ledger = {"tasks": 4, "given": 2, "unreadable_tasks": 1, "doubled_tasks": 1}
    nothing = dict.fromkeys(STATES, 0)
    people = {"a1": {"tasks": 3, **nothing, "labelled": 1, "unseen": 2}}
    good = {**ledger, "annotators": people, "adjudicators": {}}
    check_ledger(good)

    for bad, where in (
        ({**good, changed: 5}, "the project: "),
        (
            {**good, "annotators": people | {"a2": {"tasks": 3, **nothing, "labelled": 2}}},
            "a2 of the annotators: 3 tasks, but 2 labelled",
        ),
        ({**good, "adjudicators": {"a3": {"tasks": 1, **nothing}}}, "a3 of the adjudicators: 1"),
    ):
        with pytest.raises(RuntimeError, match=f"the ledger does not balance for {where}"):
            check_ledger(bad)


def test_a_task_that_is_there_twice_counts_once(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    store.fill(paragraph("You traitor.", "article 0"))
    store.leave(1, work(ANA, result(small, "", "Doubt")))
    store.leave(2, work(ANA, result(small, "", "Insult"), at="2026-11-22T05:00:00.000000Z"))
    store.leave(2, work(BEN, result(small, "")))

    found = collected(small, tmp_path, store)

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

    found = collected(small, tmp_path, *stores)

    assert (found.ledger["tasks"], found.ledger["paragraphs"]) == (3, 1)
    by_name = {a.annotator: a.labels for a in found.annotations}
    assert by_name == {"a1": ("Fear",), "a2": ("Insult",), "a3": ("Doubt",)}


def owned(name: str, owner: int, *texts: str) -> ListStore:
    """The stream of an annotator of its own."""
    store = store_of(*texts)
    store.annotator, store.owner = name, owner
    return store


def test_each_annotator_has_the_tasks_of_the_own_stream(small: Taxonomy, tmp_path: Path) -> None:
    ana, ben = owned("ana", ANA, "One.", "Two."), owned("ben", BEN, "One.", "Two.", "Three.")
    ana.leave(1, work(ANA, result(small, "")))

    found = collected(small, tmp_path, ana, ben)

    assert found.names == {"ana": "a1", "ben": "a2"}
    assert states(found, "a1") == {"none": 1, "unseen": 1}
    assert states(found, "a2") == {"unseen": 3}  # who did nothing, or deleted everything
    assert (found.ledger["tasks"], found.ledger["given"], found.ledger["paragraphs"]) == (5, 5, 3)
    assert found.ledger["doubled_tasks"] == 0


def test_a_paragraph_doubled_within_a_stream_is_said(small: Taxonomy, tmp_path: Path) -> None:
    ana, ben = owned("ana", ANA, "One."), owned("ben", BEN, "One.", "One.")
    ben.held = [Task(n, ana.held[0].data) for n in (1, 2)]

    found = collected(small, tmp_path, ana, ben)

    assert (found.ledger["given"], found.ledger["doubled_tasks"]) == (2, 1)
    assert states(found, "a2") == {"unseen": 1}


def test_work_in_somebody_elses_stream_counts_for_who_did_it(
    small: Taxonomy, tmp_path: Path
) -> None:
    ana, ben = owned("ana", ANA, "One."), owned("ben", BEN, "Two.")
    ana.held = [Task(1, paragraph("One.", "x").to_json(), (work(BEN, result(small, "")),))]

    found = collected(small, tmp_path, ana, ben)

    assert states(found, "a1") == {"unseen": 1}
    assert states(found, "a2") == {"none": 1, "unseen": 1}
    assert found.ledger["annotators"]["a2"]["tasks"] == 2


def test_a_person_who_labels_a_paragraph_in_two_streams_has_the_newest_answer(
    small: Taxonomy, tmp_path: Path
) -> None:
    ana, ben = owned("ana", ANA, "One."), owned("ben", BEN, "One.")
    ana.leave(1, work(ANA, result(small, "", "Doubt")))
    ben.leave(1, work(ANA, result(small, "", "Fear"), at="2026-11-22T05:00:00.000000Z"))

    found = collected(small, tmp_path, ana, ben)

    assert [(a.annotator, a.labels) for a in found.annotations] == [("a1", ("Fear",))]
    assert reasons(found) == ["an older answer of the same annotator"]
    assert states(found, "a1") == {"labelled": 1}


def test_more_answers_than_planned_are_all_kept(small: Taxonomy, tmp_path: Path) -> None:
    ana = owned("ana", ANA, "One.")
    ana.leave(1, *(work(user, result(small, ""), number=user) for user in (ANA, BEN, CY)))

    found = collected(small, tmp_path, ana)

    assert [a.annotator for a in found.annotations] == ["a1", "a2", "a3"]


def test_an_adjudication_stands_beside_the_annotations_with_its_origin(
    small: Taxonomy, tmp_path: Path
) -> None:
    ana, review = owned("ana", ANA, "One."), store_of("One.", "Two.")
    review.origin = Origin.ADJUDICATION
    ana.leave(1, work(ANA, result(small, "", "Doubt")))
    review.leave(1, work(ANA, result(small, "", "Fear")))  # the same person may do both

    found = collected(small, tmp_path, ana, review)

    assert [(a.origin, a.annotator, a.labels) for a in found.annotations] == [
        (Origin.ADJUDICATION, "a1", ("Fear",)),
        (Origin.ANNOTATION, "a1", ("Doubt",)),
    ]
    assert states(found, "a1") == {"labelled": 1}
    adjudicators = found.ledger["adjudicators"]
    assert list(adjudicators) == ["a1"]
    assert (adjudicators["a1"]["tasks"], adjudicators["a1"]["unseen"]) == (2, 1)


def test_comments_are_cleaned_of_what_is_no_text(small: Taxonomy, tmp_path: Path) -> None:
    store = store_of("You traitor.")
    comment = {"from_name": "comment", "value": {"text": ["Hard\n\x07to say \ud800", "really"]}}
    store.leave(1, work(ANA, [*result(small, "", "Insult"), comment]))

    assert collected(small, tmp_path, store).annotations[0].comment == "Hard to say really"


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

    found = collect([ListStore(held=held)], load_taxonomy(folder / "taxonomy.yaml"), folder / "key")

    texts = {text for text, _ in tasks if text is not None}
    unreadable = sum(text is None for text, _ in tasks)
    assert found.ledger["tasks"] == len(tasks)
    assert found.ledger["paragraphs"] == len(texts) == len(found.paragraphs)
    assert found.ledger["unreadable_tasks"] == unreadable
    assert found.ledger["doubled_tasks"] == len(tasks) - len(texts) - unreadable
    people = found.ledger["annotators"]
    assert len(people) == len({one.user for _, done in tasks for one in done})
    for name, counts in people.items():
        assert set(counts) == {"tasks", *STATES}
        assert counts["tasks"] == sum(counts[s] for s in STATES) == len(texts) + unreadable
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


def test_the_administrators_answers_in_an_annotators_project_are_left_out_and_counted(
    small: Taxonomy, tmp_path: Path
) -> None:
    admin = 99
    anas, shared = store_of("You traitor.", "Who says so?"), store_of("You traitor.")
    anas.annotator, anas.owner, anas.administrator = "ana", ANA, admin
    none = result(small, "")
    anas.leave(1, work(ANA, none, number=1), work(admin, none, number=2))
    anas.leave(2, work(admin, none, number=3))
    shared.leave(1, work(admin, none, number=4))

    found = collected(small, tmp_path, anas)

    assert [(a.annotator, a.status) for a in found.annotations] == [("a1", Status.NONE)]
    assert found.ledger["administrators_answers"] == 2
    assert found.ledger["annotators"] == {
        "a1": {"tasks": 2} | dict.fromkeys(STATES, 0) | {"none": 1, "unseen": 1}
    }
    assert [(r["annotation"], r["annotator"], r["reason"]) for r in found.rejected] == [
        (
            n,
            "",
            "the administrator's answer in an annotator's project, which --include-admin counts",
        )
        for n in (2, 3)
    ]
    assert states(collected(small, tmp_path, shared), "a2") == {"none": 1}

    anas.administrator = None
    assert set(collected(small, tmp_path, anas).ledger["annotators"]) == {"a1", "a2"}


@pytest.mark.parametrize(
    ("simulated", "people", "labellers"),
    [
        (0, 2, "people"),
        (2, 0, "simulated"),
        (1, 1, "people and simulated annotators"),
    ],
)
def test_simulated_answers_are_told_from_those_of_people(
    simulated: int, people: int, labellers: str, small: Taxonomy, tmp_path: Path
) -> None:
    texts = [f"You traitor {n}." for n in range(4)]
    store = store_of(*texts)
    for n in range(simulated + people):
        answer = result(small, texts[n], "Insult")
        answer = mark_simulated(answer) if n < simulated else answer
        store.leave(n + 1, work(ANA, answer, number=n + 1))
    store.leave(3, work(ANA, [], skipped=True, number=8))
    store.leave(4, work(ANA, mark_simulated(result(small, "", "Doubt")), draft=True, number=9))

    assert collect([store], small, tmp_path / "key.json").labelled_by == labellers


def test_a_simulated_answer_that_the_account_gave_again_is_a_persons(
    small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    store.leave(1, work(ANA, mark_simulated(result(small, "", "Insult")), number=1))
    store.leave(1, work(ANA, result(small, "", "Doubt"), number=2, at="2026-11-23T04:00:00Z"))

    assert collect([store], small, tmp_path / "key.json").labelled_by == "people"
