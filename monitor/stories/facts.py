"""Facts in a sentence: sums, per cent, counts, dates, names, laws, in one spelling each. A sentence goes in, facts come out.

Rules, not a model: they were right on every amount in the seeds, cost about two milliseconds for an article of 30
sentences, and can be read. "$100bn", "US$100 billion" and "100 billion dollars" are one value. What a fact means is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from monitor.model import Fact
from monitor.stories.hints import DATE, DIGIT, LAW, MONEY, PERCENT, ROMAN, SPELLED, at_digits, hints

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bln": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "trln": 1e12, "tn": 1e12, "万": 1e4, "亿": 1e8, "万亿": 1e12,
}  # fmt: skip
_SCALE = r"(?:thousand|million|billion|trillion|mln|bln|trln|mn|bn|tn|[kmb](?![a-z]))"
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "美元": "USD", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "¥": "CNY", "yuan": "CNY",
    "rmb": "CNY", "renminbi": "CNY", "cny": "CNY", "元": "CNY", "人民币": "CNY", "yen": "JPY", "won": "KRW",
    "hk$": "HKD", "a$": "AUD", "c$": "CAD", "nt$": "TWD",
}  # fmt: skip
_UNIT = r"(?:U\.?S\.? )?(?:dollars?|euros?|pounds?|yuan|renminbi|RMB|yen|won|USD|EUR|CNY)\b"
_SIGN = r"(?:(?:US|HK|NT|A|C)?[$€£¥]|\b(?:USD|EUR|RMB|CNY|GBP))"
_TO = r"(?: to |[-–—])"
_MONEY = re.compile(
    # "$3 to $5 billion", "700 to 800 yuan": both ends are one fact; "from $3 billion to $5 billion" is a change and two.
    rf"(?<!from )(?P<rsign>{_SIGN}) ?(?P<r>{_NUMBER})(?:[ -]?(?P<rs>{_SCALE}\b))?{_TO}"
    rf"(?:{_SIGN} ?(?P<high>{_NUMBER})(?:[ -]?(?P<highs>{_SCALE}\b))?|(?P<top>{_NUMBER})[ -]?(?P<tops>{_SCALE}\b))"
    rf"|(?P<sign>{_SIGN}) ?(?P<a>{_NUMBER})(?:[ -]?(?P<as>{_SCALE}\b))?"
    rf"|(?<!from )\b(?P<q>{_NUMBER})(?: (?P<qs>{_SCALE}))?{_TO}(?P<end>{_NUMBER})[ -]?(?:(?P<ends>{_SCALE})[ -])?(?P<runit>{_UNIT})"
    rf"|\b(?P<b>{_NUMBER})[ -]?(?:(?P<bs>{_SCALE})[ -])?(?P<unit>{_UNIT})"
    r"|(?P<c>\d+(?:\.\d+)?)(?P<cs>万亿|亿|万)?(?P<cu>美元|元|人民币)",
    re.IGNORECASE,
)
# The first number, and of "10 to 15 percent" also the second; "from 10 to 15 percent" is a change, not a range.
_NOT_FROM = "".join(rf"(?<!from {number})" for number in (r"\d", r"\d\d", r"\d\d\d", r"\d\.\d", r"\d\d\.\d"))
_NOT_FROM += r"(?<!19\d\d)(?<!20\d\d)"  # "in 1953 to 8.5 percent in 2017"
_NUMBERS = rf"(?P<n>{_NUMBER})(?:{_NOT_FROM}(?: to |[-–—])(?P<high>{_NUMBER}))?"
_PERCENT = re.compile(
    rf"{_NUMBERS}(?:(?P<points>[ -](?:percentage|basis)[ -]points?\b)| ?[%％]|[ -]per ?cent\b|[ -]pct\b)",
    re.IGNORECASE,
)
_SUMS = (  # groups: number, scale, unit; of ranges the upper end's, then the lower end and its scale
    ("high", "highs", "rsign", "r", "rs"), ("top", "tops", "rsign", "r", "rs"), ("a", "as", "sign"),
    ("end", "ends", "runit", "q", "qs"), ("b", "bs", "unit"), ("c", "cs", "cu"),
)  # fmt: skip
_MONTHS = {
    name: i // 2 + 1
    for i, name in enumerate(
        "january jan february feb march mar april apr may may june jun july jul august aug september sep october oct "
        "november nov december dec".split()
    )
} | {"sept": 9}
_MONTH = "(?P<{0}>(?:January|February|March|April|May|June|July|August|September|October|November|December)|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\b\\.?)"
_DATE = re.compile(
    rf"\b{_MONTH.format('m1')} (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y1>(?:19|20)\d\d))?"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH.format('m2')}(?:,? (?P<y2>(?:19|20)\d\d))?"
    rf"|\b{_MONTH.format('m3')},? (?P<y3>(?:19|20)\d\d)\b"
    r"|\b(?P<y4>(?:19|20)\d\d)-(?P<m4>\d\d)-(?P<d4>\d\d)\b"
    r"|(?:(?P<y5>(?:19|20)\d\d)年)?(?P<m5>\d{1,2})月(?P<d5>\d{1,2})日"
)
_LAW = re.compile(
    r"\b(?=[A-Z\d])(?:Section \d{2,4}[A-Za-z]?|Article (?:\d+(?:\.\d+)*|[IVXL]+)\b|Executive Order (?:No\. ?)?\d{4,6}|E\.?O\.? \d{5}|"
    r"Public Law \d+-\d+|Title [IVXL]+\b|Proclamation \d{4,6}|(?:Announcement|Notice|Decree|Circular|Directive|Order) No\. ?\d+|\d+ U\.?S\.?C\.?(?: §? ?\d+)?|\d+ C\.?F\.?R\.?(?: [\d.]+)?)"
)
_SPELLED = {
    word: number
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen twenty".split(),
        start=2,
    )
} | {"a dozen": 12, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_WORD_NUMBER = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:{_ONES})|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})\b"
# What is counted: the first plural behind a number, with up to two words before it that may describe it.
_BETWEEN = (
    "a|an|the|and|or|of|in|on|at|to|by|for|from|as|per|percent|cent|pct|basis|is|was|are|were|has|have|does|this|its|"
    "makes|continues|starts|remains|takes|gives|comes|goes|means|shows|says|adds|needs|wants|helps|includes|times"
)
_COUNTED = (
    rf"(?: (?P<s>thousand|million|billion))?(?P<noun>(?: (?!(?:{_BETWEEN})\b)[A-Za-z][a-z-]+){{0,2}}? "
    rf"(?!(?:{_BETWEEN})\b)(?:[a-z][a-z-]+[^\Wsui\d_]s|people|men|women|children|aircraft)\b)"
)
_COUNT = re.compile(_NUMBERS + _COUNTED)
_SPELLED_COUNT = re.compile(rf"\b(?P<w>{_WORD_NUMBER}){_COUNTED}", re.IGNORECASE)
_NO_COUNT_AFTER = frozenset("0123456789.,$€£¥-")
_TIMES = frozenset(
    "days weeks months years quarters decades hours".split()
)  # all that two of is worth telling
_NAME = re.compile(
    # The capital comes first and only then what may not stand before it: so the search leaps from capital to capital.
    r"[A-Z](?<!\w[A-Z])"
    r"(?:[a-zA-Z'’]*[a-z](?:(?: (?:of|de|van|von|bin|al|the|and))? [A-Z][a-zA-Z'’]*[a-z]\b|-[A-Z][a-z]+)+"
    r"|[A-Z]{1,5}\b|[a-z]+[A-Z][A-Za-z]+\b|(?<=[a-z,;] [A-Z])[a-z]{2,}\b)"
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Mr Mrs Ms Dr The An In On At It He She They We But And If US USA UK EU UN
    GDP CPI TV SUV GMT EDT EST UTC BJT IP IPR FDI AM PM Last Next This Earlier""".split()
)
# Words that stand in slogans, headlines and section names written with capitals, not in names of people and bodies.
_NO_NAME_WORDS = frozenset(
    """First Forced Great Again Deal Deals War Wars Tariff Tariffs Duties Talks Truce News Live Analysis Explainer Factbox
    Exclusive Timeline Update Breaking Opinion Commentary Photo Editor Read More Related Notice No CEO CFO""".split()
)
ROLES = (  # before a name, and no part of it
    "President|Secretary|Minister|Premier|Representative|Ambassador|Chairman|Senator|Spokesman|Spokeswoman|Spokesperson|Governor"
    "|Director|Commissioner|Chancellor|Speaker|Congressman|Congresswoman|Professor|Experts?|Economists?|Analysts?|Researchers?|Executive|Officer|Whip|Lawyer"
)
_OPENERS = (
    "The|A|An|In|On|At|But|And|If|For|As|By|Mr|Mrs|Ms|Dr|Under|After|Before|Since|With|From|Both|Like|Among|While|When|"
    "Although|Meanwhile|During|Last|Next|Citing|Some|Many|Most|However|of|and"
)
_LEADING = re.compile(
    rf"^(?:(?:.*[ -])?(?:{ROLES})(?: General)?(?: of [A-Z]\w+(?: and [A-Z]\w+)*)? (?=[A-Z][\w'’-]+ [A-Z])"
    rf"|(?:[A-Z]\w+ )?(?:{ROLES}) |(?:{_OPENERS}) |[A-Z]\w+['’]s )"
)
_CUT_AT = frozenset("No St Mt Ft Gen Sen Rep Gov Prof Art Sec".split())  # where a full stop cut the rest off
# "PRODUCTS INVOLVED The list covers": the words of a heading are no abbreviations. The break stands for the word itself.
_CAPITALS_BESIDE = re.compile(r"\b(?!US\b|UK\b|EU\b|UN\b)[A-Z]{2,} \n|\n (?!US\b|UK\b|EU\b|UN\b)[A-Z]{2,}\b")
# "BEIJING, April 7 (Xinhua) --": where and when it was written is no news.
_DATELINE = re.compile(
    r"^[A-Z][A-Z .’'-]+(?:, [A-Za-z][A-Za-z. ]{2,30}?)?(?:, [A-Z][a-z]+\.? \d{1,2})?(?: \([^()]{2,30}\))? ?(?:--|—|–) "
)

