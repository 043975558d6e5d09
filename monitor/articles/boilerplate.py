"""Lines around an article that are not the article.

In: paragraphs of plain text. Out: the same without advert labels, captions and credits, bylines, sign-up and "read more"
lines, copyright and share lines, bare dates and the repeated title; a dateline ("BEIJING (Reuters) - ") goes from the front
of the sentence it stands before. Every other word stays as it is: digests quote sentences verbatim. Rules are a table; each
only fires on lines that are short enough to be what it looks for, and a phrase that news may hold as well only on lines that tell
nothing (prose.py), because a lost paragraph is worse than a kept label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.articles.prose import spoken, tells
from monitor.text.datelines import dateline_end
from monitor.text.moments import moment
from monitor.text.normalise import clean

NOTE_CHARS = 320  # sign-ups, credits and hints are not longer
LABEL_CHARS = 60
CAPTION_CHARS = 700
DATELINE_LINES = 3  # a dateline stands at the start; further down "TRUMP: ..." is a speaker

_AGENCIES = (
    r"Associated Press|AP|AP Photo|AFP|Agence France-Presse|Reuters|REUTERS|Getty Images?|Bloomberg(?: News)?|EPA(?:-EFE)?"
    r"|Shutterstock|Xinhua|Agencies|VCG|Alamy|iStock|Zuma Press|PA(?: Wire)?|TASS|Kyodo|UPI|CNS|China Daily|IC|Nikkei"
    r"|The (?:New York Times|Washington Post|Wall Street Journal)|Pool|Handout|Rex Features|Press Association|ANI|NurPhoto"
)

# A whole line that is only a label.
_LABELS = re.compile(
    r"(?:skip )?advert(?:isement|ising)?s?(?:\W+(?:continue|skip|article|story|scroll)\b.*)?|ads? by .*|supported by|sponsored(?: content)?"
    r"|(?:story|article) continues (?:below|after).*|continue reading(?: the main story)?|scroll (?:down )?to continue.*"
    r"|skip (?:to|past) .*|sections?|search|menu|home|close|share|save|print|e-?mail|comments?|tweet|copy link|link copied"
    r"|image|photo|video|audio|gallery|slideshow|file photo|caption|credit|listen|watch(?: now)?|loading\W*|play|live"
    r"|image (?:caption|source|credit)\b.*|media caption\b.*|share (?:this|on|via)\b.*|follow us\b.*|share your thoughts"
    r"|site (?:index|map|information navigation)|today['’]s paper|order reprints.*|subscribe(?: now)?|sign (?:in|up)|log ?in|register"
    r"|read (?:more|next|also)|related(?: (?:stories|articles|coverage|topics|news))?|most (?:read|popular)|trending(?: now)?|top stories"
    r"|recommended(?: stories)?|more (?:on this|stories|from .*)|you may (?:also )?like|editors?['’]?s? picks?|see also|in this (?:article|story)"
    r"|news\s+analysis|analysis|opinion|exclusive|breaking(?: news)?|.{0,3}source|end|#+|\d+ min(?:ute)?s? read|min read"
    r"|view (?:this (?:e-?mail|message|newsletter) )?(?:in|on) (?:your |a |the )?(?:web ?)?browser|view (?:this e-?mail )?online|web version"
    r"|unsubscribe(?: here| from this list)?|(?:update|manage) (?:your )?(?:e-?mail |subscription )?preferences|forward (?:this )?to a friend"
    r"|read in (?:simplified|traditional) chinese|阅读简体中文版|閱讀繁體中文版|广告|廣告|相关(?:阅读|新闻)|延伸阅读|分享|责任编辑[:：\s]{0,3}[\u4e00-\u9fff]{0,4}|（?完）?",
    re.IGNORECASE,
)
# A short line that starts like this ...
_NOTE_STARTS = re.compile(
    r"\W*(?:read (?:more|also|next|the full)\b|related\s*[:：|]|see also\b|also read\b|more\s*[:：]|watch\s*[:：]|listen\s*[:：]|further reading\b|up next\b"
    r"|(?:click|tap) (?:here|to|on)\b|sign up\b|subscribe\b|get (?:the|our|more|unlimited|full access)\b.{0,80}(?:newsletter|inbox|email|app|subscri)"
    r"|follow .{2,80} (?:on|at) (?:twitter|x|facebook|instagram|telegram|linkedin|threads|weibo|wechat|bluesky)\b|write to .{2,120} at\b|contact the (?:reporter|author|writer|editor)s?\b"
    r"|you(?:['’]re| are| have)? receiv(?:e|ing|ed) this (?:e-?mail|message|newsletter)\b"
    r"|copyright\b|©|\(c\) ?\d{4}|all rights reserved|our standards\s*:|download (?:the|our) .{0,40}app\b|join (?:our|the) .{0,40}(?:channel|newsletter|conversation)"
    r"|\(?(?:additional |further )?(?:reporting|writing|editing|compiled|translated|edited|produced|graphics?) (?:by|in)\b|with (?:additional )?(?:reporting|assistance|files) (?:by|from)\b"
    r"|a version of this (?:article|story)\b|this (?:article|story|post) (?:was|is|has been|originally|first) (?:originally |first )?(?:published|appeared|updated|produced|amended|part of)"
    r"|(?:first|last) (?:published|updated|modified)\b|(?:photo|photograph|picture|image|illustration|graphic|video|cover|caption)s?(?: credit| by| courtesy)?\s*[:：]"
    r"|原标题[:：]|点击(?:这里|此处|链接|阅读|查看|下载|进入|观看|图片|关注|右上|上方|下方))",
    re.IGNORECASE,
)
# Who wrote and edited it, and where it comes from: a name, no sentence. After "记者：" may come a reporter's question.
_CREDIT_ZH = re.compile(
    r"[（(]?(?:责任编辑|责编|编辑|记者|作者|编译|校对|审核|监制|来源|文|图|摄影)[:：/]\s*[^，。？！；,?!;]{1,24}[）)]?"
)
# Never prose, whatever the sentence looks like.
_CERTAIN = re.compile(
    r"\W*(?:copyright\W*(?:©|\(c\)|(?:19|20)\d\d)|©|all rights reserved"
    r")"
    r"|.{0,200}\b(?:all rights reserved\b|contributed (?:additional )?(?:reporting|research)\b|contributed to this (?:report|story|article)\b"
    r"|research was contributed by\b|this material may not be published\b)"
    r"|.*\[(?:[^\[\]]*\b(?:read more|click here|sign up|subscribe)\b[^\[\]]*)\]\s*$"
    r"|\W*(?:related|see also|also read|more|watch|listen|(?:photo|picture|image|illustration|graphic|video)s?)\s*[:：|]|see also\b"
    r"|follow .{2,80} on (?:twitter|x|facebook|instagram|telegram|linkedin|threads|weibo|wechat|bluesky)\b",
    re.IGNORECASE,
)
_CREDITED = re.compile(  # names as names are written
    r"\(?(?:[Aa]dditional |[Ff]urther )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Tt]ranslated|[Ee]dited|[Pp]roduced|[Gg]raphics?) by [A-Z][\w.'’-]+ [A-Z]"
    r"|(?:[A-Z][\w.'’-]+(?:,| and)? ){2,6}contributed to the (?:report|story|article)\W*$"
)
# ... or holds or ends with this.
_NOTE_HOLDS = re.compile(
    r"\bjoin the conversation\b|\b(?:delivered|straight|sent) to your (?:inbox|email)|\bsign up (?:for|to) (?:our|the|a|free|get|receive)\b|\bour (?:daily |weekly |free )?newsletter"
    r"|\ball rights reserved\b|\[(?:[^\[\]]*\b(?:read more|click here|sign up|subscribe)\b[^\[\]]*)\]\s*$|\benter your e-?mail\b|\bto continue reading\b"
    r"|\bcontributed (?:to (?:this|the) (?:report|story|article)|reporting|research)\b|\bresearch was contributed by\b|\bcookies? (?:policy|settings|preferences)\b"
    r"|\bthis material may not be published, broadcast\b",
    re.IGNORECASE,
)
# Words in these three are always parted: a run of letters can be read in one way only.
_REPORTED_FROM = re.compile(
    r"(?:[A-Z][\w.'’-]+ ){2,4}reported from (?:[A-Z][\w.'’-]*|and|from|in|the|of|with)"
    r"(?:(?:, ?| )(?:[A-Z][\w.'’-]*|and|from|in|the|of|with)){0,29},? ?(?:[.;].{0,160})?"
)
_BYLINE = re.compile(
    r"(?:[Bb]y|BY|From|Story by|Words by|Analysis by|Text by|作者[:：])\s+(?:[A-Z][\w.'’-]*|and|&|de|van|von|der|al|bin|in|for|,|\||/)"
    r"(?:[\s,|/]+(?:[A-Z][\w.'’()@-]*|and|&|de|van|von|der|al|bin|in|for|of|the))*[\s,|/]*",
)
_CREDIT_END = re.compile(
    rf"\([^()]{{0,80}}(?:[/|]\s*|\bvia\s+)(?:{_AGENCIES})[^()]{{0,60}}\)\s*$|\((?:photo\b(?: by)?:?|file\b)[^()]{{0,60}}\)\s*$"
    rf"|\([A-Z][\w.'’-]*(?:(?:, ?| )[A-Z][\w.'’-]*){{0,4}},? ?[/|] ?(?:[A-Z][\w.'’&/-]*|for|of|the|file photo)"
    rf"(?:(?:, ?| )(?:[A-Z][\w.'’&/-]*|for|of|the|file photo)){{0,5}},? ?\)\s*$"
    rf"|\[(?:photo|file photo|image)[^\[\]]{{0,80}}\]\s*$|\bCredit(?:\.\.\.|…|\s*:).{{0,120}}$"
    rf"|\b(?:Photo|Photograph|Picture|Image|Illustration|Source|Credit)s?(?: credit| by|/| courtesy of)?\s*[:/]\s*[A-Z].{{1,80}}$"
    rf"|(?:[/|]|\bvia |— |– )(?:{_AGENCIES})\W*$|\b(?:Getty Images|Shutterstock|REUTERS/[A-Z].{{2,40}}|AP Photo/.{{2,40}})\W*$",
)
# One of these stands in every line that _CREDIT_END finds; looking first is five times faster.
_CREDIT_MARK = re.compile(r"[(\[/:|—–]")
_CREDIT_WORDS = ("via ", "Credit", "Getty", "Shutterstock")
_CREDIT_HOLDS = re.compile(r"\bCredit(?:\.\.\.|…)")
_DATE_SAID = re.compile(
    r"(?:(?:first |last )?(?:published|updated|modified|posted|created|issued|date|发布时间|时间)(?: on| at)?\s*[:：]?\s*)",
    re.IGNORECASE,
)
# One of these stands in every line that _NOTE_HOLDS finds: looking for them first is ten times faster.
_NOTE_WORDS = (
    "conversation", "inbox", "mail", "newsletter", "sign up", "reserved", "]", "to continue", "contribut", "cookie", "material"
)  # fmt: skip
_WORD = re.compile(r"\w{2,}")
_LETTERS = re.compile(r"[\W_]+")


def strip_boilerplate(paragraphs: Iterable[str], *, title: str = "") -> tuple[str, ...]:
    """Return the paragraphs that are the article's own, cleaned, in their order."""
    return sifted(paragraphs, title=title)[0]


