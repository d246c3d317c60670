import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError, RhetoricError, TaxonomyError
from annotate.core.hotkeys import RESERVED, Assigner, is_reserved, normal
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from tests.annotate.samples import TAXONOMY


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(TAXONOMY)
    return path


def error_of(path: Path, old: str = "", new: str = "", count: int = 1) -> str:
    """The error of the small taxonomy with this change."""
    assert old in TAXONOMY
    path.write_text(TAXONOMY.replace(old, new, count))
    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(path)
    return str(caught.value)


def test_a_taxonomy_is_read_in_the_order_of_its_file(file: Path) -> None:
    taxonomy = load_taxonomy(file)

    assert taxonomy.labels == ("Insult", "Doubt", "Fear")
    assert taxonomy.span_labels == ("Insult", "Doubt", "Fear", "attack", "appeal")
    assert taxonomy.group_of == {"Insult": "attack", "Doubt": "attack", "Fear": "appeal"}
    assert taxonomy.canonical["Name_Calling"] == "Insult"
    assert taxonomy.canonical["Fear"] == "Fear"
    assert taxonomy.sorted_labels({"Fear", "Insult"}) == ("Insult", "Fear")
    assert taxonomy.techniques[0].near_miss.text == "He was jailed."
    assert taxonomy.techniques[0].confused_with[0].id == "Doubt"
    assert taxonomy.groups[0].hotkey == "shift+1"
    assert taxonomy.none.name == "No technique"
    assert taxonomy.rules == ("Be fair.", "When in doubt leave it out.")


def test_white_space_of_the_file_is_folded(file: Path) -> None:
    folded = TAXONOMY.replace("A bad name for somebody.", ">-\n          A bad\n          name.")
    file.write_text(folded)

    assert load_taxonomy(file).techniques[0].definition == "A bad name."


def test_the_digest_changes_with_every_word_and_not_with_the_layout(file: Path) -> None:
    before = load_taxonomy(file).digest

    file.write_text("# a comment\n" + TAXONOMY)
    assert load_taxonomy(file).digest == before
    file.write_text(TAXONOMY.replace("Be fair.", "Be very fair."))
    assert load_taxonomy(file).digest != before


def test_the_projects_own_taxonomy_has_the_23_techniques_of_semeval_2023(
    taxonomy: Taxonomy,
) -> None:
    assert len(taxonomy.labels) == 23
    assert len(taxonomy.groups) == 6
    assert taxonomy.canonical["Name_Calling,Labeling"] == "Name_Calling-Labeling"
    for technique in taxonomy.techniques:
        assert len(technique.examples) == 2
        assert technique.confused_with


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("name: small", "nom: small", 2, "unknown key 'nom'; use one of: version, name"),
        ("        hint: A bad", "        hnit: A bad", 15, "unknown key 'hnit'"),
        ("id: Doubt\n        name", "id: Insult\n        name", 25, "duplicate id 'Insult'"),
        ("- id: appeal", "- id: attack", 36, "duplicate id 'attack': already in line 7"),
        ("- id: appeal", "- id: Doubt", 36, "duplicate id 'Doubt': already in line 25"),
        ("id: Fear", "id: none", 42, "duplicate id 'none': it is reserved"),
        ("[Name_Calling]", "[Doubt]", 25, "duplicate id 'Doubt': already in line 24"),
        ("[Name_Calling]", "[Insult]", 24, "duplicate alias 'Insult'"),
        ("[Name_Calling]", "[A, A]", 24, "duplicate alias 'A'"),
        ('hotkey: "2"', "hotkey: '1'", 35, "duplicate hotkey '1': already in line 23"),
        ('hotkey: "2"', "hotkey: Shift+1", 35, "duplicate hotkey 'shift+1'"),
        ("hotkey: n", "hotkey: '3'", 53, "duplicate hotkey '3'"),
        ('hotkey: "2"', "hotkey: Esc", 35, "hotkey 'esc' is reserved by Label Studio"),
        ('hotkey: "2"', "hotkey: ctrl+k", 35, "hotkey 'ctrl+k' is reserved"),
        ('hotkey: "2"', "hotkey: u", 35, "hotkey 'u' is reserved"),
        ("A bad name for somebody.", "''", 16, "definition is empty; write it"),
        ("A bad name for somebody.", "", 16, "definition is empty"),
        ("A bad name for somebody.", "null", 16, "definition is empty"),
        ("A bad name for somebody.", "~", 16, "definition is empty"),
        ("A bad name for somebody.", "' \t '", 16, "definition is empty"),
        ("A bad name for somebody.", "[a, b]", 16, "definition must be text"),
        ("A bad name for somebody.", r'"a\ab"', 16, "definition has a character"),
        ("A bad name for somebody.", r'"a\ud800b"', 16, "definition has a character"),
        ("A bad name for somebody.", r'"a\0b"', 16, "definition has a character"),
        ("A bad name for somebody.", "a\ab", 16, "not YAML: unacceptable character"),
        ("source: Written for the tests", "source: [", 7, "not YAML"),
        ("source: Written for the tests", "source: a: b", 5, "not YAML"),
        ("source: Written for the tests\n", "source: '\n", 56, "not YAML"),
        ("version:", "---\nversion:\n---\nversion:", 3, "not YAML"),
        ("id: Doubt, rule", "id: Duobt, rule", 22, "confused_with names 'Duobt'"),
        ("id: Doubt, rule", "id: attack, rule", 22, "confused_with names 'attack'"),
        ("[{id: Doubt, rule: A name or a question.}]", "[]", 22, "confused_with is empty"),
        ("[{id: Doubt, rule: A name or a question.}]", "Doubt", 22, "must be a list"),
        ("[{id: Doubt, rule: A name or a question.}]", "[Doubt]", 22, "expected a mapping"),
        ("near_miss: {text: He was jailed., why", "near_miss: {why", 21, "missing key 'text'"),
        ("rules: [Be fair., When in doubt leave it out.]", "", 1, "missing key 'rules'"),
        ("language: en", "language: en\nname: again", 5, "duplicate key 'name'"),
        ("language: en", "language: en\n? [a, b]\n: c", 5, "unknown key"),
        ("language: en", "language: en\n<<: {a: b}", 5, "unknown key '<<'"),
        ('"#d9480f"', "red", 10, "color 'red' does not look like"),
        ("id: Fear", "id: Fear!", 42, "id 'Fear!': use only letters, digits"),
        ("        name: Doubt", "        name: Insult", 26, "duplicate name 'Insult'"),
        ("    name: Appeal", "    name: Attack", 37, "duplicate name 'Attack'"),
        ("name: Not usable", "name: No technique", 54, "duplicate name 'No technique'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_file_and_line(
    file: Path, old: str, new: str, line: int, problem: str
) -> None:
    message = error_of(file, old, new)

    assert message.startswith(f"{file}:{line}: ")
    assert problem in message
    assert "\n" not in message