_REMEMBERED = 1 << 14  # names: the same few stand in all reports

QUANTITIES = frozenset({"money", "percent", "count"})


def facts(sentence: str, published: date) -> tuple[Fact, ...]:
    """The facts of one sentence, by place, each (kind, value) once. `published` completes dates without a year."""
    found: dict[tuple[str, str], tuple[int, Fact]] = {}
    taken: list[tuple[int, int]] = []
    dateline = _DATELINE.match(sentence)
    if dateline:
        taken.append(dateline.span())
    for kind, _, matches, value_of in _worth_trying(_hinted(sentence)):
        for match in matches(sentence):
            start, end = match.span()
            if taken and any(start < b and a < end for a, b in taken):
                continue
            value = value_of(match, published)
            if value:
                taken.append((start, end))
                text = value if kind == "name" else sentence[start:end].strip()
                fact = Fact(kind=kind, value=value, text=text)
                found.setdefault((kind, value), (start, fact))
    return tuple(fact for _, fact in sorted(found.values(), key=lambda item: (item[0], item[1].kind)))


def _plain(number: float) -> str:
    """A number without needless zeros: 145, 62.5, 100000000000."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _money(match: re.Match[str], _: date) -> str:
    """Amount in single units, or both ends of a range, and the currency's ISO code."""
    number, scale, unit, *low = next(found for names in _SUMS if (found := match.group(*names))[0])
    key = unit.lower().replace("u.s. ", "").replace("us ", "").strip()
    # "$3 to $5 billion": what the upper end is counted in holds for both.
    ends = [(low[0], low[1] or scale), (number, scale)] if low else [(number, scale)]
    amounts = (float(n.replace(",", "")) * _SCALES.get((s or "").lower(), 1) for n, s in ends)
    return f"{'-'.join(map(_plain, amounts))} {_CURRENCIES.get(key, 'USD')}"


