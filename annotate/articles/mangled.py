"""Repair text that was decoded as Windows-1252 though it was UTF-8: â€œ stands there for “."""

import re
from dataclasses import replace

from annotate.articles.article import Article, Block, Notice

MANGLED = "signs decoded wrongly"  # the ledger's word
_SIGNS = {
    bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)
}
_REST = "".join(re.escape(sign) for sign, byte in _SIGNS.items() if byte < 0xC0)
# Beginnings that no language has before such a sign: of punctuation, accented letters, emoji.
_RUN = re.compile(rf"(?:[ÂÃ][{_REST}]|[âï][€‚„†ˆ¸»¿][{_REST}]|ðŸ[{_REST}]{{2}})")
_LOST = re.compile("â€\N{REPLACEMENT CHARACTER}")  # its last byte has no sign in Windows-1252
_CERTAIN = re.compile("â€|â„¢|ðŸ")
_SEVERAL = 3  # of the others, of which one may stand in a text by chance


def without_mangled_signs(article: Article) -> Article:
    """Return the article with such signs repaired, and a notice if there were any."""
    texts = [article.title, article.author, article.source, *(b.text for b in article.blocks)]
    whole = "\n".join(texts)
    if whole.isascii():
        return article
    if not _CERTAIN.search(whole) and len(_RUN.findall(whole)) < _SEVERAL:
        return article
    title, author, source, *blocks = map(_repaired, texts)
    if [title, author, source, *blocks] == texts:
        return article
    what = "UTF-8 that was decoded as Windows-1252 is repaired"
    return replace(
        article,
        title=title,
        author=author,
        source=source,
        blocks=tuple(map(Block, (block.kind for block in article.blocks), blocks)),
        notices=(*article.notices, Notice(MANGLED, f"{article.origin}: {what}")),
    )


def _repaired(text: str) -> str:
    return _RUN.sub(_decoded, _LOST.sub("”", text))


def _decoded(match: re.Match[str]) -> str:
    try:
        return bytes(_SIGNS[sign] for sign in match[0]).decode()
    except UnicodeDecodeError:
        return match[0]
