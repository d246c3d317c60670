"""Recognise what stands below an article: its author, its rights, a request, links to others.

Only the last paragraphs are looked at, and the whole paragraph must have the form: higher up, the
same words may well be the article's. Who the author is may also stand above the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from annotate.articles.article import Block
from annotate.articles.extraction.notices import SENTENCES, names_contributors
from annotate.core.records import BlockType, normalise

_FIRST = 3  # paragraphs
_LAST = 4
_WORDS = 90
_CHARACTERS = 1000
_FEW_WORDS = 8
_TEXT = (BlockType.BODY, BlockType.QUOTE)

_PART = r"(?:[A-ZÀ-Þ][\w.'’-]*|de|del|der|den|la|le|van|von|al|bin)"
_NAME = rf"(?:(?:Dr|Prof|Sir|Dame|Rev)\.? )?[A-ZÀ-Þ][\w.'’-]*(?: {_PART}){{1,3}}"
_MARKS = r"[—–*•|(\[_-]*\s*"
# Those who write, or are asked to. A report too may end with who somebody is, but not with them.
_WRITER = (
    r"(?:writers?|reporters?|columnists?|correspondents?|journalists?|bloggers?|contributors?|"
    r"freelancers?|novelists?|essayists?|editors?|editor-in-chief|contributing \w+|authors? of|"
    r"co-?authors? of)"
)
_BIO = re.compile(
    rf"{_MARKS}(?i:about the authors?:? )?{_NAME}(?:,? and {_NAME})?,? (?:is|are) "
    rf"(?:(?:currently|also|now) )?(?:an?|the|our)?\b[^.!?]{{0,80}}\b{_WRITER}\b.*"
)
_BIO_VERB = (
    r"(?:is|are|was|teaches|writes|covers|works|reports|has|holds|lives|serves|joined|contributes|"
    r"hosts|runs|leads|founded|studied|graduated|tweets|can|may|ist|arbeitet|schreibt|studierte|"
    r"est|es|è)"
)
# Beside the author's name, which it does not repeat.
_CARD = re.compile(rf"(?:is|was) (?:an?|the|our) [^.!?]{{0,60}}\b{_WRITER}\b")
_OCCUPATION = re.compile(
    rf"\b(?:(?:is|was) (?:an?|the|our)\b.*\b{_WRITER}|(?:covers|writes|reports) (?:about|on|for)|"
    r"has (?:worked|written) (?:at|for)|joined)\b"
)
_CONTACT = re.compile(
    rf"{_MARKS}(?:{_NAME}|(?:[A-Z][\w’'-]* )*(?:[Ww]riter|[Rr]eporter|[Cc]orrespondent) {_NAME}) "
    r"(?:may|can) be (?:reached|contacted|e-?mailed|followed) (?:at|on|via|by) .*"
    r"|(?i:contact|e-?mail|reach|write to) (?:(?i:the|our) (?:writer|author|reporter|editor)s?|"
    rf"(?:[Rr]eporter |[Ww]riter )?{_NAME}) (?:at|on|via) .*"
)
_RIGHTS = re.compile(
    r"\W*(?i:excerpted|adapted|reprinted|republished|extracted|from the book)\b.*"
    r"(?i:permission|copyright|©|rights reserved|published by).*"
    r"|[^.!?]{0,80}\b[Cc]opyright: [^.!?]{2,60}"
    r"|.*(?i:\ball rights reserved)\W*"
    r"|\W*(?i:copyright|©) ?(?:©|\([cC]\))? ?[^.!?]{0,60}\b(?:19|20)\d\d\b.*"
    r"|\W*(?:Originally|First) (?:published|appeared|posted) (?:at|in|on|by) "
    r"[^.!?]*(?:\.\w[^.!?]*)*\W*"
    r"|\W*This (?:article|story|post|piece|essay|column) (?:was|is|has been) "
    r"(?:re-?printed|re-?published|re-?posted|syndicated|adapted|excerpted) .*"
    r"|.*\b(?i:licen[sc]ed|published|lizen[zs]\w*|veröffentlicht) (?i:under|unter) .*"
    r"(?:Creative Commons|CC[ -]BY).*"
)
_REQUEST = re.compile(
    r"(?:if|wenn) (?:you|sie|dir|ihnen)\b[^.!?]*\b(?:this|dieser) "
    r"(?:article|story|post|piece|artikel|beitrag|text)\b.*\b(?:subscri\w+|shar\w+|support\w*|donat\w+|follow\w*|consider|newsletters?|"
    r"unterstützen|spende)\b.*"
    r"|(?:please )?(?:support|help (?:us )?(?:support|fund|keep)|donate to|become an? (?:\w+ )?"
    r"(?:member|subscriber|supporter))\b[^.!?]*"
    r"\b(?:journalism|reporting|newsroom|our work|today|now)\b.{0,120}"
    r"|(?:have|got) (?:something|anything|a tip|a story|more)\b[^.!?]*\? "
    r"(?:share|tell|send|leave|e-?mail|contact|let us know)\b[^.!?]{1,80}\W*"
    r"|(?:what do you think\? )?(?:please )?(?:let (?:us|me) know|tell (?:us|me)|share|leave|join|"
    r"post|have your say|sound off)\b[^.!?]*\b(?:the|a) comments?(?: section)?(?: below)?\W*"
    r"|[^.!?]{0,30}\b(?:this|dieser|der|den|diesen) (?:article|story|post|artikel|beitrag)\b"
    r"[^.!?]{0,20}\b(?:helpful|useful|gefällt|gefallen|hilfreich)\b[^.!?]{0,10}\?"
    r"|(?:gefällt|gefiel) (?:dir|ihnen|euch) (?:dieser|der) (?:artikel|beitrag)\?"
    r"|(?:for (?:more|the latest)|want more)\b[^.!?]*[,?] (?:please )?(?:check|visit|see|go to|"
    r"follow|read|click|sign up|subscribe|download|head to)\b.{0,200}"
    r"|follow (?:topics|authors|this (?:topic|author|story))\b.{0,60}\bto (?:see|get|receive)\b"
    r".{0,60}\b(?:feed|e-?mail|updates|alerts)\b.{0,100}"
    r"|follow [^.!?]{1,40} on (?:google news|facebook|twitter|x|instagram|youtube|tiktok)\b.{0,200}"
    r"|(?:please |kindly )?share this (?:article|story|post|column|piece)\b.{0,150}"
    r"|(?:my|our) (?:twitter|x|instagram|facebook|mastodon|bluesky)(?: account| handle)? is\b.*"
    r"|(?:do you )?have an? (?:story |news )?tip\?.*"
    r"|you can (?:also )?(?:follow|find|reach|contact|e-?mail) (?:us|me)\b.*"
    r"|(?:questions|comments|questions or comments)\?.{0,20}(?:e-?mail|contact|write to) .*"
    r"|tell us what you think\b.*"
    r"|(?:get in touch|contact us|e-?mail us|write to us|send us)\b.{0,150}"
    r"|.*\b(?:bookmark|sign up (?:to|for)|subscribe to) (?:our|the) [^.!?]*"
    r"(?:home ?page|website|newsletters?|channel|feed)\b.{0,100}"
    r"|.*\bbookmark \S+\.\w+ and .*"
    r"|get (?:the|our|all) [^.!?]*\b(?:news|headlines|stories|updates)\b[^.!?]*"
    r"\b(?:app|phone|inbox|e-?mail)\b\W*",
    re.IGNORECASE,
)
_PLACE = rf"{_PART}(?:,? {_PART})*"
_SURNAME = r"[A-ZÀ-Þ][\w.'’-]*"
_REPORTED = re.compile(
    rf"{_MARKS}(?:{_NAME}|{_SURNAME}) reported from {_PLACE}"
    rf"(?:,? and (?:{_NAME}|{_SURNAME})(?: reported)? from {_PLACE})*\W*"
)
_TRAILS_OFF = re.compile(r".*\[(?:…|\.\.\.)\]")
_ANNOUNCES = re.compile(r"[^.!?。！？]{1,80}:")


def with_ending_apart(blocks: Sequence[Block], author: str = "") -> tuple[Block, ...]:
    """Return the blocks, with what stands around the article as embedded, which is not kept.

    Args:
        blocks: The article's.
        author: Several are separated by semicolons; empty if unknown.
    """
    around = set(_around(blocks, author))
    return tuple(
        replace(block, kind=BlockType.EMBED) if at in around else block
        for at, block in enumerate(blocks)
    )


def _around(blocks: Sequence[Block], author: str) -> Iterator[int]:
    """Yield the numbers of the paragraphs above and below the article."""
    texts = [at for at, block in enumerate(blocks) if block.kind in _TEXT]
    for at in texts[:_FIRST]:
        if _is_card(normalise(blocks[at].text), author):
            yield at
    for at in reversed(texts[1:][-_LAST:]):
        text = normalise(blocks[at].text)
        if _is_below(text, author) or (at == len(blocks) - 1 and _leads_on(text)):
            yield at


def _is_below(text: str, author: str) -> bool:
    if len(text) > _CHARACTERS or len(text.split()) > _WORDS:
        return False
    forms = (_BIO, _CONTACT, _RIGHTS, _REQUEST)
    if any(form.fullmatch(text) for form in forms) or _is_about(text, author):
        return True
    sentences = SENTENCES.split(text)
    return all(_REPORTED.fullmatch(s) or names_contributors(s) for s in sentences)


def _is_card(text: str, author: str) -> bool:
    """Tell whether the text is the card that opens at the author's name in the byline."""
    if len(text) > _CHARACTERS or len(text.split()) > _WORDS:
        return False
    first = re.split(r"[,;.!?] ", text)[0]
    return bool(_CARD.match(text)) or (_is_about(text, author) and bool(_OCCUPATION.search(first)))


def _is_about(text: str, author: str) -> bool:
    """Tell whether the text says who the author is."""
    names = [normalise(name) for name in author.split(";")]
    return any(
        len(name.split()) > 1
        and re.match(rf"\W*{re.escape(name)},?(?: \([^)]*\))? {_BIO_VERB}\b", text)
        for name in names
    )


def _leads_on(text: str) -> bool:
    """Tell whether the text announces what is not part of the article, or is cut for a link."""
    few = len(text.split()) <= _FEW_WORDS
    return (few and bool(_ANNOUNCES.fullmatch(text))) or bool(_TRAILS_OFF.fullmatch(text))
