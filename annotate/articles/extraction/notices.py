"""Recognise by its words a line that stands among an article's paragraphs and is none of them.

The whole line must have the form: a paragraph that only mentions a newsletter, an advertisement or
who contributed to a report stays. So does what may be a sentence of the article, if in doubt.
"""

import re

_CHARACTERS = 500
_WORDS = 40
_TEASER_WORDS = 25

_AD = (
    r"(?:advertisements?|advertising|anzeige|publicidad|publicité|sponsored(?: content)?|"
    r"promoted content|paid content)"
)
_ON = (
    r"(?:(?:the |this )?(?:article|story|post|content|text) continues"
    r"(?: (?:below|after|on (?:the )?next)(?: (?:this|the|our))?"
    r"(?: (?:ad|advertisement|advert|page|video|photo|gallery|promotion))?)?|"
    r"continue reading(?: (?:below|(?:the |this )?(?:main )?(?:story|article)))?|"
    r"(?:skip|scroll)(?: down)? (?:to|past|for) (?:the )?"
    r"(?:continue(?: reading)?|(?:main |next )?content|more|next|comments|ads?|advertisements?|"
    r"newsletter(?: promotion)?)|"
    r"(?:skip|close|report this) ad(?:vertisement)?|"
    r"loading(?: (?:the )?(?:comments|photo|video|image|gallery|player|content|more))*|please wait)"
)
_PLACEHOLDER = r"[$\[{%]{2}\s*\w+\s*[$\]}%]{2}"
_INTERRUPTION = re.compile(
    rf"\W*(?:{_AD}(?:\W+{_ON})?|{_ON})(?:\W+{_AD})?\W*|{_PLACEHOLDER}", re.IGNORECASE
)

# A title follows: "Read more: How the pier was lost", which ends without a full stop.
_LABEL = (
    r"(?i:read (?:more|also|next|this(?: next)?|(?:the|our) (?:full )?(?:story|article|report))|"
    r"also read|see also|also see|more on this(?: story)?|you (?:may|might) (?:also )?like|"
    r"(?:related|recommended)(?: (?:stor(?:y|ies)|articles?|posts?|coverage|content|news|reading|"
    r"links?|videos?|topics?))?|don['’]t miss|must[- ]read|most read|up next|"
    r"(?:more|full|our) (?:coverage|stories)|from the archives?|"
    r"(?:lesen|sehen) \w+ auch|lesen \w+ mehr|mehr lesen|mehr zum thema|auch interessant|"
    r"lire aussi|à lire aussi|lea también|"
    r"le puede interesar|leggi anche|lees ook|leia (?:também|mais)|"
    r"(?:czytaj|zobacz) (?:też|także|również|więcej)|zobacz wideo)"
)
_SHOUTED = r"(?:MORE(?: (?:ON|FROM|ABOUT) [A-Z][A-Z' ]{1,40})?|WATCH|LISTEN|VIDEO|PHOTOS|GALLERY)"
_TEASER = re.compile(
    rf"[\[(>▶►»→*•\s-]*(?:{_LABEL}|{_SHOUTED})\s*(?:[:>»|–—]|\.\.\.|…)+\s*(?!\s).*[^.!;,]"
)
_BARE_TEASER = re.compile(
    rf"[\[(>▶►»→*•\s-]*(?:{_LABEL}|(?i:read (?:it )?here|learn more|view (?:all|comments)|"
    r"show (?:more|comments)|leave a (?:comment|reply)|share this(?: (?:article|story|post))?"
    r")|"
    r"(?i:more from) (?:[A-Z][\w'’.&-]*(?: |$)){1,5}|(?i:continue reading))[\s:.»>→…\])]*"
)

_BRACKETED = re.compile(r"\[(?:Read|Watch|Listen|Related)(?: more)?: [^\[\]]+\]")
# "This article was originally published in The Echo. An edited version is republished here."
_ORIGIN = re.compile(
    r"\W*This (?:edited )?(?:article|story|post|piece|essay|interview|excerpt|column|review) "
    r"(?:by [^.!?]{1,60} )?(?:was |is )?"
    r"(?:originally (?:published|appeared|posted|ran)|first (?:published|posted))\b"
    r"(?:(?!\. [A-Z]).)*"
    r"(?:\. (?:An?|This) [^!?]*\b(?:version|republished)\b[^!?]*)?\W*"
)

