from pathlib import Path

import pytest

from annotate.articles.readers.documents.rtf import read_rtf
from annotate.core.errors import InputError


def test_each_paragraph_is_a_block(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(
        r"{\rtf1\ansi{\fonttbl\f0 Times;}{\info{\title x}}The pier is sold\par "
        r"Nobody\'92s asked, na\u239?ve \b or\b0  not.\par\par \u8226? bread\par}"
    )

    article = read_rtf(path)

    assert article.title == "The pier is sold"
    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", "Nobody’s asked, naïve or not."),
        ("list", "• bread"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("PK", "not Rich Text"), (r"{\rtf1 \u99999999? x", "cannot be read as Rich Text")],
)
def test_a_broken_file_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.rtf").write_text(text)

    with pytest.raises(InputError, match=rf"a\.rtf: {problem}"):
        read_rtf(tmp_path / "a.rtf")
