"""Recognise boilerplate (navigation, advertisements, comments) and the article's place in a page.

Both are recognised by the names that publishers and their systems give to elements: tags, roles,
classes and ids.
"""

import re
from collections.abc import Iterable, Set
from functools import lru_cache

from annotate.articles.extraction import notices
from annotate.articles.extraction.dom import HEADINGS, Element, names_of

_TAGS = {"nav", "button", "menu", "label"}
_ROLES = {"navigation", "banner", "search", "alert"}
_BOX_TAGS = {"aside", "footer", "dialog", "noscript", "form"}
_BOX_ROLES = {"complementary", "contentinfo", "dialog"}
_NAMES = re.compile(
    r"ads?|adverts?|advertisement|advertising|sponsor(?:ed)?|promo(?:tion|ted)?|related(?:posts?)?|"
    r"recommend(?:ed|ations)|recirc|newsletter|subscribe|subscription|signup|cookies?|consent|gdpr|"
    r"shar(?:e|ing|ebar|edaddy)|comments?|disqus|respond|sidebar|breadcrumbs?|navbar|navigation|"
    r"pagination|footer|popup|modal|outbrain|taboola|trending|popular|mostread|donat(?:e|ion)|"
    r"contributions?|support|membership|infobox(?:es)?|factbox|cta"
)
# A box that asks to pay; but <p class="paywall"> is a paragraph that it covers.
_WALL_NAMES = re.compile(r"paywall|regwall|registration|register|anonymous|identity")
_DOUBTFUL_NAMES = re.compile(
    r"byline|dateline|author|bio|meta|tags?|teaser|widget|menu|header|toolbar|social|follow|login|"
    r"search|toc|copyright|disclaimer|print|published|updated|kicker|banner|notice"
)
# All words of the name of a box of links or of a form: "related-articles", "share-this".
_BOX_NAMES = re.compile(
    r"ads?|adverts?|advertisement|sponsor(?:ed)?|promoted|related(?:posts?)?|recommend(?:ed|ations)|"
    r"newsletter|subscribe|signup|sign|cookies?|gdpr|share|comments?|respond|sidebar|footer|popup|"
    r"modal|trending|popular|mostread|most|read|donate|posts?|articles?|stor(?:y|ies)|links?|news|"
    r"content|this|us|our|the|you|your|more|form|section|block|list|area|reading|to|on|for|up|and|"
    r"of|a|may|also|like|leave|reply|topics?|here|now|about"
)
# Several words, of which each alone may name an article's own part.
_BOXES = re.compile(
    r"(?:^|[\s_-])(?:about[-_]?(?:the[-_]?)?authors?|authors?[-_]?(?:about|bio|box|"
    r"card|info|profile|dropdown)|contrib(?:utors?)?[-_]?(?:about|bio)|dont[-_]?miss|"
    r"biography|(?:video|media|audio)[-_]?player|next[-_]?(?:story|article|post)|"
    r"line-clamp-\d|associated[-_]?(?:posts?|articles?|stories)|link[-_]?(?:preview|summary|card)|"
    r"(?:info|fact|expandable|whatsapp)[-_]?(?:box|group)|e?mail[-_]?(?:capture|signup)|"
    r"newsletter[-_]?\w+|kommentare?|spenden?)(?:$|[\s_-])"
)
_GALLERY_NAMES = re.compile(r"gallery|slideshow|carousel|slider")
_PULL_NAMES = re.compile(r"pull|pullquote|pulled")
_STANDFIRST_NAMES = re.compile(
    r"teasers?|standfirst|leads?|lede|intro|introduction|subtitle|subheadline|subhead|subheading|"
    r"subheader|summary|excerpt|description|dek|deck|abstract|strapline|chapo|sottotitolo|"
    r"entradilla|vorspann"
)
_REGION_NAMES = re.compile(
    r"\b(?:(?:article|entry|post|story|page|main)[-_]?(?:body|content|text)|articlebody)\b"
)
_LINK_LINE = re.compile(
    r"(?:read|see|related|more|watch|listen|also|click|sign up|subscribe|join|follow|share|"
    r"our standards)\b",
    re.IGNORECASE,
)
_POINTED_LINE = re.compile(r"(?:>{1,3}|»|[►▶→➡➔👉]|\+\+\+)\ufe0f? ?\w")
_HIDDEN_NAMES = frozenset(
    {"hidden", "hide", "is-hidden", "u-hide", "u-hidden", "d-none", "w-condition-invisible"}
)
# On AMP pages: what is shown to those alone who have not paid.
_AMP_OFFERS = (("amp-access", "not "), ("subscriptions-section", "content-not-granted"))
_NO_NAMES = re.compile(
    r"\bMso(?:Header|Footer)\b|\banchor\w*StickyNavbar\w*"
)  # of Word, Docusaurus
_SLUG_WORDS = 3
_AMP_STAND_INS = frozenset({"placeholder", "fallback"})
_NEWSLETTER = re.compile(r"\b(?:newsletter|briefing)\b.*\b(?:sign up|subscribe)\b", re.IGNORECASE)
_PROMO_WORDS = 40


