"""Classify a block by its words alone: caption, embedded post, heading, list item or body.

What leads elsewhere (an advertisement, a teaser) counts as embedded, a list of contributors as a
caption: both are left out unless asked for.

Precision matters more than recall: a caption taken for body text costs an annotator a click, a
paragraph taken for a caption is lost. So a mention of a photo or an @handle is not enough; the
whole form must match, and credits must be at the end.
"""

import re

from annotate.articles.extraction.notices import (
    is_interruption,
    is_notice,
    names_contributors,
)
from annotate.core.records import BlockType, normalise

_CAPTION_WORDS = 60
_EMBED_WORDS = 100
_HEADING_WORDS = 12
_FEW_WORDS = 4
_SMALL_WORD = 3  # letters
_LOWER_IN_TITLES = frozenset({"from", "with", "over", "into", "than", "that", "upon", "after"})
_BULLETS = ("- ", "* ", "•")

# A name: capitalised words, and the small words between them.
_WORD = r"(?:[A-Z0-9À-ÖØ-Þ][\w.'’&-]*|@\w+)"
_SMALL = r"(?:of|the|for|and|&|de|del|der|den|la|le|van|von|al|bin|via|on|in|from)"
_NAME = rf"(?:(?:the )?{_WORD}(?:,? (?:{_SMALL} ){{0,2}}{_WORD}){{0,7}})"
_PICTURE = (
    r"(?:photo|photograph|photography|image|picture|illustration|graphic|cartoon|screenshot|"
    r"screen ?grab|video|"
    r"(?:titel|symbol|beitrags)?(?:bild|foto)|foto|grafik)"
)
_MANNER = r"(?:file|handout|pool|courtesy|staff|archive|aerial|stock|undated|featured|cover|lead)"
_NAMES = rf"{_NAME}(?: ?[/|,;–—-] ?(?:{_NAME}|{_MANNER})){{0,3}}"
_AGENCY = (
    r"(?:AP|AFP|EPA(?:-EFE)?|EFE|PA|DPA|dpa|UPI|TASS|ANSA|Reuters|REUTERS|Getty(?: Images)?|iStock|"
    r"Shutterstock|Alamy|Bloomberg|Xinhua|Zuma(?: Press)?|NurPhoto|Flickr|Unsplash|Pixabay|Pexels|"
    r"Wikimedia(?: Commons)?|"
    r"(?:[A-Z][\w.'’&-]* ){0,3}(?:Wire|Pictures?|Images|Photos?|Agency|Press|Pool|News|Collective))"
)
_START = r"(?:^|(?<=[.!?…:;)\]”\"’'|] )|(?<=[–—] ))\(?"
_END = r"\)?\.?$"

# Each must reach the end of the block; _START is the start of the block or of its last sentence.
_CREDITS = tuple(
    re.compile(_START + form + _END)
    for form in (
        # Photo: Name / Agency. Image credit: Name. Photograph by Name. Photo courtesy of Name.
        rf"(?:[A-Z][\w'’-]* )?(?i:{_PICTURE}s?|credits?)(?i: credits?)?"
        rf"(?: ?: ?(?:by )?| (?i:by|courtesy of|via|from) ){_NAMES}",
        rf"(?i:{_PICTURE}s?) credits? {_NAMES}",
        # Agency file photo by Name
        rf"(?:[A-Z][\w.&-]* ){{0,3}}(?:{_MANNER} ){_PICTURE}(?: by {_NAMES})?",
        rf"(?:[A-Z][\w.&-]+ ){{1,3}}(?:{_PICTURE}|Photo) by {_NAMES}",
        # AP Photo/Name
        rf"{_AGENCY} (?i:{_PICTURE}) ?/ ?{_NAMES}",
        # Name/Agency via Wire. Name / Agency
        rf"{_NAME} ?/ ?(?:{_NAME} ?/ ?)?{_NAME} via {_NAMES}",
        rf"{_NAME} ?/ ?{_AGENCY}(?:,? (?i:file|pool|via .{{1,30}}))?",
        rf"{_WORD}(?: {_WORD}){{1,3}}/{_WORD}(?: {_WORD}){{0,4}}(?<!\.)",
        rf"{_NAME} {_MANNER} (?:via|from|by) {_NAMES}",
        rf"(?i:courtesy of|handout (?:photo )?(?:by|from)) {_NAMES}",
        # Reporting by Name; Editing by Name
        rf"(?i:(?:additional )?(?:reporting|writing|editing)) by {_NAMES}"
        rf"(?:[;.] (?i:(?:additional )?(?:reporting|writing|editing)) by {_NAMES}){{0,3}}",
        # © Agency / Name
        r"© ?[^.!?]{2,60}",
        # Licences
        r"[^.]{0,80}\bCC[ -]BY(?:[ -](?:SA|ND|NC))*(?: ?\d\.\d)?",
        rf"(?i:{_PICTURE})s?\b[^.]{{0,80}}[,.;]? (?i:used (?:with|by) (?:kind )?permission)",
    )
)
# In brackets a looser form is enough: (Photo by Name via Agency on May 3)
_BRACKETS = re.compile(
    rf"[(\[](?:{_AGENCY} )?(?i:{_MANNER} )?(?i:{_PICTURE})s?(?i: credits?)?"
    r"(?:/|:| (?i:by|courtesy|via|from)\b)"
    r"[^()\[\]]{2,90}[)\]]\.?$"
)
_BRACKETED_NAMES = re.compile(rf"[(\[]{_NAME} ?/ ?{_NAMES}[)\]]\.?$")
_OPENINGS = re.compile(
    r"^(?:FILE(?: PHOTO)? ?[-–—:]|(?:Photos?|Photograph|Caption|Pictured):"
    r"|Pictured,? (?:right|left|above|below|here|at|from|in|are|is|with)\b) ?\S"
)