# Notes of the site on the article: corrections, where it belongs, who pays.
_NOTE = re.compile(
    r"\W*(?:corrections?|clarification|editor(?:['’]s|s['’]?)? note|author['’]s note)"
    r"(?: \([^()]*\)| [^.:]{1,30})?\s?[:–—] ?\S.*"
    r"|\W*(?:an? (?:earlier|previous|prior|original) version of this|this) "
    r"(?:blog )?(?:article|story|post|piece|column|report|interview|essay|headline|page)\b"
    r"[^.!?]{0,60}\b"
    r"(?:(?:was|has been|have been) (?:\w+ )?(?:updated|amended|corrected|edited|clarified)|"
    r"incorrectly|misstated|misidentified|misspelled|originally (?:said|stated|listed|identified)|"
    r"appear(?:s|ed) in (?:the|our)\b[^.!?]*\b(?:issue|edition|magazine)|"
    r"is (?:based on (?:an?|our|the) (?:\w+ )?(?:piece|article|essay|report|interview|post)|"
    r"(?:an?|the) (?:extended|edited|abridged|updated|longer|shorter|translated) version of)|"
    r"is part of (?:an?|our|the|\w+['’]s)\b[^.!?]*\b(?:series|project|issue|package|coverage))\b.*"
    r"|\W*this is (?:an?|the) (?:extended|edited|abridged|updated|longer|shorter|translated) "
    r"version of (?:an?|the|this|our) .*"
    r"|\(corrects\b[^()]*\)"
    r"|\W*updated?\b[^.:]{0,20}\d.{0,40}: ?\W*th(?:is|e) (?:article|story|post) (?:has been|was) "
    r"updated\b.*"
    r"|\W*(?:watch|listen to|see) more of our (?:videos|podcasts|stories)\b.*"
    r"|\W*(?:suggested citation|cite (?:this|as)|how to cite)\b.*"
    r"|\W*this is a (?:breaking|developing) (?:news )?(?:story|news)\b[^.!?]*\W.{0,150}"
    r"|.*\b(?:may|might|could|can|will) (?:earn|receive|get|make) (?:us )?(?:an? |some )?"
    r"(?:small )?(?:affiliate )?commissions?\b.*",
    re.IGNORECASE,
)
_NOTE_WORDS = 70
_TAGS = re.compile(
    r"\W*(?:filed under|tags|tagged|topics|categories|posted in|keywords) ?: ?[^.!?]*",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"\W*(?i:copyright|©|\(c\))\W*(?:(?:[A-Z][\w.,'’&-]*|by|the|of|and) ){0,10}\d{4}\b"
    r"(?:[,–-]? (?:[A-Z\d][\w.,'’&-]*|by|the|of|and))*\W*(?i:all rights reserved)?\W*"
    r"|\W*(?i:all rights reserved)\W*"
)
_DATE_WORD = (
    r"(?:(?:jan|feb|mar|mär|apr|may|mai|jun[ei]?|jul[iy]?|aug|sept?|o[ck]t|nov|de[cz])[a-z]*|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"\d{1,4}(?:st|nd|rd|th)?|[ap]\.?m\.?|utc|gmt|[aceimpn][sd]?t|bst|cest?|uhr|stand|"
    r"(?:first |last |zuletzt )?(?:updated|published|posted|modified|created|edited|aktualisiert|"
    r"veröffentlicht|erstellt)|on|at|am|um|vom)"
)
_DATES = re.compile(
    rf"\W*(?=.*[a-z])(?=.*(?:\d{{4}}|updated|published|posted|uhr)){_DATE_WORD}(?:\W+{_DATE_WORD})+\W*",
    re.IGNORECASE,
)