def is_tagged_boilerplate(elements: Iterable[Element]) -> bool:
    """Tell whether one of the elements, by its tag or role, is never part of an article."""
    return any(e.tag in _TAGS or e.get("role") in _ROLES or _is_closed(e) for e in elements)


def _is_closed(element: Element) -> bool:
    """Tell whether the element is a dialogue that opens at a click."""
    return (element.get("role"), element.get("aria-hidden")) == ("dialog", "true")


def is_named_boilerplate(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is a box or is named like one, though it may hold an article."""
    return any(
        e.tag in _BOX_TAGS
        or e.get("role") in _BOX_ROLES
        or _named(e, _NAMES)
        or (e.tag != "p" and _named(e, _WALL_NAMES))
        or _BOXES.search(names_of(e))
        for e in elements
    )


def is_hidden(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is not shown: a menu, or text behind a paywall."""
    return any(_is_hidden(element) for element in elements)


def is_doubtful(elements: Iterable[Element]) -> bool:
    """Tell whether one is named like what surrounds an article: author, date, tags, menu."""
    return any(_named(element, _DOUBTFUL_NAMES) for element in elements)


def is_standfirst(elements: Iterable[Element]) -> bool:
    """Tell whether one is named like the paragraph that sums up an article above its text."""
    return any(_named(element, _STANDFIRST_NAMES) for element in elements)


def is_region(element: Element) -> bool:
    """Tell whether the element is named like the container of an article."""
    names = " ".join(element.get(key, "") for key in ("class", "id", "itemprop"))
    marked = element.tag in ("article", "main") or element.get("role") in ("article", "main")
    return marked or bool(_REGION_NAMES.search(names.lower()))


def is_link_line(text: str, linked: float) -> bool:
    """Tell whether the text is a link to something else: "Read more: ..." or "> The ..."."""
    pointed = linked > 0 and bool(_POINTED_LINE.match(text))
    return pointed or (linked > 0.5 and bool(_LINK_LINE.match(text)))


def is_interruption(text: str, linked: float) -> bool:
    """Tell whether the text only announces an advertisement, or leads to something else."""
    if notices.is_interruption(text) or notices.is_notice(text):
        return True
    few = len(text.split()) <= _PROMO_WORDS
    return few and linked > 0 and bool(_NEWSLETTER.search(text))


def is_gallery(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is named like a row of pictures, whose text is captions."""
    return any(_named(element, _GALLERY_NAMES) for element in elements)


def is_pull_quote(elements: Iterable[Element]) -> bool:
    """Tell whether one of them is a quotation, or is named like a pull quote."""
    return any(e.tag == "blockquote" or _named(e, _PULL_NAMES) for e in elements)


def _is_hidden(element: Element) -> bool:
    unseen = "display:none" in element.get("style", "").replace(" ", "")
    on_amp = (
        element.get("layout") == "nodisplay"
        or (element.tag == "div" and not _AMP_STAND_INS.isdisjoint(element.keys()))
        or any(element.get(key, "").lower().startswith(start) for key, start in _AMP_OFFERS)
    )
    return (
        unseen
        or on_amp
        or _is_hidden_class(element.get("class", ""))
        or element.get("hidden") is not None
    )


def _is_hidden_class(names: str) -> bool:
    """Tell whether the class hides the element at every width: "hidden md:block" does not."""
    return not _HIDDEN_NAMES.isdisjoint(names.split()) and ":" not in names


def _named(element: Element, names: re.Pattern[str]) -> bool:
    id_ = _name_parts(element.get("id", ""))
    if any(map(names.fullmatch, id_)) and not _is_made_of_heading(element, id_):
        return True
    classes = map(_name_parts, element.get("class", "").split())
    return any(
        any(map(names.fullmatch, parts))
        and not (len(parts) >= _SLUG_WORDS and _is_made_of_heading(element, parts))
        for parts in classes
    )


def _is_made_of_heading(element: Element, parts: Set[str]) -> bool:
    """Tell whether the words of an id are those of a section's heading, as pandoc writes it.

    "related-articles" too may repeat a heading: that of a box, which has no other word.
    """
    if all(_BOX_NAMES.fullmatch(part) or _DOUBTFUL_NAMES.fullmatch(part) for part in parts):
        return False
    heading = next(element.iter(*HEADINGS), None)
    return heading is not None and parts <= _name_parts("".join(heading.itertext()))


@lru_cache(maxsize=4096)
def _name_parts(*names: str) -> frozenset[str]:
    """Split class names into words: "article-shareBar" -> article, share, bar."""
    names = tuple(_NO_NAMES.sub("", name) for name in names)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(names))
    return frozenset(filter(None, re.split(r"[^a-z]+", spaced.lower())))