# Most paragraphs have none of what each credit and post has somewhere, which is quickly told.
_CREDIT_SIGNS = (
    *("photo", "image", "picture", "illustration", "graphic", "cartoon", "screen", "video"),
    *("credit", "courtesy", "handout", "reporting", "writing", "editing", "caption"),
    *("/", "cc by", "cc-by", "bild", "foto", "grafik", "©"),
)
_MANNER_BY = re.compile(rf"{_MANNER} (?:via|from|by) ")
_POST_SIGNS = ("@", "pic.", "t.co/", "View this post", "A post shared", "://")

_HANDLE = r"\(?@\w{2,30}(?:@[\w.-]+|(?:\.[\w-]+)+)?\)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})"
_TIME = r"\d{1,2}[:.]\d\d(?: ?[AaPp]\.?[Mm]\.?)?"
_AUTHOR = rf"{_NAME}(?:, {_NAME}){{0,2}}(?: [^\w\s]{{1,3}})?"
_POSTS = tuple(
    re.compile(form)
    for form in (
        # Name @handle: "..." 9:14 AM, Mar 3, 2024
        rf"^{_AUTHOR},? {_HANDLE} ?[:·] ?\S",
        rf"^(?:{_AUTHOR},? )?{_HANDLE}\W.*\b{_TIME}(?:,| ·| -|) {_DATE}$",
        # ... — Name (@handle) March 3, 2024
        rf"(?:^|\s)[-–—]{{1,2}} ?[^@]{{1,60}}\({_HANDLE}\),? (?:on )?{_DATE}$",
        rf"^{_AUTHOR} {_HANDLE} {_DATE}$",
        r"\bpic\.(?:twitter|x)\.com/\w+",
        r"https?://t\.co/\w+$",
        r"^(?:View this post on|A post shared by) [A-Z@]",
        rf"{_TIME} [·•-] {_DATE}$",
        r"^https?://\S+$",
    )
)
_ENDS_OPEN = re.compile(r"(?:[\w%]|\w\)|>>|→)$")  # as headings end, and links to more
_QUOTED = re.compile(r"[\"'“”‘’](.*)[\"'“”‘’]")
# A sentence that lost its full stop may be a heading by its length; figures are in sentences.
_AMOUNT = re.compile(
    r"\d[.,]\d|[$€£¥]\d|\d ?%|\d (?:percent|per cent|points|million|billion|cents)\b"
)


def block_type(text: str, *, lines: int = 1) -> BlockType:
    """Return the type of a block of plain text; only a single line is a heading."""
    words = normalise(text)
    if is_list_item(words):
        return BlockType.LIST
    heading = lines == 1 and _is_heading(words)
    return caption_or_embed(words) or (BlockType.HEADING if heading else BlockType.BODY)


def is_list_item(text: str) -> bool:
    """Tell whether the text begins with a bullet."""
    return text.startswith(_BULLETS)


def caption_or_embed(text: str) -> BlockType | None:
    """Return CAPTION or EMBED if the words have that form."""
    words = normalise(text)
    count = len(words.split())
    if count <= _EMBED_WORDS and _is_post(words):
        return BlockType.EMBED
    if is_interruption(words) or is_notice(words):
        return BlockType.EMBED
    if count <= _CAPTION_WORDS and (_is_caption(words) or names_contributors(words)):
        return BlockType.CAPTION
    return None


def _is_post(words: str) -> bool:
    dated = words[-1:].isdigit()
    if not dated and not any(sign in words for sign in _POST_SIGNS):
        return False
    return any(form.search(words) for form in _POSTS)


def _is_caption(words: str) -> bool:
    folded = words.casefold()
    signs = any(sign in folded for sign in _CREDIT_SIGNS) or words.startswith("FILE")
    if not signs and not _MANNER_BY.search(words):
        return False
    forms = (*_CREDITS, _BRACKETS, _BRACKETED_NAMES, _OPENINGS)
    return any(form.search(words) for form in forms)


def _is_heading(words: str) -> bool:
    """Tell whether the words are short and end as headings do, in quotes or not."""
    bare = _QUOTED.sub(r"\1", words)
    count = len(bare.split())
    if count > _HEADING_WORDS or not _ENDS_OPEN.search(bare):
        return False
    if _is_titled(bare):
        return True
    quoted = bare != words  # somebody may have said it
    return not quoted and (count <= _FEW_WORDS or not _AMOUNT.search(bare))


def _is_titled(words: str) -> bool:
    """Tell whether the long words begin with a capital, as in titles."""
    long = [word for word in words.split() if len(word) > _SMALL_WORD and word[0].isalpha()]
    return bool(long) and all(word[0].isupper() or word in _LOWER_IN_TITLES for word in long)
