"""The ready taxonomies; their label strings are those that each task published."""

from itertools import chain

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from tests.annotate.samples import TAXONOMY_FILE

FOLDER = TAXONOMY_FILE.parent / "taxonomies"

ATTACK = ["Name_Calling-Labeling", "Guilt_by_Association", "Doubt", "Appeal_to_Hypocrisy"]
ATTACK += ["Questioning_the_Reputation"]
JUSTIFICATION = ["Flag_Waving", "Appeal_to_Authority", "Appeal_to_Popularity", "Appeal_to_Values"]
JUSTIFICATION += ["Appeal_to_Fear-Prejudice"]
DISTRACTION = ["Straw_Man", "Red_Herring", "Whataboutism", "Appeal_to_Pity"]
SIMPLIFICATION = ["Causal_Oversimplification", "False_Dilemma-No_Choice"]
SIMPLIFICATION += ["Consequential_Oversimplification", "False_Equivalence"]
CALL = ["Slogans", "Conversation_Killer", "Appeal_to_Time"]
WORDING = ["Loaded_Language", "Obfuscation-Vagueness-Confusion", "Exaggeration-Minimisation"]
WORDING += ["Repetition"]

EMOTION = ["appeal to positive emotion", "appeal to anger", "appeal to fear", "appeal to pity"]
EMOTION += ["appeal to ridicule", "appeal to worse problems"]
LOGIC = ["causal oversimplification", "circular reasoning", "equivocation", "false analogy"]
LOGIC += ["false causality", "false dilemma", "hasty generalization", "slippery slope"]
LOGIC += ["straw man", "fallacy of division"]
CREDIBILITY = ["ad hominem", "ad populum", "appeal to (false) authority", "appeal to nature"]
CREDIBILITY += ["appeal to tradition", "guilt by association", "tu quoque"]

OFFICIAL = {
    "slavicnlp2025": [
        *ATTACK,
        *JUSTIFICATION,
        *DISTRACTION,
        *SIMPLIFICATION,
        *CALL,
        *WORDING,
    ],
    "semeval2023_coarse": [
        "attack_on_reputation",
        "justification",
        "distraction",
        "simplification",
        "call",
        "manipulative_wording",
    ],
    "ptc14": [
        "Appeal_to_Authority",
        "Appeal_to_fear-prejudice",
        "Bandwagon,Reductio_ad_hitlerum",
        "Black-and-White_Fallacy",
        "Causal_Oversimplification",
        "Doubt",
        "Exaggeration,Minimisation",
        "Flag-Waving",
        "Loaded_Language",
        "Name_Calling,Labeling",
        "Repetition",
        "Slogans",
        "Thought-terminating_Cliches",
        "Whataboutism,Straw_Men,Red_Herring",
    ],
    "mafalda23": [*EMOTION, *LOGIC, *CREDIBILITY],
    "ethos_pathos_logos": ["ethos", "pathos", "logos"],
    "semeval2021": [
        "Appeal to authority",
        "Appeal to fear/prejudice",
        "Black-and-white Fallacy/Dictatorship",
        "Causal Oversimplification",
        "Doubt",
        "Exaggeration/Minimisation",
        "Flag-waving",
        "Glittering generalities (Virtue)",
        "Loaded Language",
        "Misrepresentation of Someone's Position (Straw Man)",
        "Name calling/Labeling",
        "Obfuscation, Intentional vagueness, Confusion",
        "Presenting Irrelevant Data (Red Herring)",
        "Reductio ad hitlerum",
        "Repetition",
        "Slogans",
        "Smears",
        "Thought-terminating cliché",
        "Whataboutism",
        "Bandwagon",
    ],
    "logic13": [
        *("faulty generalization", "ad hominem", "ad populum", "false causality"),
        *("circular reasoning", "appeal to emotion", "fallacy of relevance", "fallacy of logic"),
        *("intentional", "false dilemma", "fallacy of extension", "fallacy of credibility"),
        "equivocation",
    ],
    "argotario5": [
        *("Ad Hominem", "Appeal to Emotion", "Red Herring", "Hasty Generalization"),
        "Irrelevant Authority",
    ],
}
SIZES = {"slavicnlp2025": 25, "semeval2023_coarse": 6, "ptc14": 14, "mafalda23": 23}
SIZES |= {"ethos_pathos_logos": 3, "semeval2021": 20, "logic13": 13, "argotario5": 5}

every_one = pytest.mark.parametrize("name", OFFICIAL)


def ready(name: str) -> Taxonomy:
    return load_taxonomy(FOLDER / f"{name}.yaml")


def test_every_file_of_the_folder_is_tested_here_and_stands_in_its_table() -> None:
    files = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    table = (FOLDER / "README.md").read_text()

    assert files == sorted(OFFICIAL)
    for name in files:
        assert f"| `{name}.yaml` |" in table