# "The Times | Oct 2, 2020, 19:02 IST", "M. Voss (@voss) 12 minutes ago Wed 29 April 2020"
_DATED = re.compile(
    r"(?=.*\d{4})(?:[A-Z@(][\w.@'’()-]*\W+){1,6}(?:\d+ (?:minutes?|hours?|days?) ago\W+)?"
    rf"(?i:{_DATE_WORD}(?:\W+{_DATE_WORD}){{2,}})[^\w.!?]*"
)
_MAILED = (
    r"\b(?:newsletters?|podcasts?|e-?mails?|alerts|inbox|briefings?|channel|updates|editions?|"
    r"magazine)\b"
)
_SIGN_UP = r"(?:sign up|subscribe|register)(?: (?:here|now|today|below|for free))*"
_NEWSLETTER = re.compile(
    rf"\W*(?:please )?{_SIGN_UP}(?:\W*| (?:for|to|and) .*{_MAILED}.*)"
    r"|\W*(?:get|have) .*\b(?:delivered|sent|straight) (?:right |directly )?to your inbox\b.*"
    rf"|\W*(?:want|like|love|enjoy)\b.*\? (?:then )?{_SIGN_UP}\b.*{_MAILED}.*"
    rf"|.*\bnewsletters?\b.*[.!?:] {_SIGN_UP}\W*",
    re.IGNORECASE,
)
# What newsletters say between and below their paragraphs, in the words of their services. An
# "issue" or "edition" alone may be any: "Who pays for this issue?"
_LETTER = r"(?:post|newsletter|e-?mail|episode|(?:newsletter )?edition|newsletter issue)"
_MAILING = re.compile(
    r"\W*(?:"
    r"[^.!?]{1,60} is an? (?:[\w-]+ ){0,2}(?:reader|listener|member)[- ]"
    r"(?:supported|funded) (?:publication|newsletter|podcast)[^.!?]*"
    r"|to (?:receive|get|read|see|unlock) [^.!?]*\b(?:posts?|archives?|episodes?|issues|"
    r"newsletter)\b[^.!?]*, (?:please )?(?:subscribe|upgrade|"
    r"(?:consider )?(?:becom|subscrib)\w+)\b[^.!?]*"
    r"|(?:many )?thank(?:s| you)(?: (?:so|very) much)? for (?:reading|subscribing|listening)"
    r"(?: (?:to )?(?-i:[A-Z][\w’'&-]*(?: (?:[A-Z][\w’'&-]*|of|the|and|on)){0,5})| today)?"
    r"|subscribe\b[^.!?]*\b(?:for free to receive|to receive new posts|to support my work)\b[^.!?]*"
    r"|upgrade (?:to paid|your subscription)"
    r"|(?:become|consider becoming) an? (?:free|paid|paying)\b[^.!?]*\bsubscriber[^.!?]*"
    rf"|this {_LETTER} is (?:public,? (?:so|and) feel free to share\b[^.!?]*|"
    r"(?:only )?for (?:paid |paying |free )?subscribers(?: only)?)"
    r"|you(?:['’]re| are) (?:currently )?an? (?:free|paid) subscriber\b[^.!?]*"
    r"|you(?:['’]re| are) (?:getting|reading|on) the free (?:version|list|plan|edition)"
    r"(?: of (?:this|my|our) [^.!?]*)?"
    r"|for the full experience, (?:upgrade|subscribe|become)\b[^.!?]*"
    rf"|if you(?:['’]ve)? (?:liked?|enjoy(?:ed)?) (?:reading )?(?:this|today['’]s) {_LETTER}\b"
    r"[^.!?]*\b(?:shar\w+|subscri\w+|forward\w*|restack\w*)\b[^.!?]*"
    r"|you (?:currently )?have (?:\d+|no) referrals?\b[^.!?]*|refer an? friend"
    r"|(?:wh?at|how)(?:['’]d| did) you (?:think of|like|rate|feel about) "
    rf"(?:today['’]s|this|our) {_LETTER}"
    rf"|(?:was|did) (?:this {_LETTER}|someone|somebody) forward\w*"
    rf"(?: this(?: {_LETTER})?)? to you"
    r"|(?:our|my) (?:mailing|postal) address is:? [^.!?]*\d[^.!?]*"
    r"|[^.!?]*\bunsubscribe (?:here|at any time|instantly)"
    rf"|(?:view|read|open) (?:it |this )?(?:{_LETTER} )?"
    r"(?:online|in (?:your |the |a )?(?:browser|app))"
    r"|discover more from(?: (?-i:[A-Z][\w.’'-]*)| of| the| and| &){1,8}|type your e-?mail"
    rf"|(?:continue|keep) reading this {_LETTER}(?: for free\b[^.!?]*| with\b[^.!?]*)?"
    r"|(?:get|start) (?:\d+ ?% off (?:for \d|forever|an? )|an? \w+[- ]day free trial|"
    r"a group subscription)\b[^.!?]*"
    r"|(?:give|donate) (?:a )?gift subscriptions?|donate subscriptions|pledge your support"
    r")\W*",
    re.IGNORECASE,
)
_SITE = (
    r"(?i:twitter|facebook|instagram|x|linkedin|youtube|tiktok|telegram|threads|whatsapp|bluesky|"
    r"mastodon)"
)
_FOLLOW = re.compile(
    r"\W*(?i:(?:you can )?(?:follow|like|find|join)|connect with) "
    r"(?:(?i:us|me|him|her|them) |(?:[A-Z@][\w.'’-]* (?:and )?){1,6})(?:also )?"
    rf"(?i:on|at|via) (?:(?:his|her|our|their|my) )?{_SITE}"
    rf"(?:\W+(?:{_SITE}|and|or|on|at|page|channel|here|for|the|latest|more|news|updates|"
    r"(?<=@)\w+|[\w-]+\.(?:com|org|net|co)\S*))*\W*"
    r"|\W*(?i:follow) (?:@\w+\W*(?:and )?)+"
    rf"|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{1,3}} (?:is on|tweets (?:at|as)) (?:{_SITE}\b.*|@\w+\W*)"
    rf"|\W*(?i:s[ií]guenos (?:en|también en)|suivez-nous sur|folg(?:e|t|en sie) (?:uns|mir) "
    rf"(?:auch |jetzt )?auf) {_SITE}\b[^.!?]*\W*"
)
_NAME_WORD = r"[A-ZÀ-Þ][\w.'’-]*"
_BYLINE = re.compile(
    r"\W*(?:(?i:article|story|text|words|posted|written|reported|compiled) by|[Bb]y|BY|Von|"
    rf"Text von) {_NAME_WORD}(?:,? (?:and |& |und )?{_NAME_WORD}){{1,5}}"
    r"(?: (?:Follow )?@\w+)?(?: ?(?:\||[—–]))?"
)
_CLICK = re.compile(
    r"\W*(?:click|tap|go) here (?:to|for) (?:read|see|view|watch|listen|hear|sign|subscribe|get|"
    r"join|download|find|learn|donate|support|check|buy|order|register|more|the|our|full)\b"
    r"[^.!?]*\W*"
    r"|\W*(?:download|get) (?:our|the [\w ]{1,30}) app\b[^.!?]*\W*",
    re.IGNORECASE,
)

