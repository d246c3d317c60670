"""Take WordPress's shortcodes out of a text: [gallery ids="1,2"], [caption]...[/caption].

Only what has the form of a shortcode is one: reporters write [sic] and [the mayor] themselves.
"""

import re

_CAPTION = re.compile(
    r"\[(?:wp_)?caption(?P<settings>(?:\s[^\[\]]*)?)\](?P<inside>.*?)\[/(?:wp_)?caption\]",
    re.DOTALL,
)
_CAPTION_SETTING = re.compile(r"""\bcaption=(?:"([^"]*)"|'([^']*)'|”([^”]*)”)""")
# What they enclose is an address or a program, and no text.
_SILENT = re.compile(
    r"\[(?P<name>embed|audio|video|playlist|gallery|youtube|vimeo|code|sourcecode|iframe|tweet|"
    r"vc_raw_html|vc_raw_js|contact-form)(?:\s[^\[\]]*)?\].*?\[/(?P=name)\]",
    re.DOTALL,
)
_CLOSING = re.compile(r"\[/([a-zA-Z][\w-]*)\]")
_SETTING = r"""[\w-]+=(?:"[^"]*"|'[^']*'|”[^”]*”|[^\s"'\[\]]+)"""
_WITH_SETTINGS = re.compile(rf"\[[a-zA-Z][\w-]*(?:[\s:]+[^\s=\[\]]+)*(?:\s+{_SETTING})[^\[\]]*\]")
_BARE = re.compile(
    r"\[(?:gallery|playlist|audio|video|embed|more|nextpage|toc|[a-z]\w*_\w+|[a-z][\w-]*\s*/)\]"
    r"|^\s*\[[a-z][\w-]*-[\w-]+\]\s*$",  # "the [vice-president] left" has words around
    re.MULTILINE,
)


def without_shortcodes(text: str) -> str:
    """Return the HTML without shortcodes: what they enclose stays, a caption as a caption."""
    if "[" not in text:
        return text
    text = _SILENT.sub("", _CAPTION.sub(_figure, text))
    for name in set(_CLOSING.findall(text)):
        text = re.sub(rf"\[/?{re.escape(name)}(?:\s[^\[\]]*)?\]", "", text)
    return _BARE.sub("", _WITH_SETTINGS.sub("", text))


def _figure(match: re.Match[str]) -> str:
    """Return the caption as HTML; before 2012 it was a setting, later it follows the picture."""
    setting = _CAPTION_SETTING.search(match["settings"])
    words = next(filter(None, setting.groups()), "") if setting else ""
    return f"<figure><figcaption>{match['inside']} {words}</figcaption></figure>"
