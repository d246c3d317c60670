import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import RhetoricError, TaxonomyError
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.provenance import is_simulated, mark, mark_simulated, marked
from annotate.label_studio.results import read_result, to_result
from annotate.migration.plan import Migration, make_migration
from annotate.migration.results import move_result
from tests.annotate.migration.migrations import PLAN
from tests.annotate.samples import TAXONOMY_FILE, answer

TEXT = "You traitor, they will come for you."
OLD = load_taxonomy(TAXONOMY_FILE)


def variant(taxonomy: Taxonomy, **changes: str) -> Taxonomy:
    """The taxonomy with other ids; an empty one takes the technique or group away."""

    def new(id_: str) -> str:
        return changes.get(id_.replace("-", "_"), id_)

    groups = []
    for group in taxonomy.groups:
        kept = [replace(t, id=new(t.id), aliases=()) for t in group.techniques if new(t.id)]
        unique = tuple({t.id: t for t in kept}.values())
        groups.append(replace(group, id=new(group.id), techniques=unique))
    return replace(taxonomy, version="2", groups=tuple(g for g in groups if g.techniques))


def write_map(path: Path, techniques: Any, groups: Any = None) -> Path:
    path.write_text(json.dumps({"techniques": techniques, "groups": groups or {}}))  # is YAML too
    return path


def migration(tmp_path: Path, new: Taxonomy, techniques: Any, groups: Any = None) -> Migration:
    return make_migration(OLD, new, write_map(tmp_path / "map.yaml", techniques, groups))


def labelled(*labels: str, spans: Sequence[Span] = ()) -> Annotation:
    return replace(answer("p", "a1", *labels), spans=tuple(spans))


def test_a_renamed_technique_takes_its_labels_and_spans_along(tmp_path: Path) -> None:
    moved = migration(tmp_path, variant(OLD, Doubt="Casting_Doubt"), {"Doubt": "Casting_Doubt"})
    before = labelled("Doubt", "Slogans", spans=[Span(0, 3, "Doubt"), Span(4, 9, "call")])

    after = moved.apply(before)

    assert after.labels == ("Casting_Doubt", "Slogans")
    assert after.spans == (Span(0, 3, "Casting_Doubt"), Span(4, 9, "call"))
    assert after.status is Status.LABELLED
    assert moved.changes() == ["Doubt: renamed to Casting_Doubt"]


def test_two_techniques_that_are_merged_are_one_label(tmp_path: Path) -> None:
    new = variant(OLD, Whataboutism="", Red_Herring="")
    moved = migration(tmp_path, new, {"Whataboutism": "Straw_Man", "Red_Herring": "Straw_Man"})
    before = labelled(
        "Straw_Man", "Whataboutism", spans=[Span(0, 3, "Straw_Man"), Span(0, 3, "Whataboutism")]
    )

    after = moved.apply(before)

    assert (after.labels, after.spans) == (("Straw_Man",), (Span(0, 3, "Straw_Man"),))
    assert "Whataboutism: merged into Straw_Man" in moved.changes()


def split_new() -> Taxonomy:
    """Slogans in two parts, in the same group."""
    groups = []
    for group in OLD.groups:
        techniques = []
        for technique in group.techniques:
            parts = ("Chant", "Motto") if technique.id == "Slogans" else (technique.id,)
            techniques += [replace(technique, id=part) for part in parts]
        groups.append(replace(group, techniques=tuple(techniques)))
    return replace(OLD, version="2", groups=tuple(groups))


def test_a_split_sends_the_answer_back_with_the_rest_of_its_labels(tmp_path: Path) -> None:
    moved = migration(tmp_path, split_new(), {"Slogans": ["Chant", "Motto"]})
    spans = [Span(0, 3, "Slogans"), Span(4, 9, "Doubt")]

    after = moved.apply(labelled("Doubt", "Slogans", spans=spans))

    assert (after.status, after.labels) == (Status.DRAFT, ("Doubt",))
    assert after.spans == (Span(0, 3, "call"), Span(4, 9, "Doubt"))  # still words of the group
    assert moved.apply(labelled("Doubt")).status is Status.LABELLED