def _percent(match: re.Match[str], _: date) -> str:
    """The figure, or both ends of a range, with the sign; points are told apart from per cent."""
    points = (match["points"] or "").lower()
    return f"{_figures(match, 1)} {'bp' if 'basis' in points else 'pp' if points else '%'}"


def _count(match: re.Match[str], _: date) -> str:
    """The figure, or both ends of a range, with the noun behind it; "" where no thing is counted."""
    noun = match["noun"].split()
    is_year = re.fullmatch(r"(?:19|20)\d\d", match["n"]) and not match["s"]
    if (
        is_year
        or noun[0].lower() in _MONTHS
        or match.string[match.start() - 1 : match.start()] in _NO_COUNT_AFTER
    ):
        return ""
    return f"{_figures(match, _SCALES.get(match['s'] or '', 1))} {noun[-1]}"


def _spelled_count(match: re.Match[str], _: date) -> str:
    """The same of a number in words; "" for two of anything but time: two sides, two leaders are in every report."""
    number, noun = (
        _spelled(match["w"].lower()) * _SCALES.get((match["s"] or "").lower(), 1),
        match["noun"].split()[-1],
    )
    return "" if number == 2 and noun not in _TIMES else f"{_plain(number)} {noun}"


def _figures(match: re.Match[str], scale: float) -> str:
    """The number found, or both ends of a range."""
    ends = (float(number.replace(",", "")) * scale for number in match.group("n", "high") if number)
    return "-".join(map(_plain, ends))


