"""A lint for HTML mail: everything not on a list of what all mail programs understand is a complaint.

Knows only the simple selectors (tag, .class) that our style sheets are allowed to use, and says so when it meets another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from lxml import html as lxml_html

ELEMENTS = set(
    "html head meta title style body div table caption tbody tr td th h1 h2 h3 p a span br".split()
)
ATTRIBUTES = {
    "html": {"lang", "dir"},
    "meta": {"charset", "name", "content"},
    "table": {"role", "dir", "width", "align", "cellpadding", "cellspacing", "border"},
    "td": {"width", "height", "align", "valign", "lang"},
    "th": {"scope"},
    "h3": {"lang"},
    "a": {"href"},
}
PROPERTIES = set(
    "background-color border border-bottom border-left border-color color display font-family font-size font-weight height "
    "letter-spacing line-height margin max-width mso-hide padding text-align text-decoration text-transform vertical-align "
    "white-space width".split()
)
FORBIDDEN = (
    "flex",
    "grid",
    "rem",
    "var(",
    "calc(",
    "url(",
    "@import",
    "expression",
    ":nth",
    "position",
    "float",
    "opacity",
)
DARK, PHONE = "prefers-color-scheme: dark", "max-width: 600px"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_FONT_MIN_PX, _BODY_MIN_PX = 12, 16
_AA, _AA_LARGE = 4.5, 3.0  # WCAG 2.2, 1.4.3


def complaints(html: str) -> Iterator[str]:
    """What is wrong with this mail, in words; nothing for a good one."""
    tree = lxml_html.document_fromstring(html)
    yield from _structure(tree)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            yield "a comment or processing instruction"
            continue
        yield from _element(element)
    yield from _style_sheets(tree)
    yield from _contrast(tree, {})
    yield from _contrast(tree, _rules(tree, DARK))


def links(html: str) -> list[str]:
    """All addresses in the order of the page."""
    return [a.get("href") for a in lxml_html.document_fromstring(html).iter("a")]


def visible(html: str) -> str:
    """The text a reader sees, on one line, without the preheader."""
    body = lxml_html.document_fromstring(html).body
    for hidden in body.xpath("//*[@class='preheader']"):
        hidden.drop_tree()
    return " ".join(" ".join(body.itertext()).split())


def _structure(tree) -> Iterator[str]:
    if len(tree.xpath("//h1")) != 1:
        yield "not exactly one h1"
    if [each.get("charset") for each in tree.findall("head/*")][:1] != ["utf-8"]:
        yield "the head does not begin with the charset"
    yield from _frame(tree)
    levels = [int(element.tag[1]) for element in tree.xpath("//h1|//h2|//h3")]
    yield from (f"h{a} is followed by h{b}" for a, b in pairwise(levels) if b > a + 1)
    for table in tree.iter("table"):
        is_data = table.get("role") != "presentation"
        if is_data and table.find("caption") is None:
            yield "a data table without a caption"
        if is_data and not table.xpath(".//th[@scope]"):
            yield "a data table without scoped headers"
        if not is_data and table.xpath("./caption|./tr/th|./tbody/tr/th"):
            yield "a layout table with headers"
    for style in tree.iter("style"):
        if style.getparent().tag != "head":
            yield "a style sheet outside the head"


def _frame(tree) -> Iterator[str]:
    if tree.get("dir") != "ltr" or tree.body.find("table").get("dir") != "ltr":
        yield "no direction: a right-to-left frame would turn it round"
    if not tree.get("lang"):
        yield "no language"


def _element(element) -> Iterator[str]:
    if element.tag not in ELEMENTS:
        yield f"element <{element.tag}>"
    allowed = ATTRIBUTES.get(element.tag, set()) | {"class", "style"}
    if element.tag in {"span", "p"}:
        allowed |= {"lang"}
    yield from (f"attribute {name} on <{element.tag}>" for name in element.attrib if name not in allowed)
    if element.tag == "a" and not re.match(r"https?://[^/]", element.get("href", "")):
        yield f"link {element.get('href')!r}"
    if element.tag == "div" and element.get("class") != "preheader":
        yield "a div for layout"
    style = declarations(element.get("style", ""))
    yield from _declarations(style, f"<{element.tag} class={element.get('class')!r}>")
    if "max-width" in style and element.tag != "table":
        yield f"max-width on <{element.tag}>"
    if element.tag == "p" and element.get("class") is None and _px(style.get("font-size")) < _BODY_MIN_PX:
        yield f"body text of {style.get('font-size')}"


def _declarations(style: dict[str, str], where: str) -> Iterator[str]:
    for name, value in style.items():
        if name not in PROPERTIES:
            yield f"property {name} on {where}"
        yield from (
            f"{name}: {value} on {where}" for word in FORBIDDEN if re.search(rf"\b{re.escape(word)}", value)
        )
    if "font-size" in style and _px(style["font-size"]) < _FONT_MIN_PX:
        yield f"font-size {style['font-size']} on {where}"
    for shorthand in ("border", "margin", "padding", "font", "background"):
        longhands = [name for name in style if name.startswith(f"{shorthand}-")]
        if shorthand in style and longhands:
            yield f"{shorthand} mixed with {longhands} on {where}"


def _style_sheets(tree) -> Iterator[str]:
    text = "".join(style.text or "" for style in tree.iter("style"))
    if len(text.encode()) > 16 * 1024:
        yield "a style sheet over 16 KB"
    yield from (
        f"{word} in the style sheet" for word in FORBIDDEN if re.search(rf"[:\s]{re.escape(word)}", text)
    )
    used = {
        name
        for element in tree.iter()
        if isinstance(element.tag, str)
        for name in element.get("class", "").split()
    }
    used |= {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    for media in (DARK, PHONE):
        if media not in text:
            yield f"nothing for {media}"
        for selector, style in _rules(tree, media).items():
            if not re.fullmatch(r"\.?[a-z][a-z0-9-]*", selector):
                yield f"selector {selector!r} is not simple"
            yield from _declarations({k: v.replace("!important", "") for k, v in style.items()}, selector)
            yield from (
                f"{selector} {k} without !important" for k, v in style.items() if "!important" not in v
            )


def _contrast(tree, over: dict[str, dict[str, str]]) -> Iterator[str]:
    """Text against its ground, inline styles overridden by `over` as a media query would."""
    for element in tree.body.iter():
        if (
            not isinstance(element.tag, str)
            or element.get("class") == "preheader"
            or not _has_own_text(element)
        ):
            continue
        ink, ground = _inherited(element, "color", over), _inherited(element, "background-color", over)
        if ink is None or ground is None:
            yield f"<{element.tag} class={element.get('class')!r}> has no colour of its own or above it"
            continue
        ratio, needed = contrast(ink, ground), _needed(element)
        if ratio < needed:
            yield f"contrast {ratio:.1f} of {ink} on {ground}, {element.tag}.{element.get('class')}"


def _has_own_text(element) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


def _needed(element) -> float:
    sizes = [
        _px(declarations(e.get("style", "")).get("font-size")) for e in (element, *element.iterancestors())
    ]
    return _AA_LARGE if next((size for size in sizes if size), 0) >= 24 else _AA


def _inherited(element, name: str, over: dict[str, dict[str, str]]) -> str | None:
    for each in (element, *element.iterancestors()):
        keys = [each.tag, *(f".{word}" for word in each.get("class", "").split())]
        found = [over[key][name] for key in keys if name in over.get(key, {})]
        value = (
            found[-1].replace("!important", "").strip()
            if found
            else declarations(each.get("style", "")).get(name)
        )
        if value:
            return value
    return None


@cache
def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two #rrggbb colours, 1..21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def declarations(style: str) -> dict[str, str]:
    """A style attribute as a mapping."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _rules(tree, media: str) -> dict[str, dict[str, str]]:
    """Selector -> declarations inside one media query, later ones winning."""
    text = "".join(style.text or "" for style in tree.iter("style"))
    start = text.find(media)
    if start < 0:
        return {}
    end = text.find("@media", start)
    block = text[text.index("{", start) + 1 : end if end > 0 else len(text)]
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(block):
        for selector in selectors.split(","):
            rules.setdefault(selector.strip(), {}).update(declarations(body))
    return rules


def _px(value: str | None) -> float:
    return float(value.strip().removesuffix("px")) if value else 0.0