def test_an_answer_whose_techniques_are_all_removed_says_that_there_is_none(
    tmp_path: Path,
) -> None:
    moved = migration(tmp_path, variant(OLD, Repetition=""), {"Repetition": None})

    alone = moved.apply(labelled("Repetition", spans=[Span(0, 3, "manipulative_wording")]))
    both = moved.apply(labelled("Doubt", "Repetition", spans=[Span(0, 3, "Repetition")]))

    assert (alone.status, alone.labels, alone.spans) == (Status.NONE, (), ())
    assert (both.status, both.labels, both.spans) == (Status.LABELLED, ("Doubt",), ())


def test_a_groups_spans_go_where_its_techniques_went_or_where_the_map_says(
    tmp_path: Path,
) -> None:
    moved = migration(tmp_path, variant(OLD, call="plea"), {})
    assert moved.apply(labelled("Slogans", spans=[Span(0, 3, "call")])).spans == (
        Span(0, 3, "plea"),
    )

    said = migration(tmp_path, variant(OLD, call="plea"), {}, {"call": "distraction"})
    assert said.label("call") == "distraction"
    gone = migration(tmp_path, variant(OLD, call="plea"), {}, {"call": None})
    assert gone.apply(labelled("Slogans", spans=[Span(0, 3, "call")])).spans == ()


def test_an_alias_in_the_new_file_is_a_rename_without_a_map() -> None:
    renamed = variant(OLD, Doubt="Casting_Doubt")
    techniques = tuple(
        replace(t, aliases=("Doubt",)) if t.id == "Casting_Doubt" else t
        for t in renamed.groups[0].techniques
    )
    new = replace(
        renamed, groups=(replace(renamed.groups[0], techniques=techniques), *renamed.groups[1:])
    )

    assert make_migration(OLD, new, None).techniques["Doubt"] == ("Casting_Doubt",)


def test_a_change_that_would_orphan_labels_is_refused_without_a_map() -> None:
    with pytest.raises(TaxonomyError, match=r"2 techniques .* would lose .*: Doubt, Repetition;"):
        make_migration(OLD, variant(OLD, Doubt="Casting_Doubt", Repetition=""), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("techniques: {Fog: Doubt}", "map.yaml: techniques: 'Fog' is not in the old taxonomy"),
        ("techniques: {Doubt: Fog}", "'Doubt' becomes 'Fog', which is not in the new one"),
        ("techniques: {Doubt: [Slogans, Slogans]}", "'Doubt' becomes 'Slogans', which is not"),
        ("techniques: {Doubt: [Slogans, 3]}", "'Doubt' becomes 3, which is not"),
        ("techniques: [Doubt]", "techniques must map old ids to new ones"),
        ("labels: {}", "a map has only the keys 'techniques' and 'groups'"),
        ("- Doubt", "a map has only the keys"),
        ("groups: {call: [distraction, justification]}", "'call' can only become one group"),
        ("groups: {shout: call}", "groups: 'shout' is not in the old taxonomy"),
        ("techniques: {Doubt: [", "map.yaml:1: not YAML"),
    ],
)
def test_a_map_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "map.yaml").write_text(text)

    with pytest.raises(RhetoricError, match=re.escape(said)) as caught:
        make_migration(OLD, OLD, tmp_path / "map.yaml")

    assert "\n" not in str(caught.value)


LABELS = st.lists(st.sampled_from(OLD.labels), min_size=1, max_size=4, unique=True)
SPANS = st.lists(
    st.builds(
        lambda start, size, label: Span(start, start + size, label),
        st.integers(0, 20),
        st.integers(1, 10),
        st.sampled_from(OLD.span_labels),
    ),
    max_size=3,
)


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    labels = OLD.sorted_labels(set(draw(LABELS)))
    return labelled(*labels, spans=sorted(set(draw(SPANS))))


@given(annotation=annotations(), names=st.permutations(OLD.labels))
def test_renaming_there_and_back_changes_nothing(annotation: Annotation, names: list[str]) -> None:
    """Also where every technique takes another's name."""
    there = dict(zip(OLD.labels, names, strict=True))
    groups = tuple(
        replace(g, techniques=tuple(replace(t, id=there[t.id], aliases=()) for t in g.techniques))
        for g in OLD.groups
    )
    new = replace(OLD, version="2", groups=groups)
    same = {g.id: g.id for g in OLD.groups}
    forth = Migration(OLD, new, {a: (b,) for a, b in there.items()}, same)
    back = Migration(new, OLD, {b: (a,) for a, b in there.items()}, same)

    assert back.apply(forth.apply(annotation)) == annotation
    moved = move_result(to_result(annotation, TEXT * 9, OLD), forth)
    returned = move_result(moved.result, back).result
    assert read_result(returned, TEXT * 9, OLD) == read_result(
        to_result(annotation, TEXT * 9, OLD), TEXT * 9, OLD
    )


