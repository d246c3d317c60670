"""Recognise boilerplate (navigation, advertisements, comments) and the article's place in a page.

Both are recognised by the names that publishers and their systems give to elements: tags, roles,
classes and ids.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from annotate.articles.extraction.dom import Element

_TAGS = {"nav", "aside", "footer", "button", "dialog", "menu", "noscript", "label"}
_ROLES = {"navigation", "complementary", "contentinfo", "banner", "search", "dialog", "alert"}
_NAMES = re.compile(
    r"ads?|adverts?|advertisement|advertising|sponsor(?:ed)?|promo(?:tion|ted)?|related(?:posts?)?|"
    r"recommend(?:ed|ations)|recirc|newsletter|subscribe|subscription|signup|cookies?|consent|gdpr|"
    r"shar(?:e|ing|ebar|edaddy)|comments?|disqus|respond|sidebar|breadcrumbs?|navbar|navigation|"
    r"pagination|footer|popup|modal|paywall|outbrain|taboola|trending|popular|mostread|donat(?:e|ion)|"
    r"contributions?|support|membership"
)
_DOUBTFUL_NAMES = re.compile(
    r"byline|dateline|author|bio|meta|tags?|teaser|widget|menu|header|toolbar|social|follow|login|"
    r"search|toc|copyright|disclaimer|print|published|updated|kicker|banner|notice"
)
_PULL_NAMES = re.compile(r"pull|pullquote|pulled")
_REGION_NAMES = re.compile(
    r"\b(?:(?:article|entry|post|story|page|main)[-_]?(?:body|content|text)|articlebody)\b"
)
_LINK_LINE = re.compile(
    r"(?:read|see|related|more|watch|listen|also|click|sign up|subscribe|join|follow|share|"
    r"our standards)\b",
    re.IGNORECASE,
)
_INTERRUPTION = re.compile(
    r"(?:advertisement|sponsored|(?:the )?(?:article|story) continues|continue reading)\b.{0,40}$"
    r"|(?:skip|scroll|scroll down) (?:to|past|ad(?:vertisement)?)\b.{0,40}$",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(r"\b(?:newsletter|briefing)\b.*\b(?:sign up|subscribe)\b", re.IGNORECASE)
_PROMO_WORDS = 40


def is_tagged_boilerplate(elements: Iterable[Element]) -> bool:
    """Tell whether one of the elements, by its tag or role, is never part of an article."""
    return any(e.tag in _TAGS or e.get("role") in _ROLES for e in elements)


def is_named_boilerplate(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is named like boilerplate, though it may hold an article."""
    return any(_named(element, _NAMES) for element in elements)


def is_hidden(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is not shown: a menu, or text behind a paywall."""
    return any(_is_hidden(element) for element in elements)


def is_doubtful(elements: Iterable[Element]) -> bool:
    """Tell whether one is named like what surrounds an article: author, date, tags, menu."""
    return any(_named(element, _DOUBTFUL_NAMES) for element in elements)


def is_region(element: Element) -> bool:
    """Tell whether the element is named like the container of an article."""
    names = " ".join(element.get(key, "") for key in ("class", "id", "itemprop"))
    marked = element.tag in ("article", "main") or element.get("role") in ("article", "main")
    return marked or bool(_REGION_NAMES.search(names.lower()))


def is_link_line(text: str, linked: float) -> bool:
    """Tell whether the text is a link to something else: "Read more: ..."."""
    return linked > 0.5 and bool(_LINK_LINE.match(text))


def is_interruption(text: str, linked: float) -> bool:
    """Tell whether the text only announces an advertisement, or links to a newsletter."""
    if len(text.split()) > _PROMO_WORDS:
        return False
    return bool(_INTERRUPTION.match(text)) or (linked > 0 and bool(_NEWSLETTER.search(text)))


def is_pull_quote(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is a quotation, or is named like a pull quote."""
    return any(e.tag == "blockquote" or _named(e, _PULL_NAMES) for e in elements)


def _is_hidden(element: Element) -> bool:
    unseen = "display:none" in element.get("style", "").replace(" ", "")
    return unseen or element.get("hidden") is not None


def _named(element: Element, names: re.Pattern[str]) -> bool:
    parts = _name_parts(element.get("class", ""), element.get("id", ""))
    return any(names.fullmatch(part) for part in parts)


@lru_cache(maxsize=4096)
def _name_parts(*names: str) -> frozenset[str]:
    """Split class names into words: "article-shareBar" -> article, share, bar."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(names))
    return frozenset(filter(None, re.split(r"[^a-z]+", spaced.lower())))
