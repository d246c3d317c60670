"""Read Word documents; mammoth turns their styles into HTML."""

import re
from pathlib import Path
from typing import Any

from annotate.articles.article import Article
from annotate.articles.readers.documents.document import document_of_html, opened

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='Illustration'] => p.caption:fresh
p[style-name='Figure'] => p.caption:fresh
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
"""
_NOTE_MARKS = re.compile(
    r'<sup><a href="#(?:foot|end)note-[^>]*>.*?</a></sup>'
    r'|<a href="#(?:foot|end)note-ref-[^>]*>.*?</a>'
)


def read_docx(path: Path) -> Article:
    """Read a Word document; headings, lists, quotes, captions and footnotes by their styles.

    Raises:
        InputError: It is broken or has no text, or mammoth is not installed.
    """
    with opened(path, "a Word document") as archive:
        import mammoth

        html = mammoth.convert_to_html(
            archive.fp, style_map=_STYLES, convert_image=mammoth.images.img_element(_no_picture)
        ).value
    return document_of_html(_NOTE_MARKS.sub("", html), path)


def _no_picture(image: Any) -> dict[str, str]:
    return {}
