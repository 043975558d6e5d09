"""Facts in a sentence: sums, per cent, counts, dates, names, laws, in one spelling each. A sentence goes in, facts come out.

Rules, not a model: they were right on every amount in the seeds, cost well under a millisecond an article, and can be
read. "$100bn", "US$100 billion" and "100 billion dollars" are one value. What a fact means is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from monitor.model import Fact

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
_MONEY = re.compile(
    rf"(?P<sign>(?:US|HK|NT|A|C)?[$€£¥]|\b(?:USD|EUR|RMB|CNY|GBP)) ?(?P<a>{_NUMBER})[ -]?(?P<as>{_SCALE}\b)?"
    rf"|\b(?P<b>{_NUMBER})[ -]?(?:(?P<bs>{_SCALE})[ -])?(?P<unit>{_UNIT})"
    r"|(?P<c>\d+(?:\.\d+)?)(?P<cs>万亿|亿|万)?(?P<cu>美元|元|人民币)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    rf"(?P<n>{_NUMBER})(?: ?[%％]|[ -]per ?cent\b|[ -]pct\b|[ -]percentage points?\b)", re.IGNORECASE
)
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
    r"\b(?=[A-Z\d])(?:Section \d{2,4}[A-Za-z]?|Article (?:\d+|[IVXL]+)\b|Executive Order (?:No\. ?)?\d{4,6}|E\.?O\.? \d{5}|"
    r"Public Law \d+-\d+|Title [IVXL]+\b|Proclamation \d{4,6}|\d+ U\.?S\.?C\.?(?: §? ?\d+)?|\d+ C\.?F\.?R\.?(?: [\d.]+)?)"
)
_COUNT = re.compile(
    rf"(?<![\d.,$€£¥-])\b(?P<n>{_NUMBER})(?: (?P<s>thousand|million|billion))? (?P<noun>(?:[A-Za-z][a-z-]+ )?[a-z][a-z-]{{2,}})"
)
_NOT_COUNTED = frozenset("percent per cent pct am pm and or to of in on at the by for from basis".split())
_NAME = re.compile(
    r"\b[A-Z][a-zA-Z'’]*[a-z](?:(?: (?:of|de|van|von|bin|al|the|and))? [A-Z][a-zA-Z'’]*[a-z]\b|-[A-Z][a-z]+)+"
    r"|\b[A-Z]{2,6}\b|\b[A-Z][a-z]+[A-Z][A-Za-z]+\b|(?<=[a-z,;] )[A-Z][a-z]{2,}\b"
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Mr Mrs Ms Dr The An In On At It He She They We But And If US USA UK EU UN""".split()
)
# Words that stand in slogans, headlines and section names written with capitals, not in names of people and bodies.
_NO_NAME_WORDS = frozenset(
    """First Forced Great Again Deal Deals War Wars Tariff Tariffs Duties Talks Truce News Live Analysis Explainer Factbox
    Exclusive Timeline Update Breaking Opinion Commentary Photo Editor Read More Related""".split()
)
_ROLE = "President|Secretary|Minister|Premier|Representative|Ambassador|Chairman|Senator|Spokesman|Spokeswoman|Spokesperson"
_LEADING = re.compile(rf"^(?:The|A|An|In|On|At|But|And|If|For|As|By|Mr|Mrs|Ms|Dr|(?:[A-Z]\w+ )?(?:{_ROLE})) ")


def facts(sentence: str, published: date) -> tuple[Fact, ...]:
    """The facts of one sentence, by place, each (kind, value) once. `published` completes dates without a year."""
    found: dict[tuple[str, str], tuple[int, Fact]] = {}
    taken: list[tuple[int, int]] = []
    has_digit = _DIGIT.search(sentence) is not None
    for kind, pattern, value_of in _RULES:
        if not (has_digit or kind in _WITHOUT_DIGITS):
            continue
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            value = value_of(match, published)
            if value:
                taken.append((start, end))
                fact = Fact(kind=kind, value=value, text=sentence[start:end].strip())
                found.setdefault((kind, value), (start, fact))
    return tuple(fact for _, fact in sorted(found.values(), key=lambda item: (item[0], item[1].kind)))


def quantities(of: tuple[Fact, ...]) -> Iterator[Fact]:
    """The facts that are amounts and can change: money, per cent, counts."""
    return (fact for fact in of if fact.kind in {"money", "percent", "count"})


def _plain(number: float) -> str:
    """A number without needless zeros: 145, 62.5, 100000000000."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _money(match: re.Match[str], _: date) -> str:
    """Amount in single units and the currency's ISO code."""
    number, scale, unit = next(
        (match[n], match[s], match[u])
        for n, s, u in (("a", "as", "sign"), ("b", "bs", "unit"), ("c", "cs", "cu"))
        if match[n]
    )
    key = unit.lower().replace("u.s. ", "").replace("us ", "").strip()
    amount = float(number.replace(",", "")) * _SCALES.get((scale or "").lower(), 1)
    return f"{_plain(amount)} {_CURRENCIES.get(key, 'USD')}"


def _percent(match: re.Match[str], _: date) -> str:
    """The figure with the sign."""
    return f"{_plain(float(match['n'].replace(',', '')))} %"


def _count(match: re.Match[str], _: date) -> str:
    """The figure with the noun behind it; "" where no thing is counted."""
    noun = match["noun"]
    number = float(match["n"].replace(",", "")) * _SCALES.get(match["s"] or "", 1)
    is_year = not match["s"] and 1900 <= number <= 2100 and "," not in match["n"]
    return (
        ""
        if is_year or noun.split()[0].lower() in _NOT_COUNTED | set(_MONTHS)
        else f"{_plain(number)} {noun.split()[-1]}"
    )


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
    name = match.group()
    while (shorter := _LEADING.sub("", name)) != name:
        name = shorter
    name = name.removesuffix("'s").removesuffix("’s")
    parts = name.split()
    is_none = name in _NO_NAMES or not parts or parts[0] in _DAYS or not _NO_NAME_WORDS.isdisjoint(parts)
    return "" if is_none else name


def _law(match: re.Match[str], _: date) -> str:
    """As written."""
    return match.group()


_DIGIT = re.compile(r"\d")
_WITHOUT_DIGITS = frozenset({"name", "law"})  # the other rules are not tried on sentences without a digit
_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], date], str]], ...] = (
    ("law", _LAW, _law),
    ("money", _MONEY, _money),
    ("percent", _PERCENT, _percent),
    ("date", _DATE, _date),
    ("count", _COUNT, _count),
    ("name", _NAME, _name),
)