@pytest.mark.parametrize("label", ["Flag waving/Pride (a, b)", "Cliché", "Страх"])
def test_an_id_may_be_the_string_of_a_task(file: Path, label: str) -> None:
    file.write_text(file.read_text().replace("id: Fear", f'id: "{label}"'))

    assert label in load_taxonomy(file).labels


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_refused(file: Path, text: str) -> None:
    file.write_text(text)

    with pytest.raises(TaxonomyError, match=r"taxonomy.yaml:1: .*empty"):
        load_taxonomy(file)


@pytest.mark.parametrize("text", ["- a\n- b\n", "a word", "--- ~", "&a [*a]", "[" * 3000])
def test_what_is_no_mapping_is_refused(file: Path, text: str) -> None:
    file.write_text(text)

    with pytest.raises(TaxonomyError, match=r"taxonomy.yaml:1: "):
        load_taxonomy(file)


def test_a_file_that_is_not_utf_8_is_refused_with_byte_and_line(file: Path) -> None:
    file.write_bytes(b"version: '1'\nname: xyz\xe9\n")

    with pytest.raises(InputError, match=r"taxonomy.yaml:2: not UTF-8 at byte 22 \(0xe9\)"):
        load_taxonomy(file)


@pytest.mark.parametrize("hotkey", sorted(RESERVED))
def test_every_reserved_hotkey_is_refused(file: Path, hotkey: str) -> None:
    assert "reserved" in error_of(file, 'hotkey: "2"', f"hotkey: {hotkey}")


def test_a_hotkey_may_be_a_plus_sign(file: Path) -> None:
    file.write_text(TAXONOMY.replace('hotkey: "2"', "hotkey: '+'"))

    assert load_taxonomy(file).techniques[1].hotkey == "+"


def test_a_technique_may_bear_the_name_of_its_group(file: Path) -> None:
    file.write_text(TAXONOMY.replace("        name: Insult", "        name: Attack"))

    assert load_taxonomy(file).techniques[0].name == "Attack"


def test_scripts_that_need_joiners_are_welcome(file: Path) -> None:
    word = "می\N{ZERO WIDTH NON-JOINER}خواهم"  # Persian is not written without the joiner
    file.write_text(TAXONOMY.replace("Be fair.", word))

    assert load_taxonomy(file).rules[0] == word


def test_labels_are_put_into_the_taxonomys_order(taxonomy: Taxonomy) -> None:
    backwards = replace(taxonomy, groups=taxonomy.groups[::-1])

    assert backwards.sorted_labels(set(taxonomy.labels)) == backwards.labels
    assert backwards.digest != taxonomy.digest


