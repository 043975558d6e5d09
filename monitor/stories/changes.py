"""Which figure replaces which? A sentence and the earlier one closest to it go in, changed quantities come out.

Two ways to know: the sentence says so itself ("raised from 10 to 25 percent"), or the earlier sentence says the same of
the same thing with another figure. The same thing means: the words around both figures agree and none of them stands in
for another (steel for aluminium, Japan for Vietnam); of several figures that fit as well, none is taken. Of earlier
sentences only terms and facts are kept, so their words are known in order, but not as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from monitor.model import Change, Fact
from monitor.stories.facts import QUANTITIES
from monitor.stories.features import Sentence
from monitor.text.tokens import terms

_AROUND = 7  # terms on either side of a figure that tell what it is a figure of
_BESIDE = 100  # characters before a figure that may say it is an old one
_NEAR = 3  # words before "from"
_LEAST_SHARED = 2
_SHARED_FOR_EACH = 6  # terms in common that outweigh one word standing in for another
_LEAST_ALIKE = 0.25  # of all terms around both figures in common


def _stems(text: str) -> frozenset[str]:
    return frozenset(terms(text))


# Words that stand beside a figure whatever it is of: motion, time, saying, units.
_MOVES = _stems(
    """raise raised increase increased lift lifted hike hiked double doubled expand expanded extend extended add added
    lower lowered cut reduce reduced slash slashed trim trimmed halve halved shrink drop dropped fall fell fallen rise
    rose risen grow grew grown gain surge jump plunge climb postpone postponed delay delayed move moved bring forward
    change changed revise revised revision update updated extension"""
)
_IDLE = _MOVES | _stems(
    """say said says tell told announce announced report reported repeat repeated week month year day today yesterday now new newly
    latest current earlier previous previously original instead another additional further monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec percent cent percentage point basis billion million trillion thousand dollar
    euro pound yuan ministry department office minister spokesman spokeswoman spokesperson statement expect expected plan
    planned late later almost nearly about around total go will set put make effect"""
)
# Words of lists that come one after the other: the second is no change of the first.
_ANOTHER = _stems(
    "another additional further extra second third fourth tranche batch round remaining respectively"
)
_SCHEDULES = _stems(
    "effect start begin expire deadline due end launch resume hearing delay postpone truce visit meet implement kick"
)
_SAME = {
    old: terms(new)[0]
    for new, several in {
        "tariff": "duty duties levy levies tariffs",
        "aluminum": "aluminium",
        "China": "Chinese Beijing",
        "America": "American US Washington",
        "goods": "products imports items",
        "carmaker": "automaker",
    }.items()
    for old in terms(several)
}
_FROM = re.compile(r"\bfrom (?P<old>\S+(?: (?!from\b)\S+){0,3}?)(?: in (?:19|20)\d\d)? to $")
_TO = re.compile(r"\bto(?: (?:about|around|nearly|some|over))? $")
_BEFORE_THAT = re.compile(r"^(?: [a-z]+){0,4},? from (?:the |an? |its |their )?(?:[a-z']+ ){0,2}$")
_FROM_SHORT = re.compile(  # "to 2.6 million tonnes from 1.8 million": the unit is said once
    r"^,? from (?:the |an? |its |their )?(?:[a-z']+ ){0,2}(?P<old>\d[\d.,]*\d(?: (?:thousand|million|billion|trillion))?|\d)(?= (?!to\b|percent|per cent|[a-z]+s\b)|[.,;]?$)"
)
_DONE = re.compile(r"\b(?:having|already)\b[^,;]*$")  # told as what was before the news
_INSTEAD = re.compile(r"^.{0,40}\b(?:up from|down from|instead of|rather than)(?: [a-z]+){0,3} $")
_RANGES = re.compile(r"\b(?:rang|var(?:y|i)|between)\w*\W+(?:\w+\W+){0,3}$")
_HAS_DIGIT = re.compile(r"\d")
# What stands between a noun and its figure, what joins the words of a noun, what opens it, and what is no part of it.
_CLAUSES = re.compile(r"[,;:()“”\"]|\s[—–-]\s")
_BINDS = frozenset("of on in for from with against between at by per under".split())
_DETERMINERS = frozenset("the a an its their his her our your my this these that those each every".split())
_LEADS_TO = _BINDS | frozenset(
    """to up down about around nearly almost over some only just as than more less least most above below worth is are was were be
    been has have had will would may might could can stand stands stood reach reaches reached hit hits total totals totalled totaled
    amount amounts amounted average averages averaged soar soared slide slid slip slipped ease eased tumble tumbled now""".split()
)
_NO_PART = frozenset(
    """and or but that which who whom whose where when while if as it they he she we you i there also not has have had is are was
    were be been will would may might could can should to say says said told added adds announced reported expects expected see
    sees saw showed shows show than into after before since until over during about % percent cent""".split()
)
_TIMES = frozenset("week weeks month months year years day days quarter today yesterday period time".split())
_SCALES = frozenset("thousand million billion trillion dollars dollar yuan euros".split())
_NOUN_MOST = 8  # words: a longer run is a clause


def changes(sentence: Sentence, said: str, earlier: Sentence | None) -> Iterator[Change]:
    """The quantities and dates that `sentence`, which reads `said`, gives another value than before; in its order."""
    if not any(True for _ in _changeable(sentence)):
        return
    stated = {change.new: change for change in _stated(sentence, said)}
    yield from stated.values()
    for old, new in _replaced(sentence, earlier) if earlier else ():
        if new.text not in stated and not _is_in_brackets(said, new.text):
            yield Change(what=_about(said, new.text), old=old.text, new=new.text)


def _is_in_brackets(said: str, figure: str) -> bool:
    """Whether a figure stands in brackets: the same sum in other money."""
    before = said.partition(figure)[0]
    return before.count("(") > before.count(")")


def _stated(sentence: Sentence, said: str) -> Iterator[Change]:
    """Changes the sentence tells with both values."""
    if _MOVES.isdisjoint(sentence.terms) and "from " not in said and " of " not in said:
        return
    known = list(_changeable(sentence))
    for fact in known:
        before, _, after = said.partition(fact.text)
        short = _FROM_SHORT.match(after)
        if short and _TO.search(before) and not _MOVES.isdisjoint(sentence.terms):
            yield Change(what=_about(said, fact.text), old=short["old"], new=fact.text)
            continue
        found = _FROM.search(before)
        if _DONE.search(before[-_BESIDE:]):
            continue
        if found and _HAS_DIGIT.search(found["old"]) and _is_motion(fact, before[: found.start()], sentence):
            yield Change(what=_about(said, found.group()), old=found["old"], new=fact.text)
            continue
        for other in known:
            between, stands, _ = after.partition(other.text)
            if stands and _unit(other) == _unit(fact) and _is_replaced(sentence, before, between):
                yield Change(what=_about(said, fact.text), old=other.text, new=fact.text)
                break


def _is_replaced(sentence: Sentence, before: str, between: str) -> bool:
    """Whether the figure behind `between` is the one before: "25 percent instead of 10", "raised to 25 percent from 10"."""
    moved_to = _TO.search(before) and not _MOVES.isdisjoint(sentence.terms) and _BEFORE_THAT.match(between)
    return bool(moved_to or _INSTEAD.match(between))


def _is_motion(fact: Fact, before: str, sentence: Sentence) -> bool:
    """Whether "from .. to" behind `before` tells a change, not a range or a period; of a day, the verb stands near."""
    words_near = terms(" ".join(before.split()[-_NEAR:])) if fact.kind == "date" else sentence.terms
    return not _MOVES.isdisjoint(words_near) and not _RANGES.search(before)


def _replaced(sentence: Sentence, earlier: Sentence) -> Iterator[tuple[Fact, Fact]]:
    """Old and new facts of one and the same thing; none where either sentence speaks of one list after another."""
    if not (_ANOTHER.isdisjoint(sentence.terms) and _ANOTHER.isdisjoint(earlier.terms)):
        return
    present, before = ({fact.value for fact in each.facts} for each in (sentence, earlier))
    fresh = [fact for fact in _changeable(sentence) if fact.value not in before]
    stale = [fact for fact in _changeable(earlier) if fact.value not in present]
    for new in fresh:
        old = _only_best(new, sentence, stale, earlier)
        is_split = _several(fresh, new) > _several(stale, new)  # one list became two
        if old is not None and not is_split and _only_best(old, earlier, fresh, sentence) == new:
            yield old, new


def _several(figures: Iterable[Fact], fact: Fact) -> int:
    """How many of `figures` are in the unit of `fact`."""
    return sum(_unit(other) == _unit(fact) for other in figures)


def _only_best(fact: Fact, own: Sentence, others: Sequence[Fact], theirs: Sentence) -> Fact | None:
    """The one of `others` that is a figure of the same thing as `fact`; None when none is, or several are as well."""
    rated = [(_agreement(fact, own, other, theirs), other) for other in others if _unit(other) == _unit(fact)]
    best = max((value for value, _ in rated), default=0.0)
    fitting = [other for value, other in rated if value == best]
    return fitting[0] if best > 0 and len(fitting) == 1 else None


def _agreement(fact: Fact, own: Sentence, other: Fact, theirs: Sentence) -> float:
    """How well the words around two figures agree, 0..1; 0 when they are of different things."""
    mine, yours = _around(fact, own.terms), _around(other, theirs.terms)
    if fact.kind == "date" and not _SCHEDULES & set(own.terms) & set(theirs.terms):
        return 0.0
    shared = mine & yours
    swapped = min(len(mine - yours), len(yours - mine))
    if len(shared) < _LEAST_SHARED or swapped > len(shared) // _SHARED_FOR_EACH:
        return 0.0
    alike = len(shared) / len(mine | yours)
    return alike if alike >= _LEAST_ALIKE else 0.0


def _around(fact: Fact, found: Sequence[str]) -> frozenset[str]:
    """The telling terms beside a figure, in one spelling; of the whole sentence where the figure cannot be placed."""
    own = terms(fact.text)
    place = next((found.index(term) for term in own if term in found), None)
    near = found if place is None else found[max(0, place - _AROUND) : place + len(own) + _AROUND]
    telling = (term for term in near if not term[0].isdigit() and term not in _IDLE and term not in own)
    return frozenset(_SAME.get(term, term) for term in telling)


def _changeable(sentence: Sentence) -> Iterable[Fact]:
    """Amounts and dates."""
    return (fact for fact in sentence.facts if fact.kind in QUANTITIES or fact.kind == "date")


def _unit(fact: Fact) -> tuple[str, str]:
    """What is measured: currency, noun, per cent sign; nothing for dates."""
    return fact.kind, "" if fact.kind == "date" else fact.value.rpartition(" ")[2]


def _about(said: str, figure: str) -> str:
    """What a figure is a figure of, as written: the noun before it, or before the verb that leads to it; "" where none is near.

    "has cut its planned tariff on grid batteries from 35 %" gives "planned tariff on grid batteries".
    """
    found = _CLAUSES.split(said[: max(0, said.find(figure))])[-1].split()
    while found and (found[-1] in _LEADS_TO or not _MOVES.isdisjoint(terms(found[-1]))):
        found.pop()
    noun: list[str] = []
    for place in range(len(found) - 1, -1, -1):
        word = found[place] if found[place] == "May" else found[place].lower()
        if word in _SCALES or _HAS_DIGIT.search(word):
            return ""  # "on 200 billion dollars of goods from 10 percent": of an amount in between
        if word == "to" and noun:
            return ""  # "the cost of moving a tonne to Qingdao has climbed to $52": where to, not what
        if word in _NO_PART or not (_MOVES.isdisjoint(terms(word)) or noun[:1] == ["of"]):
            break
        noun.insert(0, found[place])
        if word in _DETERMINERS and (not place or found[place - 1].lower() not in _BINDS):
            break
    while noun and noun[0].lower() in _DETERMINERS | _BINDS:
        noun.pop(0)
    telling = [word for word in noun if len(word) > 2 and word.lower() not in _BINDS | _DETERMINERS | _TIMES]
    return " ".join(noun).strip("\"'“”‘’") if telling and len(noun) <= _NOUN_MOST else ""