NEW = variant(OLD, Doubt="Casting_Doubt", Whataboutism="", Slogans="", Repetition="")


@given(annotation=annotations())
def test_every_label_ends_where_the_map_says(annotation: Annotation) -> None:
    """Rename, merge, split and removal at once; on answers, and on results as they are stored."""
    moved = Migration(
        OLD,
        NEW,
        {label: PLAN.get(label, (label,)) for label in OLD.labels},
        {g.id: g.id for g in OLD.groups},
    )

    after = moved.apply(annotation)

    kept = {label for label in annotation.labels if label not in ("Slogans", "Repetition")}
    image = {"Doubt": "Casting_Doubt", "Whataboutism": "Red_Herring"}
    assert set(after.labels) == {image.get(label, label) for label in kept}
    sent_back = "Slogans" in annotation.labels
    assert (after.status is Status.DRAFT) == sent_back
    assert (after.status is Status.NONE) == (not kept and not sent_back)
    result = move_result(to_result(annotation, TEXT * 9, OLD), moved)
    assert result.split == sent_back
    if not sent_back:
        found = read_result(result.result, TEXT * 9, NEW)
        assert (found.status, found.labels) == (after.status, after.labels)
    same = Migration(NEW, NEW, {t: (t,) for t in NEW.labels}, {g.id: g.id for g in NEW.groups})
    again = move_result(result.result, same)
    assert again.result is result.result or not result.result


@pytest.mark.parametrize("junk", ["text", None, [], [1], [{"from_name": "spans", "value": 7}]])
def test_what_cannot_be_read_stays_as_it_is(tmp_path: Path, junk: Any) -> None:
    moved = migration(tmp_path, NEW, PLAN)

    assert move_result(junk, moved).result is junk


def test_a_comment_and_the_regions_ids_stay(tmp_path: Path) -> None:
    moved = migration(tmp_path, NEW, PLAN)
    comment = {"from_name": "comment", "type": "textarea", "value": {"text": ["Hm."]}}
    tick = {**to_result(labelled("Doubt"), TEXT, OLD)[0], "id": "r1"}
    span = {**to_result(labelled("Doubt", spans=[Span(0, 3, "Doubt")]), TEXT, OLD)[1], "id": "r2"}

    result = move_result([tick, comment, span], moved).result

    by_id = {item.get("id"): item for item in result}
    assert by_id["r1"]["value"]["choices"] == ["Casting_Doubt"]
    assert by_id["r2"]["value"]["labels"] == ["Casting_Doubt"]
    assert comment in result


def test_a_mark_holds_as_long_as_nobody_changes_the_result() -> None:
    result = to_result(labelled("Doubt", "Slogans"), TEXT, OLD)

    done = mark(result, "target")

    assert marked(done) == "target"
    assert marked(mark(done, "next")) == "next"
    assert marked(done[::-1]) == "target"
    assert marked(result) == marked([]) == marked(None) == marked("x") == ""
    assert marked(done[:1]) == ""
    changed = [{**done[0], "value": {"choices": ["Fear"]}}, *done[1:]]
    assert marked(changed) == ""
    assert read_result(done, TEXT, OLD).labels == ("Doubt", "Slogans")


def test_a_simulated_answer_stays_one_when_it_is_moved(tmp_path: Path) -> None:
    moved = migration(tmp_path, NEW, PLAN)
    for labels in (("Doubt",), ("Repetition",), ("Flag_Waving",)):
        result = mark_simulated(to_result(labelled(*labels), TEXT, OLD))

        found = move_result(result, moved)

        assert is_simulated(found.result) is not found.split
        assert is_simulated(mark(found.result, "new")) is not found.split


def test_a_persons_answer_does_not_become_simulated(tmp_path: Path) -> None:
    found = move_result(to_result(labelled("Doubt"), TEXT, OLD), migration(tmp_path, NEW, PLAN))

    assert not is_simulated(found.result)