@every_one
def test_the_labels_are_the_official_strings_each_once(name: str) -> None:
    labels = ready(name).labels

    assert sorted(labels) == sorted(OFFICIAL[name])
    assert len(labels) == SIZES[name]


@every_one
def test_the_file_names_its_taxonomy_and_says_whose_the_texts_are(name: str) -> None:
    taxonomy = ready(name)

    assert taxonomy.name == name
    assert "our own" in taxonomy.source


@every_one
def test_every_technique_can_be_worked_from(name: str) -> None:
    for technique in ready(name).techniques:
        assert len(technique.examples) == 2
        assert 1 <= len(technique.confused_with) <= 3
        assert technique.id not in {confusion.id for confusion in technique.confused_with}
        assert len({confusion.id for confusion in technique.confused_with}) == len(
            technique.confused_with
        )


@every_one
def test_no_example_and_no_near_miss_stands_twice(name: str) -> None:
    techniques = ready(name).techniques
    texts = [*chain.from_iterable(t.examples for t in techniques)]
    texts += [t.near_miss.text for t in techniques]

    assert len(set(texts)) == len(texts) == 3 * SIZES[name]


@every_one
def test_the_page_can_show_it(name: str) -> None:
    taxonomy = ready(name)

    assert len(taxonomy.labels) <= 30
    assert max(len(technique.name) for technique in taxonomy.techniques) <= 34
    colours = [group.color for group in taxonomy.groups]
    assert len(set(colours)) == len(colours)


def test_slavicnlp_repeats_the_default_and_adds_two(taxonomy: Taxonomy) -> None:
    added = {"Appeal_to_Pity", "False_Equivalence"}
    slavic = ready("slavicnlp2025")
    shared = tuple(t for t in slavic.techniques if t.id not in added)

    assert len(shared) == 23
    assert shared == taxonomy.techniques
    assert slavic.rules == taxonomy.rules
    assert added <= set(slavic.labels)


def test_slavicnlp_puts_pity_into_distraction_and_false_equivalence_into_simplification() -> None:
    groups = {g.id: [t.id for t in g.techniques] for g in ready("slavicnlp2025").groups}

    assert groups == {
        "attack_on_reputation": ATTACK,
        "justification": JUSTIFICATION,
        "distraction": DISTRACTION,
        "simplification": SIMPLIFICATION,
        "call": CALL,
        "manipulative_wording": WORDING,
    }


def test_the_coarse_labels_are_the_groups_of_the_default(taxonomy: Taxonomy) -> None:
    coarse = ready("semeval2023_coarse")

    assert coarse.labels == tuple(group.id for group in taxonomy.groups)
    assert len(coarse.groups) == 1


def test_mafalda_keeps_its_three_groups_and_the_order_of_its_evaluation() -> None:
    groups = {g.id: [t.id for t in g.techniques] for g in ready("mafalda23").groups}

    assert groups == {"emotion": EMOTION, "logic": LOGIC, "credibility": CREDIBILITY}


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Appeal to Ridicule", "appeal to ridicule"),  # so in the gold file
        ("Appeal to Authority", "appeal to (false) authority"),  # so in the guidelines
        ("Abusive Ad Hominem", "ad hominem"),
        ("Strawman Fallacy", "straw man"),
    ],
)
def test_mafaldas_other_spellings_are_read(written: str, label: str) -> None:
    assert ready("mafalda23").canonical[written] == label


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Bandwagon", "Bandwagon,Reductio_ad_hitlerum"),
        ("Reductio_ad_hitlerum", "Bandwagon,Reductio_ad_hitlerum"),
        ("Whataboutism", "Whataboutism,Straw_Men,Red_Herring"),
        ("Straw_Men", "Whataboutism,Straw_Men,Red_Herring"),
        ("Red_Herring", "Whataboutism,Straw_Men,Red_Herring"),
    ],
)
def test_the_labels_of_the_ptc_corpus_are_read_as_the_merged_ones(written: str, label: str) -> None:
    assert ready("ptc14").canonical[written] == label


def test_ptc_reads_all_labels_of_2023_but_those_that_it_lacks(taxonomy: Taxonomy) -> None:
    lacking = {"Questioning_the_Reputation", "Appeal_to_Values", "Appeal_to_Time"}
    lacking |= {"Consequential_Oversimplification", "Obfuscation-Vagueness-Confusion"}

    assert set(taxonomy.labels) - set(ready("ptc14").canonical) == lacking


def test_the_appeals_are_read_as_semeval_2024_writes_them() -> None:
    appeals = ready("ethos_pathos_logos")

    assert len(appeals.groups) == 1
    assert [appeals.canonical[name] for name in ("Ethos", "Pathos", "Logos")] == [
        "ethos",
        "pathos",
        "logos",
    ]