_WORD = r"(?:[A-Z0-9À-ÖØ-Þ@][\w.'’&@/-]*)"
_SMALL = (
    r"(?:of|the|for|and|de|del|der|den|la|le|van|von|al|bin|in|from|at|with|also|our|both|"
    r"writers?|reporters?|staff|correspondents?|editors?|producers?|journalists?|researchers?|"
    r"news|colleagues?|staffers?|columnists?|photographers?|freelancers?|bureau|chief|senior)"
)
_WHO = rf"(?:{_WORD}|{_SMALL})(?:[,;]? (?:{_WORD}|{_SMALL}))*"
_WORK = r"(?:report|story|article|post|piece|dispatch|review|column|coverage|analysis)"
_CONTRIBUTORS = re.compile(
    rf"\W*(?:With (?:additional )?(?:assistance|reports?|reporting|files|contributions)|"
    rf"(?:Additional |Further )?(?:[Rr]eporting|[Rr]esearch|[Pp]hotography)) (?:from|by) {_WHO}\W*|"
    rf"[(\[*–—_-]*\s*{_WHO},? (?:have |has )?contributed"
    rf"(?: (?:additional )?(?:reporting|research|writing|data analysis)| to this {_WORK})?"
    rf"(?: (?:to|for) this {_WORK})?(?:,? (?:from|in) {_WHO})?\W*"
    r"|\((?:(?:Additional|Further) )?(?:[Rr]eporting|[Ww]riting|[Ee]diting)(?: and \w+)? by .+\)"
)

_FORMS = (
    *(_NEWSLETTER, _MAILING, _FOLLOW, _CLICK, _TAGS, _DATES, _DATED, _COPYRIGHT, _BRACKETED),
    *(_ORIGIN, _BYLINE),
)
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def is_interruption(text: str) -> bool:
    """Tell whether the text only announces an advertisement, or that the article goes on."""
    return len(text) <= _CHARACTERS and bool(_INTERRUPTION.fullmatch(text))


def is_notice(text: str) -> bool:
    """Tell whether the text only leads elsewhere (to a story, a newsletter), or gives a date."""
    if len(text) > _CHARACTERS:
        return False
    words = len(text.split())
    if words <= _TEASER_WORDS and (_TEASER.fullmatch(text) or _BARE_TEASER.fullmatch(text)):
        return True
    if words <= _NOTE_WORDS and _NOTE.fullmatch(text):
        return True
    if words > _WORDS:
        return False
    sentences = SENTENCES.split(text)
    return _is_form(text) or (len(sentences) > 1 and all(map(_is_form, sentences)))


def _is_form(text: str) -> bool:
    return any(form.fullmatch(text) for form in _FORMS)


def is_teaser_label(text: str) -> bool:
    """Tell whether the text announces links: "Related stories:"."""
    return len(text) <= _CHARACTERS and bool(_BARE_TEASER.fullmatch(text))


def names_contributors(text: str) -> bool:
    """Tell whether the text only says who else worked on the article."""
    return len(text) <= _CHARACTERS and bool(_CONTRIBUTORS.fullmatch(text))
