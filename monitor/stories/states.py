"""What does a headline say of an event: is it to come, decided, done, in force, confirmed, denied, corrected, taken back? A headline goes in.

Out comes a state, and with it the words that tell the event. The main verb of the main clause decides (`monitor.text.english.verbs`, English
wording only); any other headline is a claim without a state. Not about truth: what a headline says is taken as said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from monitor.stories.senses import sense_of
from monitor.text.english import verbs
from monitor.text.english.forms import is_recap, is_report
from monitor.text.tokens import terms_of, words


class State(StrEnum):
    """How far an event has come by one report, or what the report does to what others claimed."""

    COMMENT = "comment"  # about the event: no claim
    CLAIM = "claim"  # without a verb we know
    PROSPECT = "prospect"
    ANNOUNCED = "announced"
    PASSED = "passed"
    DONE = "done"
    RATIFIED = "ratified"
    BEGUN = "begun"
    IN_FORCE = "in_force"
    CONFIRMED = "confirmed"
    RESTORED = "restored"  # what was taken back stands again; what was fought stands
    CHANGED = "changed"  # the same with another figure, or wider
    PARTIAL = "partial"
    DELAYED = "delayed"
    REVERSED = "reversed"
    CORRECTED = "corrected"
    DENIED = "denied"


# What these say replaces what was told before.
TURNS = frozenset(
    {
        State.CONFIRMED,
        State.RESTORED,
        State.CHANGED,
        State.PARTIAL,
        State.DELAYED,
        State.REVERSED,
        State.CORRECTED,
    }
)
CORRECTING = frozenset({State.CORRECTED, State.REVERSED})  # what was told does not hold any more


@dataclass(frozen=True, slots=True)
class Claim:
    """What one report says: its state, when it was published, and its words that tell an event."""

    state: State
    at: datetime
    words: frozenset[str]
    key: str = ""  # breaks ties of time, so that the order given never matters
    is_secondhand: bool = False  # reported, alleged, by sources: not by who does it
    is_again: bool = False  # says that it is another time
    verb: frozenset[str] = frozenset()  # the words that tell its state
    actor: frozenset[str] = frozenset()  # its first two words: most headlines begin with who acts
    begun: frozenset[str] = frozenset()  # what begins
    disputer: frozenset[str] = frozenset()  # who says that a report is wrong


def _compiled(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    listed = getattr(verbs, name)
    return verbs.told(listed), re.compile(
        rf"\b(?:to|will|shall|[’']ll) (?:{verbs.to_come(listed).pattern})", re.IGNORECASE
    )


_REVERSE, _WILL_REVERSE = _compiled("REVERSE")
_RUN_OUT, _ = _compiled("RUN_OUT")
_DELAY, _WILL_DELAY = _compiled("DELAY")
_PARTLY, _WILL_PARTLY = _compiled("PARTLY")
_ENTER, _WILL_ENTER = _compiled("ENTER")
_RESTORE, _WILL_RESTORE = _compiled("RESTORE")
_CHANGE, _ = _compiled("CHANGE")
_CONFIRM, _ = _compiled("CONFIRM")
_CORRECT, _ = _compiled("CORRECT")
_DENY, _ = _compiled("DENY")
_PROPOSE, _ = _compiled("PROPOSE")
_ANNOUNCE, _WILL_ANNOUNCE = _compiled("ANNOUNCE")
_ENACT, _WILL_ENACT = _compiled("ENACT")
_ACT, _WILL_ACT = _compiled("ACT")
_RATIFY, _WILL_RATIFY = _compiled("RATIFY")
_WILL = re.compile(
    r"\b(?:agree on|agree to|(?:will|shall|[’']ll) (?!not\b)\w+)|\bto (?:be|have|go|take|give|make|get|face|hold|start|begin|meet|visit|run|let|allow"
    r"|test|use|move|return|receive|lose|need|continue|stay|keep|stand|rise|fall|end|halt|stop|lapse|expire)\b",
    re.IGNORECASE,
)
# The patterns of each state, and whether what they say counts though another verb stands before them ("agrees to drop").
_READ: tuple[tuple[State, bool, tuple[re.Pattern[str], ...]], ...] = (
    (State.PARTIAL, True, (verbs.PARTLY_WORDS, _PARTLY, _WILL_PARTLY, verbs.EASED)),
    (State.RESTORED, True, (verbs.RESTORED_WORDS, _RESTORE, _WILL_RESTORE)),
    (
        State.REVERSED,
        True,
        (_REVERSE, _RUN_OUT, _WILL_REVERSE, verbs.REVERSE_OBJECT, verbs.REVERSAL, verbs.REFUSED),
    ),
    (State.DELAYED, True, (verbs.DELAYED_WORDS, _DELAY, _WILL_DELAY)),
    (State.IN_FORCE, True, (_ENTER, verbs.IN_FORCE_WORDS)),
    (State.BEGUN, True, (verbs.BEGUN_WORDS,)),
    (State.CHANGED, False, (_CHANGE, verbs.CHANGED_WORDS)),
    (State.ANNOUNCED, False, (_WILL_ENTER,)),
    (State.RATIFIED, False, (_RATIFY,)),
    (State.CONFIRMED, False, (_CONFIRM, verbs.CONFIRMED_WORDS)),
    (State.PROSPECT, False, (_PROPOSE, verbs.PROPOSED_WORDS)),
    (State.DONE, False, (_ACT,)),
    (State.PASSED, False, (_ENACT,)),
    (State.ANNOUNCED, False, (_ANNOUNCE, _WILL_ANNOUNCE, _WILL_ENACT, _WILL_ACT, _WILL_RATIFY, _WILL)),
)
_FIRST = (verbs.PARTLY_WORDS, verbs.RESTORED_WORDS)  # whatever else is said
_SEEN_THROUGH = frozenset(
    {State.ANNOUNCED, State.PASSED, State.CONFIRMED}
)  # "agrees to", "confirms it has": what follows counts
_BREAK = re.compile(r"[,;:]| and | but ")


@lru_cache(maxsize=1 << 14)
def state_of(headline: str, sentence: str = "") -> State:
    """The state a headline tells; where it has no verb we know, that of the first `sentence`."""
    found = _state(headline)
    if found is State.CLAIM and sentence:
        said = _state(sentence)
        return said if said in {State.CORRECTED, State.IN_FORCE} else found
    return found


def _state(headline: str) -> State:
    said = " ".join(headline.replace("’", "'").split())
    if verbs.CORRECTED_WORDS.match(said):
        return State.CORRECTED
    if not is_report(said) or is_recap(said) or verbs.ALWAYS_COMMENT.search(said):
        return State.COMMENT
    main = _main(said)
    if verbs.MARKET_MOVES.search(main):
        return State.COMMENT
    for pattern in (_CORRECT, verbs.CORRECTED_WORDS):
        found = pattern.search(main)
        if found and not _governed(main, found.start()):
            return State.CORRECTED
    if _is_denied(main):
        return State.DENIED
    return _by_verbs(main)


def _main(said: str) -> str:
    """The main clause: without what tells why and when, and who is named last."""
    said = verbs.ASIDE_FIRST.sub("", said)
    aside = next((found for found in verbs.ASIDE.finditer(said) if said[: found.start()].count(" ")), None)
    main = said[: aside.start()] if aside else said
    return re.sub(r"(?<=\w): [\w .-]{2,30}$", "", main)


def _is_denied(main: str) -> bool:
    if verbs.GRANTING.search(main):
        return False
    return bool(_DENY.search(main) or verbs.DENIED_WORDS.search(main))


def _by_verbs(main: str) -> State:
    """The state of the first verb that tells one."""
    reaction = verbs.REACTIONS.search(main)
    matches: list[tuple[int, int, State]] = []
    turns: list[tuple[int, State]] = []
    is_demanded = False
    for order, (state, counts, patterns) in enumerate(_READ):
        for pattern in patterns:
            for found in pattern.finditer(main):
                governed = _governed(main, found.start())
                if governed is State.COMMENT:
                    is_demanded = True
                    continue
                own = governed or _refused(main, found, state)
                at = 0 if pattern in _FIRST and not governed else found.start()
                matches.append((at, order, own))
                if counts and own is state:
                    turns.append((at, own))
                break
    if not matches:
        return State.COMMENT if reaction or is_demanded else State.CLAIM
    at, _, state = min(matches)
    if reaction and reaction.start() < at:
        return State.COMMENT
    if state in _SEEN_THROUGH and turns:
        return min(turns, key=lambda turn: turn[0])[1]
    return state


def _refused(main: str, found: re.Match[str], state: State) -> State:
    """What is said not to be taken back or put off stands: words, no turn."""
    if state in TURNS - {State.CONFIRMED} and re.search(
        r"\b(?:not|n't|refus\w+ to|never|rul(?:es|ed) out|no plans? to|stops? short of|fail\w* to)\b[^,;:]{0,20}$",
        main[: found.start() + 3],
    ):
        return State.COMMENT
    return state


def _governed(main: str, at: int) -> State | None:
    """What stands before a verb makes it: a prospect ("may scrap"), words ("urges them to scrap") or nothing."""
    before = _BREAK.split(main[:at])[-1] + ("to" if main[at : at + 3] == "to " else "")
    if verbs.DEMANDS.search(before):
        return State.COMMENT
    if verbs.HELD_OUT.search(before):
        return State.PROSPECT
    return None


def claim_of(headline: str, at: datetime, *, sentence: str = "", key: str = "") -> Claim:
    """What a report says by its headline, and by its first `sentence` where the headline has no verb we know."""
    state = state_of(headline, sentence)
    return Claim(
        state=state,
        at=at,
        words=frozenset(map(sense_of, terms_of(words(headline)))),
        key=key or headline,
        is_secondhand=is_secondhand(headline),
        is_again=is_again(headline),
        verb=_verb(headline, state),
        actor=frozenset(map(sense_of, terms_of(words(headline))[:2])),
        begun=_begun(headline),
        disputer=_disputer(headline),
    )


def is_corrected(before: str, now: str) -> bool:
    """Whether a headline that was changed says another thing: another figure for one it gave, or that something was wrong or taken back."""
    figures, given = (set(re.findall(r"\d[\d.,]*\d|\d", said)) for said in (now, before))
    is_figure = bool(figures - given) and bool(given - figures)
    states = state_of(now), state_of(before)
    is_contrary = any(
        (one.search(before) and not one.search(now) and other.search(now) and not other.search(before))
        or (other.search(before) and not other.search(now) and one.search(now) and not one.search(before))
        for one, other in verbs.OPPOSITES
    )
    return (
        is_figure or is_contrary or (states[0] in CORRECTING | {State.DENIED} and states[0] is not states[1])
    )


def _verb(headline: str, state: State) -> frozenset[str]:
    """The words of a headline that its state is read from, as senses."""
    main = _main(" ".join(headline.replace("’", "'").split()))
    patterns = next((found for each, _, found in _READ if each is state), ())
    said = [found.group() for pattern in patterns for found in pattern.finditer(main)]
    return frozenset(map(sense_of, terms_of(words(" ".join(said)))))


def _begun(headline: str) -> frozenset[str]:
    found = verbs.BEGUN_WORDS.search(headline)
    return frozenset(map(sense_of, terms_of(words(headline[: found.start()])))) if found else frozenset()


def _disputer(headline: str) -> frozenset[str]:
    found = verbs.DISPUTED.search(headline)
    return frozenset(map(sense_of, terms_of(words(found["who"])))) if found else frozenset()


def is_secondhand(headline: str) -> bool:
    """Whether somebody else tells what is claimed: a report, sources, an accuser."""
    return verbs.SECONDHAND.search(headline) is not None


def is_again(headline: str) -> bool:
    """Whether the headline says that it is another time."""
    return verbs.AGAIN.search(headline) is not None
