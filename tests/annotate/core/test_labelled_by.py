import pytest

from annotate.core.labelled_by import LabelledBy, labelled_by, simulation_warning


@pytest.mark.parametrize(
    ("manifest", "labellers"),
    [
        ({"settings": {"labelled_by": "simulated"}}, "simulated"),
        ({"settings": {}}, ""),
        ({}, ""),
    ],
)
def test_the_manifest_says_who_labelled(
    manifest: dict[str, dict[str, str]], labellers: str
) -> None:
    assert labelled_by(manifest) == labellers


def test_only_simulated_labels_are_warned_of() -> None:
    warned = {who for who in (*LabelledBy, "", "unknown") if simulation_warning(who)}

    assert warned == {"simulated", "people and simulated annotators"}