def _spelled(word: str) -> int:
    """The number a word says: "a dozen", "twelve", "twenty-five"."""
    tens, _, ones = word.partition("-")
    return _SPELLED[tens] + (_SPELLED.get(ones, 1) if ones else 0)


def _date(match: re.Match[str], published: date) -> str:
    """ISO date, or ISO month; a missing year is the one that brings the day nearest to `published`."""
    part = {key: value for key, value in match.groupdict().items() if value}
    by_letter = {key[0]: value for key, value in part.items()}
    named = by_letter["m"].lower().rstrip(".")
    month = _MONTHS.get(named) or int(named)
    if "d" not in by_letter:
        return f"{by_letter['y']}-{month:02d}"
    years = [int(by_letter["y"])] if "y" in by_letter else [published.year + k for k in (0, -1, 1)]
    days = [day for year in years if (day := _day(year, month, int(by_letter["d"])))]
    nearest = min(days, key=lambda day: abs((day - published).days), default=None)
    return nearest.isoformat() if nearest else ""


def _day(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _name(match: re.Match[str], _: date) -> str:
    """The name without titles; "" for weekdays, months and sentence openings."""
    name = _bare(match.group())
    if not name:
        return ""
    is_heading = name.isupper() and _CAPITALS_BESIDE.search(
        match.string[: match.start()] + "\n" + match.string[match.end() :]
    )
    return "" if is_heading else name


@lru_cache(maxsize=_REMEMBERED)
def _bare(name: str) -> str:
    """What `_name` gives, whatever stands around it."""
    while " " in name and (shorter := _LEADING.sub("", name)) != name:
        name = shorter
    name = name.removesuffix("'s").removesuffix("’s").removesuffix(" of").removesuffix(" and")
    parts = name.split()
    if name in _NO_NAMES or not parts or parts[0] in _DAYS or not _NO_NAME_WORDS.isdisjoint(parts):
        return ""
    return "" if parts[-1] in _CUT_AT else name


def _law(match: re.Match[str], _: date) -> str:
    """As written."""
    return match.group()


class _Rule(NamedTuple):
    """A kind of fact, the hints that make it worth trying (all bits of one of them), what finds it, its value."""

    kind: str
    hints: tuple[int, ...]
    matches: Callable[[str], Iterator[re.Match[str]]]
    value: Callable[[re.Match[str], date], str]


_RULES = (
    _Rule("law", (LAW | DIGIT, ROMAN), _LAW.finditer, _law),
    _Rule("money", (MONEY | DIGIT,), at_digits(_MONEY, len("US$ "), "$€£¥UHNACERGuhnacerg"), _money),
    _Rule("percent", (PERCENT | DIGIT,), at_digits(_PERCENT), _percent),
    _Rule("date", (DATE | DIGIT,), at_digits(_DATE, len("September, "), "JFMASOND"), _date),
    _Rule("count", (DIGIT,), at_digits(_COUNT), _count),
    _Rule("count", (SPELLED,), _SPELLED_COUNT.finditer, _spelled_count),
    _Rule("name", (0,), _NAME.finditer, _name),
)
_hinted = hints(frozenset(word.split()[-1] for word in _SPELLED))


@cache
def _worth_trying(hinted: int) -> tuple[_Rule, ...]:
    """The rules that can find something in a sentence with these hints."""
    return tuple(rule for rule in _RULES if any(hinted & bits == bits for bits in rule.hints))
