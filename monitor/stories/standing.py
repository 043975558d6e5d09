"""Which claim about an event stands? Reports in any order go in; which of them are replaced, by which and how, comes out.

An event goes from prospect to announcement to act to force; what was claimed is confirmed, corrected, delayed, taken back (`stories.states`).
A denial replaces nothing: whoever is accused denies. What comes late and only repeats counts from when it was first told, so an event
never runs back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.stories.states import CORRECTING, TURNS, Claim, State

# How far it has come; a later stage replaces an earlier one whenever it was told.
_STAGES = {
    State.PROSPECT: 1,
    State.ANNOUNCED: 2,
    State.PASSED: 3,
    State.DONE: 4,
    State.RATIFIED: 5,
    State.BEGUN: 6,
    State.IN_FORCE: 7,
}
_SETTLING = TURNS - {State.CHANGED} | {State.IN_FORCE}  # what joins what they settle under one heading
_ACTED = frozenset({State.ANNOUNCED, State.PASSED, State.DONE})  # what only who planned it can do
_ASIDES = frozenset({State.COMMENT, State.DENIED})
_OPEN = frozenset({State.CLAIM, State.PROSPECT, State.ANNOUNCED})  # what a confirmation is news of
# What two headlines share of what the poorer tells, from which one may replace the other: in one story, under one heading, and where
# nothing else says that they are of one event.
RELATED = 0.15
UNDER_ONE_HEADING = 0.25
OF_ONE_EVENT = 0.4
_OF_THE_RICHER = 0.25  # and of the richer of the two, to be named as replaced
COMMON = (
    1.5  # what a word tells that a fifth of the headlines hold: so much of any word tells no two events apart
)
_SAME_THING = 0.5  # the same for a figure that takes the place of another
_REPEATS = 0.6  # of the poorer headline's words, from which a report of the same state tells the same again


@dataclass(frozen=True, slots=True)
class Replaced:
    """One claim that another replaced; both by place."""

    old: int
    new: int
    how: State  # the state of what replaced it
    shared: float  # what both say, 0..1 of what the poorer says; 0 where it is little of the richer


@dataclass(frozen=True, slots=True)
class Standing:
    """The claim that heads, by place, and what it replaced: what is surely the same thing before the rest, the newest first."""

    head: int
    replaced: tuple[Replaced, ...] = ()


def standing(
    claims: Sequence[Claim], ranked: Sequence[int], weigh: Callable[[str], float], *, is_story: bool = True
) -> Standing:
    """Which of `claims` (one at least) heads, where `ranked` are their places in the order in which they would lead without states.

    Whoever would lead gives way to what replaced it. `weigh` says what a word tells. In a story (`is_story`), which is one
    occurrence, what tells a claim again to another end replaces it also in words we do not know; under a heading it does not.
    """
    found = _Found(claims, weigh, RELATED if is_story else UNDER_ONE_HEADING, is_story=is_story)
    order = {place: number for number, place in enumerate(ranked)}
    head = min(ranked, key=lambda place: (_waits(found.states[place]), order[place]))
    seen = {head}
    while following := [place for place in ranked if place not in seen and found.takes_over(place, head)]:
        head = max(following, key=lambda place: (found.since[place], -order[place]))
        seen.add(head)
    old = {place for place in range(len(claims)) if place != head and found.replaces(head, place)}
    old |= {place for place in seen if place != head and found.states[place] not in _ASIDES}
    closest = sorted(
        old,
        key=lambda place: (
            found.shared(head, place) < _SAME_THING,
            -found.since[place],
            claims[place].key,
        ),
    )
    how = found.states[head]
    if how is State.CLAIM:  # it leads, but nobody can say what became of the others
        return Standing(head)
    return Standing(
        head, tuple(Replaced(place, head, how, found.agreement(head, place)) for place in closest)
    )


def _waits(state: State) -> int:
    """Whether a claim leads only where there is no other: words about an event, and what the accused deny."""
    return 2 if state is State.DENIED else int(state is State.COMMENT)


def taken_step(
    claim: Claim, known: Iterable[Claim], weigh: Callable[[str], float], *, line: float = OF_ONE_EVENT
) -> Claim | None:
    """The one of `known`, all older, that `claim` replaces; None where it says nothing beyond them.

    From `line` on, a share 0..1 of what the poorer of two says, they are of one event.
    """
    older = [each for each in known if _of_one_event(claim, each, weigh, line)]
    found = _Found([claim, *older], weigh, line, older=True)
    if any(found.is_repeat(0, place) for place in range(1, len(older) + 1)):
        return None
    replaced = [place for place in range(1, len(older) + 1) if found.replaces(0, place)]
    return older[min(replaced, key=lambda place: (-found.shared(0, place), place)) - 1] if replaced else None


def _of_one_event(one: Claim, other: Claim, weigh: Callable[[str], float], line: float) -> bool:
    """Whether two claims share enough by themselves; asked of many, so nothing is computed of those that share no word."""
    both = one.words & other.words
    if not both:
        return False
    told = (
        sum(max(0.0, weigh(word) - COMMON) for word in sorted(words))
        for words in (one.words, other.words, both)
    )
    mine, theirs, shared = told
    # What is known to go on with a story need not say it all again.
    least = _OF_THE_RICHER * max(mine, theirs) if line >= OF_ONE_EVENT else 0.0
    return 0 < shared >= max(line * min(mine, theirs), least)


def settled(claims: Sequence[Claim], weigh: Callable[[str], float]) -> Iterator[tuple[int, int]]:
    """Places of claims, older and newer, of which the newer corrects, takes back, puts off, restores or confirms the older, or puts it into force.

    The claims are of any events: what they share must tell that they are of one.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        for word in claim.words:
            holders[word].append(place)
    for new, claim in enumerate(claims):
        if claim.state not in _SETTLING:
            continue
        telling = [word for word in claim.words if weigh(word) > COMMON]
        for old in sorted({place for word in telling for place in holders[word]} - {new}):
            if claims[old].at < claim.at and taken_step(claim, [claims[old]], weigh):
                yield old, new


