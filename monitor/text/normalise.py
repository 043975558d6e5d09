"""One cleaner for every string that comes from outside.

In: text or HTML as feeds, pages and seed files hold it. Out: plain text that is safe to store, match, put into a mail header
and show: one line per paragraph, no control or invisible characters, Unicode normal form C (UAX #15).
It does not judge content, and it does not make text safe inside HTML: templates still escape.
Both functions take time linear in their input; hostile input costs no more than long input.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

import nh3

ELLIPSIS = "…"
HTML_LIMIT_CHARS = (
    64 * 1024
)  # nh3 is quadratic on nested blocks: 156 KiB of `<ul><li>` take 6 s, see docs/notes/parsing.md
MARKS_LIMIT = 30  # combining marks in a row: Stream-Safe Text Format, UAX #15; longer runs make NFC quadratic

# Characters nobody reads: C0 and C1 controls except white space, soft hyphen, zero-width space, direction marks and
# overrides, invisible operators, byte order mark, interlinear annotation, noncharacters, lone surrogates, tag characters.
# (A class within the basic plane is searched as a bitmap, any other as a list: hence two patterns.)
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]+"
)
_JUNK_TAGS = re.compile("[\U000e0000-\U000e0fff]+")
# Joiners are letters' business in Arabic and Indic scripts and inside emoji; anywhere else they only hide words from matching.
# (The look-behind stands last: a pattern that starts with a character class is searched thirty times faster.)
_STRAY_JOINER = re.compile(
    "[\u200c\u200d](?<![\u0600-\u1cff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff][\u200c\u200d])"
)

_ASTRAL_RUN = re.compile(f"[\U00010000-\U0001efff]{{{MARKS_LIMIT + 1}}}")

_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)
_NAMED_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]*>")
_ENDS_PARAGRAPH = """
    address article aside blockquote br caption center dd details dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul
""".split()
_ENDS_WORD = "td th option button img input".split()
_BREAKS = dict.fromkeys(_ENDS_PARAGRAPH, "\n") | dict.fromkeys(_ENDS_WORD, " ")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")

# Elements whose content is never prose.
_HIDDEN = {
    "script",
    "style",
    "template",
    "iframe",
    "object",
    "noembed",
    "noframes",
    "noscript",
    "svg",
    "math",
    "textarea",
    "select",
}
# Names in angle brackets, escaped or not.
_LIKE_TAG = re.compile(r"(?:<|&lt;)(/?)([A-Za-z][A-Za-z0-9-]*)(?:>|&gt;)")
_BRACKET = re.compile(r"<(?=[A-Za-z/!?])|&lt;(?=[A-Za-z/!?])")
_OPEN, _SHUT = "\ue0f0", "\ue0f1"  # stand for the brackets of words: private use
_FORMATTING = frozenset(
    "a b big br center cite code div em font h1 h2 h3 h4 h5 h6 hr i img ins del li ol p pre s small span strike strong sub sup td tr tt u ul wbr".split()
)
_LIVE = _HIDDEN | frozenset(
    "applet audio base basefont bgsound button canvas embed form frame frameset image input isindex layer ilayer link listing"
    " keygen marquee meta optgroup option plaintext portal slot source track video xml xmp xss".split()
)
_ELEMENTS = frozenset(
    "blink nobr html head body title main header footer nav section article aside address blockquote abbr acronym area bdi bdo caption col colgroup data"
    " datalist dd details dialog dfn dir dl dt fieldset figcaption figure hgroup kbd label legend map mark menu meter output picture progress q rp rt"
    " ruby samp summary table tbody tfoot th thead time var".split()
)
_STRIPPER = nh3.Cleaner(tags=set(), clean_content_tags=_HIDDEN)


def clean(text: str, *, limit: int = 0) -> str:
    """One line of plain text.

    Control, invisible and direction characters are dropped, every run of white space (U+2028, U+2029, U+0085 and vertical
    tab included) becomes one space, the result is in normal form C and stripped. With `limit` > 0 the result has at most
    `limit` characters, cut between words where there are any, the ellipsis included. Entities are left as they are.
    Idempotent without a limit; "" for nothing.
    """
    text = " ".join(_visible(text).split())
    return _cut(text, limit) if 0 < limit < len(text) else text


def plain(text: str) -> str:
    """The text of an HTML fragment, or of a text that only might be one: paragraphs joined by newlines.

    Tags go, block tags end a paragraph, scripts, styles and other unread elements go with their content, entities are
    resolved once. What still looks like a tag afterwards (text escaped twice) is taken out as well, so no `<` directly
    before a letter, `/`, `!` or `?` is left: the result is dead even in a template that forgets to escape. Reads at most
    the first 64 Ki characters.
    """
    if len(text) > HTML_LIMIT_CHARS:
        text = _whole_tags(text[:HTML_LIMIT_CHARS])
    text = _without_tags(text)
    if _TAG.search(text):
        text = _without_tags(text)
    lines = (" ".join(line.split()) for line in _visible(text).split("\n"))
    return _TAG_START.sub("< ", "\n".join(line for line in lines if line))


def title(text: str, *, limit: int = 0) -> str:
    """The text of a title that may hold HTML: one line, as `clean(plain(text))`, but what only looks like a tag stays.

    "A guide to <head> elements" and "<Untitled> memo leaked" are words: a name in angle brackets without attributes that HTML does not
    know, or that stands alone and is neither formatting nor something that could run. The result may hold `<`: whoever shows it escapes.
    """
    named = [(found[1], found[2].lower()) for found in _LIKE_TAG.finditer(text)]
    is_odd = _OPEN in text or _SHUT in text or _BRACKET.search(_LIKE_TAG.sub("", text))
    if not named or is_odd or any(name in _LIVE for _, name in named):
        return clean(plain(text), limit=limit)  # a title that holds more than names is markup as a whole
    paired = {name for slash, name in named if slash} & {name for slash, name in named if not slash}
    marked = _LIKE_TAG.sub(
        lambda found: (
            found[0] if _is_markup(found[2].lower(), paired) else f"{_OPEN}{found[1]}{found[2]}{_SHUT}"
        ),
        text,
    )
    return clean(plain(marked).replace(_OPEN, "<").replace(_SHUT, ">"), limit=limit)


def _is_markup(name: str, paired: set[str]) -> bool:
    return name in _FORMATTING or (name in _ELEMENTS and name in paired)


def _whole_tags(text: str) -> str:
    """Text without the tag that a cut went through."""
    last = text.rfind("<")
    return text[:last] if last > text.rfind(">") else text


def _without_tags(text: str) -> str:
    """Text without its tags, newlines between paragraphs only, entities resolved once."""
    if not _TAG.search(text):
        return "\n".join(" ".join(part.split()) for part in _PARAGRAPH.split(html.unescape(text)))
    text = _readable(text).replace("\n", " ").replace("\r", " ")
    # Block tags are replaced before nh3 sees them: it glues their texts together, and nested blocks are what it is slow on.
    text = _NAMED_TAG.sub(_break, text)
    return html.unescape(_STRIPPER.clean(text))


def _break(tag: re.Match[str]) -> str:
    """What stands for a tag: a break, a space for a hidden element closed in itself as XML does it, else the tag.

    (HTML knows no `<iframe/>`: for nh3 all the rest of the text would be inside of it.)
    """
    name = tag[1].lower()
    return " " if name in _HIDDEN and tag[0].endswith("/>") else _BREAKS.get(name, tag[0])


def _visible(text: str) -> str:
    """Text without the characters nobody reads, in normal form C; white space as it was."""
    text = _readable(text)
    if text.isascii():
        return text
    short = _short_runs(_STRAY_JOINER.sub("", text))
    composed = unicodedata.normalize("NFC", short)
    return composed if composed == short else _short_runs(composed)  # a few single marks decompose into two


def _readable(text: str) -> str:
    """Text without the characters nobody reads."""
    if not text.isprintable():  # none of _JUNK is printable
        text = _JUNK.sub("", text)
    return _JUNK_TAGS.sub("", text) if _is_beyond_the_basic_plane(text) else text


def _is_beyond_the_basic_plane(text: str) -> bool:
    """Whether a text holds a character over U+FFFF: two units each in UTF-16. Four times faster than a search for one."""
    return not text.isascii() and len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


def _short_runs(text: str) -> str:
    """Cut runs of combining marks longer than any language uses."""
    marks = _mark_runs(0x300, 0x10000)
    if marks.search(text):
        text = marks.sub(r"\1", text)
    if _is_beyond_the_basic_plane(text) and _ASTRAL_RUN.search(text):
        text = _mark_runs(0x10000, 0x1F000).sub(r"\1", text)
    return text


@cache
def _mark_runs(first: int, end: int) -> re.Pattern[str]:
    """Too many marks of a range in a row. A class within the basic plane is a bitmap, any other a list: 25 times slower."""
    marks = "".join(c for c in map(chr, range(first, end)) if unicodedata.combining(c))
    return re.compile(f"([{marks}][{marks}]{{{MARKS_LIMIT - 1}}})[{marks}]+")


def _cut(text: str, limit: int) -> str:
    room = limit - len(ELLIPSIS)
    if room <= 0:
        return ELLIPSIS[:limit]
    at = text.rfind(" ", room // 2, room + 1)  # Chinese has no spaces: then cut where the room ends
    at = room if at < 0 else at
    while at > 0 and unicodedata.combining(text[at]):
        at -= 1  # a mark stays with its letter
    return text[:at].rstrip(" ,;:–—-") + ELLIPSIS
