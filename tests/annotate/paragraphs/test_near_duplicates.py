from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.paragraphs.near_duplicates import alike, bands, signature

WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(40)]), min_size=12, max_size=80)


def jaccard(one: list[str], other: list[str]) -> float:
    """Of the sets of word triples, as it is defined."""
    first, second = ({tuple(w[at : at + 3]) for at in range(len(w) - 2)} for w in (one, other))
    return len(first & second) / len(first | second)


@settings(deadline=None, max_examples=200)
@given(WORDS, st.data())
def test_the_estimate_is_that_of_jaccard_within_five_standard_errors(
    words: list[str], data: st.DataObject
) -> None:
    changed = list(words)
    for at in data.draw(st.lists(st.integers(0, len(words) - 1), max_size=6)):
        changed[at] = "another"

    truth = jaccard(words, changed)
    (estimate,) = alike(signature(" ".join(words)), [signature(" ".join(changed))])

    # binomial with 126 places; the least error stands for rare events near 0 and 1
    error = max((truth * (1 - truth) / 126) ** 0.5, 0.02)
    assert abs(estimate - truth) <= 5 * error


def test_a_signature_is_that_of_datasketch() -> None:
    signed = signature("The mayor said: “We will not pay.” Nobody believed him.")

    # MinHash(126, seed=1, hashfunc=crc32, scheme="affine32") of datasketch 2.0.0
    places = [int.from_bytes(signed[at : at + 4], "little") for at in (0, 4, 8)]
    assert places == [619545006, 83897235, 18073226]
    assert sha256(signed).hexdigest().startswith("9372ee3cb58e9c4b")


def test_case_punctuation_and_white_space_do_not_count() -> None:
    one = signature("The mayor said: “We will not pay.” Nobody believed him.")

    assert one == signature("the mayor said we will   not pay nobody BELIEVED him")
    assert one != signature("The mayor said: “We will pay.” Nobody believed him.")


def test_texts_that_share_nine_of_ten_triples_always_have_a_band_in_common() -> None:
    for number in range(50):
        words = [f"w{number}x{n}" for n in range(60)]
        changed = [*words[:-3], "and", "now", "this"]  # 3 of 58 triples differ, on either side
        assert jaccard(words, changed) > 0.9
        one, other = signature(" ".join(words)), signature(" ".join(changed))
        assert set(bands(one)) & set(bands(other))


def test_texts_without_a_common_triple_have_no_band_in_common() -> None:
    one, other = signature("a b c d e f g h"), signature("h g f e d c b a")

    assert alike(one, [other]) == [0]
    assert not set(bands(one)) & set(bands(other))