class _Found:
    """How the claims of one story or heading stand to one another."""

    def __init__(
        self,
        claims: Sequence[Claim],
        weigh: Callable[[str], float],
        line: float,
        *,
        older: bool = False,
        is_story: bool = False,
    ) -> None:
        self._claims = claims
        self._is_story = is_story
        self._line = line
        self._weights = {word: max(0.0, weigh(word) - COMMON) for claim in claims for word in claim.words}
        self._told = [sum(self._weights[word] for word in claim.words) for claim in claims]
        in_time = sorted(range(len(claims)), key=lambda place: (claims[place].at, claims[place].key))
        if older:  # the first is what all others are older than
            in_time = [*(place for place in in_time if place), 0]
        self._order = {place: number for number, place in enumerate(in_time)}
        self.states = [self._state(place) for place in range(len(claims))]
        # When it was first told, as a place in time: what repeats counts from when it was first told.
        self.since = [
            min([self._order[place], *(self._order[o] for o in self._order if self.is_repeat(place, o))])
            for place in range(len(claims))
        ]

    def _state(self, place: int) -> State:
        """The state of a claim: who disputes a report that is not about them corrects it."""
        own = self._claims[place]
        if not own.disputer:
            return own.state
        older = (
            each
            for other, each in enumerate(self._claims)
            if self._order[other] < self._order[place]
            and not each.disputer
            and self.shared(place, other) >= self._line
        )
        is_accused = any(not own.disputer.isdisjoint(each.words) for each in older)
        return State.DENIED if is_accused else State.CORRECTED

    def shared(self, one: int, other: int) -> float:
        """What two claims both say, as a share of what the poorer says."""
        both = sum(sorted(self._weights[w] for w in self._claims[one].words & self._claims[other].words))
        poorer = min(self._told[one], self._told[other])
        return both / poorer if poorer else 0.0

    def agreement(self, one: int, other_place: int) -> float:
        """What two claims share of the poorer; 0 where that is little of what the richer says, or where another acts."""
        own, other = self._claims[one], self._claims[other_place]
        if self.states[one] in _ACTED and own.actor.isdisjoint(other.actor):
            return 0.0
        shared, told = self.shared(one, other_place), sorted((self._told[one], self._told[other_place]))
        return shared if shared * told[0] >= _OF_THE_RICHER * told[1] else 0.0

    def is_repeat(self, late: int, early: int) -> bool:
        """Whether the later of two claims of one state tells the same again."""
        a, b = self._claims[late], self._claims[early]
        if self.states[late] is not self.states[early] or self._order[late] <= self._order[early]:
            return False
        if a.words == b.words and a.is_again == b.is_again:
            return True
        if a.is_again or (self.states[late] is not State.CLAIM and a.verb.isdisjoint(b.verb)):
            return False
        figures = [{word for word in each.words if word[:1].isdigit()} for each in (a, b)]
        is_other = all(figures) and figures[0].isdisjoint(figures[1])
        return not is_other and self.shared(late, early) >= _REPEATS

    def takes_over(self, new: int, head: int) -> bool:
        """Whether a claim leads in place of another: it replaces it, or it takes back what both are about."""
        if self.replaces(new, head):
            return True
        is_settled = self.states[head] in TURNS or self.states[new] not in CORRECTING
        if is_settled or self.replaces(head, new) or self.shared(new, head) < self._line:
            return False
        return self._replaces_any(new)

    def _replaces_any(self, new: int) -> bool:
        return any(self.replaces(new, old) for old in self._order)

    def replaces(self, new: int, old: int) -> bool:
        """Whether one claim replaces another."""
        a, b = self.states[new], self.states[old]
        shared = self.shared(new, old)
        if new == old or a in _ASIDES or b in _ASIDES or shared < self._line:
            return False
        is_later = self.since[new] > self.since[old]
        if a is State.CONFIRMED:
            return is_later and (b in _OPEN or self._claims[old].is_secondhand)
        if a in TURNS:
            return is_later and (a is not State.CHANGED or shared >= OF_ONE_EVENT)
        return self._is_beyond(new, old, is_later=is_later)

    def _is_beyond(self, new: int, old: int, *, is_later: bool) -> bool:
        """Whether what is planned, told or done goes beyond another claim."""
        a, b = self.states[new], self.states[old]
        stage = _STAGES.get(a, 0)
        if b in TURNS:
            return is_later and stage > 0 and (self._claims[new].is_again or stage >= self._needed(old))
        if self._is_story and is_later and self._goes_on(new, old):
            return True
        if b is State.CLAIM:  # the talks before it, but not the storm before the clean-up begins
            return a is State.IN_FORCE and is_later
        if a is State.BEGUN and not self._begins(new, old):
            return False
        return _STAGES[b] < stage and (is_later or not self._is_fresh(old))

    def _begins(self, new: int, old: int) -> bool:
        """Whether what begins is what was claimed: the campaign, not the inquiry into the fire."""
        begun = self._claims[new].begun
        both = sum(sorted(self._weights[word] for word in begun & self._claims[old].words))
        return both >= _SAME_THING * sum(sorted(self._weights[word] for word in begun)) > 0

    def _goes_on(self, new: int, old: int) -> bool:
        """Whether a claim takes the place of one that it tells again, to another end, in words whose state we do not know."""
        a, b = self.states[new], self.states[old]
        both = sum(sorted(self._weights[word] for word in self._claims[new].words & self._claims[old].words))
        if both < _SAME_THING * self._told[old] or not both:
            return (
                b in {State.PROSPECT, State.ANNOUNCED}
                and a is State.CLAIM
                and self.shared(new, old) >= OF_ONE_EVENT
            )
        if a is State.CLAIM:
            return True
        return a is not State.BEGUN and _STAGES[a] >= max(_STAGES[State.PASSED], _STAGES.get(b, 0))

    def _needed(self, turn: int) -> int:
        """The stage from which an act is news after a turn: what was taken back must go further than it had come."""
        if self.states[turn] not in CORRECTING:
            is_open = self.states[turn] in {State.DELAYED, State.CONFIRMED}
            return _STAGES[State.DONE if is_open else State.BEGUN]
        before = [
            _STAGES.get(self.states[place], 0)
            for place in self._order
            if self.since[place] < self.since[turn] and self.shared(place, turn) >= self._line
        ]
        reached = max(before, default=0)
        return 1 + (reached or _STAGES[State.IN_FORCE])

    def _is_fresh(self, place: int) -> bool:
        """Whether a claim comes after something was taken back, and says so."""
        return self._claims[place].is_again and any(
            self.states[other] in TURNS and self.since[other] < self.since[place] for other in self._order
        )