LINES = TAXONOMY.splitlines()


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "  ", "- ", "{", "[", '"', "? ", "&a ", "*a", ": ", "!!int ", "|\n"]),
    st.text(max_size=6),
    st.integers(0, 40),
)
def test_a_damaged_line_is_either_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, number: int, mark: str, junk: str, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    line = LINES[number]
    damaged = [*LINES[:number], line[:at] + mark + junk + line[at:], *LINES[number + 1 :]]
    path.write_bytes("\n".join(damaged).encode("utf-8", "surrogatepass"))

    try:
        load_taxonomy(path)
    except RhetoricError as error:
        message = str(error)
    else:
        return
    assert re.match(rf"{re.escape(str(path))}:\d+: ", message)
    assert len(message.splitlines()) == 1


def test_a_taxonomy_without_hotkeys_is_given_some(tmp_path: Path) -> None:
    bare = re.sub(r",? *hotkey: [^\s}]+", "", TAXONOMY)
    assert "hotkey" not in bare
    (tmp_path / "bare.yaml").write_text(bare)

    found = load_taxonomy(tmp_path / "bare.yaml")

    assert [t.hotkey for t in found.techniques] == ["1", "2", "3"]
    assert [group.hotkey for group in found.groups] == ["shift+1", "shift+2"]
    assert (found.none.hotkey, found.unusable.hotkey) == ("0", "-")


def test_hotkeys_differ_in_case_or_order_of_modifiers_only_are_one(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(TAXONOMY.replace("shift+2", '"2+Shift"'))
    assert load_taxonomy(tmp_path / "two.yaml").groups[1].hotkey == "shift+2"

    (tmp_path / "same.yaml").write_text(TAXONOMY.replace("shift+2", '"1+SHIFT"'))
    with pytest.raises(TaxonomyError, match=r"duplicate hotkey 'shift\+1': already in line 11"):
        load_taxonomy(tmp_path / "same.yaml")


KEYS = st.sampled_from(["1", "2", "9", "q", "a", "=", "0", "-", "n", "shift+1", "shift+q", ""])


@given(given=st.lists(KEYS, min_size=36, max_size=36))
def test_assigned_hotkeys_never_collide_and_are_never_reserved(given: list[str]) -> None:
    taken = sorted({key for key in given if key})
    keys = Assigner(taken)

    assigned = [keys.tick() for _ in range(30)] + [keys.span() for _ in range(10)]
    assigned += [keys.none(), keys.unusable()]

    assert len({*assigned, *taken}) == 42 + len(taken)
    assert not any(is_reserved(key) for key in assigned)
    assert all(normal(key) == key for key in assigned)


def many(techniques: int) -> str:
    head, middle, tail = TAXONOMY.partition("      - id: Doubt\n")
    entry, rest = (middle + tail).split("  - id: appeal\n")
    entry = re.sub(r" +hotkey: .*\n", "", entry)
    extra = "".join(
        entry.replace("id: Doubt", f"id: X{n}").replace("name: Doubt", f"name: X{n}")
        for n in range(techniques - 3)
    )
    return f"{head}{entry}{extra}  - id: appeal\n{rest}"


def test_more_techniques_than_fit_the_page_are_refused(tmp_path: Path) -> None:
    (tmp_path / "full.yaml").write_text(many(30))
    assert len(load_taxonomy(tmp_path / "full.yaml").techniques) == 30

    (tmp_path / "over.yaml").write_text(many(31))
    with pytest.raises(TaxonomyError, match="31 techniques do not fit the labelling page"):
        load_taxonomy(tmp_path / "over.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Doubt", "name: INSULT", "duplicate name 'INSULT': already in line 14"),
        ("name: Doubt", f"name: {'D' * 41}", "has 41 characters; the page has room for 40"),
    ],
)
def test_names_that_people_cannot_tell_apart_or_that_do_not_fit_are_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    (tmp_path / "odd.yaml").write_text(TAXONOMY.replace(old, new, 1))

    with pytest.raises(TaxonomyError, match=said):
        load_taxonomy(tmp_path / "odd.yaml")


def test_a_taxonomy_is_found_by_path_or_by_the_name_of_a_ready_one(tmp_path: Path) -> None:
    folder = tmp_path / "label_config"
    (folder / "taxonomies").mkdir(parents=True)
    default, ready = folder / "taxonomy.yaml", folder / "taxonomies" / "tiny.yaml"
    default.write_text(TAXONOMY)
    ready.write_text(TAXONOMY)

    assert find_taxonomy(str(default), folder) == default
    assert find_taxonomy("tiny", folder) == ready
    assert find_taxonomy("small", folder) == default  # by the name that it says it has
    with pytest.raises(InputError, match="no taxonomy of that name; there are: tiny"):
        find_taxonomy("mafalda", folder)
