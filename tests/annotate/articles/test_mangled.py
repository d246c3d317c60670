from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.article import Article
from annotate.articles.registry import read_articles


def read(folder: Path, text: str) -> Article:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (article,) = read_articles([folder / "a.txt"])
    return article


@pytest.mark.parametrize(
    "text",
    [
        "“The mill is sold,” he said — and it’s true…",
        "Zoë’s café in Málaga, naïve as ever",
        "The fare is £5 or 5 € (20 °C), a ½ of it – 😀 ™",
        "‘Él señaló’: ¿qué? ¡nada! façade, Ærø, über",
    ],
)
def test_text_that_was_decoded_wrongly_is_as_it_was_written(tmp_path: Path, text: str) -> None:
    mangled = text.encode().decode("cp1252", errors="replace")
    article = read(tmp_path, f"The mill\n\n{mangled}, he wrote, and so did they all.\n")

    written = text.replace("”", "”")
    assert article.blocks[0].text == f"{written}, he wrote, and so did they all."
    assert [notice.reason for notice in article.notices] == ["signs decoded wrongly"]


@pytest.mark.parametrize(
    "text",
    [
        "“The mill is sold,” he said — and it’s true… 5 €, 20 °C",
        "«LE CAFÉ», «IRMû: PÃO, MAÇÃ, Â, â€",
        "L’été à Málaga: ¿qué? ÂÃ Ã, â la",
    ],
)
def test_sound_text_stays_as_it_is(tmp_path: Path, text: str) -> None:
    article = read(tmp_path, f"The mill\n\n{text}, he wrote, and so did they all.\n")

    assert article.blocks[0].text == f"{text}, he wrote, and so did they all."
    assert not article.notices


@given(st.text(st.characters(min_codepoint=0xA0, max_codepoint=0x17F), min_size=3, max_size=30))
def test_letters_of_western_languages_are_no_mangled_signs(text: str) -> None:
    from annotate.articles.article import Block
    from annotate.articles.mangled import without_mangled_signs
    from annotate.core.records import BlockType

    letters = "".join(filter(str.isalpha, text))
    article = Article("a", "", "", "", "", (Block(BlockType.BODY, letters),))

    assert without_mangled_signs(article) is article