def sifted(paragraphs: Iterable[str], *, title: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (the paragraphs that are the article's own, what was left out), both cleaned and in their order.

    What only says the title or a caption again is in neither.
    """
    lines = [line for line in map(clean, paragraphs) if line]
    words = spoken(_NOTE_WORDS, lines)
    captions = {line for line in lines if is_caption(line)}
    said = {folded(title), *(folded(_CREDIT_END.sub("", line)) for line in captions)} - {""}
    longest = max(map(len, said), default=0)
    kept: list[str] = []
    left: list[str] = []
    for line in lines:
        if line in captions or _is_note(line, words):
            left.append(line)
            continue
        if len(line) <= 2 * longest and folded(line) in said:
            continue
        own = without_dateline(line) if len(kept) < DATELINE_LINES else line
        if own != line:
            left.append(clean(line.removesuffix(own)))
        kept.append(own)
    return tuple(kept), tuple(left)


def is_caption(line: str) -> bool:
    """Return whether a line is a picture's caption or credit."""
    if len(line) > CAPTION_CHARS:
        return False
    if "Credit" in line and _CREDIT_HOLDS.search(line):
        return True
    end = line[-160:]
    may_be = _CREDIT_MARK.search(end) or any(word in end for word in _CREDIT_WORDS)
    return bool(may_be and _CREDIT_END.search(end))


def is_note(line: str) -> bool:
    """Return whether a line is a label, a sign-up, a byline or another note around the article."""
    return _is_note(line, _NOTE_WORDS)


def _is_note(line: str, words: Sequence[str]) -> bool:
    """`words`: those of _NOTE_WORDS that the line may hold."""
    if len(line) <= LABEL_CHARS and _LABELS.fullmatch(line):
        return True
    if len(line) > NOTE_CHARS:
        return False
    if _CREDIT_ZH.fullmatch(line) or _REPORTED_FROM.fullmatch(line):
        return True
    if _NOTE_STARTS.match(line) or (words and _holds_note(line, words)):
        return bool(_CERTAIN.match(line) or _CREDITED.match(line)) or not tells(line)
    return bool(len(line) <= 120 and _BYLINE.fullmatch(line)) or is_date_line(line) or not _WORD.search(line)


def _holds_note(line: str, words: Sequence[str]) -> bool:
    small = line.lower()
    return any(word in small for word in words) and bool(_NOTE_HOLDS.search(line))


def is_date_line(line: str) -> bool:
    """Return whether a line says when the article was published, and nothing else."""
    return len(line) <= 120 and dated(line) is not None and not tells(line)


def dated(line: str) -> str | None:
    """Return the date string of a line that only gives a date ("Published May 28, 2020"), None for other lines."""
    line = line.lstrip(" /|·•–—-:,،")
    said = _DATE_SAID.match(line)
    when = line[said.end() :] if said else line
    is_bare = bool(said) or (len(_WORD.findall(line)) <= 8 and not line.endswith("."))
    return when if is_bare and moment(when) else None


def without_dateline(line: str) -> str:
    """Return a paragraph without the place and agency in front of its first sentence."""
    return line[dateline_end(line) :]


def folded(text: str) -> str:
    """Return letters and digits only, in one case: for comparing lines."""
    return _LETTERS.sub("", text).casefold()
