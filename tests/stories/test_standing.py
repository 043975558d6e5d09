"""Which claim of an event stands: laws on invented headlines, and what the words of a headline say of its state."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.standing import settled, standing, taken_step
from monitor.stories.states import State, claim_of, is_corrected, state_of

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "quality" / "data"
THINGS = ("duty on zinc", "ban on night flights", "toll for lorries", "curb on toy imports")
PLAIN = (
    "Ruritania considers {0}",
    "Ruritania may bring in {0}",
    "Ruritania plans {0}, sources say",
    "Ruritania announces {0}",
    "Ruritania's parliament approves {0}",
    "Ruritania signs {0}",
    "Ruritania imposes {0}",
    "Ruritania's {0} takes effect",
)
DENIALS = (
    "Ruritania denies {0}",
    "Ruritania rejects report of {0}",
    "Ruritania says claim of {0} is baseless",
    "There is no truth in talk of {0}, Ruritania says",
)
CORRECTIONS = (
    "Correction: Ruritania's {0} is for a year",
    "Gazette retracts report on Ruritania's {0}",
    "Gazette apologises for false report on Ruritania's {0}",
    "Editor withdraws story on Ruritania's {0}",
)
REVERSALS = (
    "Ruritania scraps {0}",
    "Ruritania drops plan for {0}",
    "Court strikes down Ruritania's {0}",
    "Ruritania backtracks on {0}",
    "Ruritania's {0} overturned",
    "Ruritania makes U-turn on {0}",
)
COMMENTS = ("Ruritanian bakers fear {0}", "Shares of Ruritania slide on {0}", "Analysis: what {0} means")


def alike(_):
    """Every word tells as much: in a small world none is common."""
    return 4.0


def head_of(headlines):
    """The headline that stands of (hour, headline) in any order, first come first led otherwise."""
    claims = [
        claim_of(said, MONDAY + timedelta(hours=hour), key=f"{hour:05} {said}") for hour, said in headlines
    ]
    ranked = sorted(range(len(claims)), key=lambda place: (claims[place].at, claims[place].key))
    found = standing(claims, ranked, alike)
    return headlines[found.head][1], {headlines[each.old][1] for each in found.replaced}


events = st.sampled_from(THINGS).flatmap(
    lambda thing: st.lists(
        st.sampled_from([said.format(thing) for said in (*PLAIN, *COMMENTS)]), min_size=1, max_size=5
    ).map(lambda said: (thing, [*enumerate([PLAIN[3].format(thing), *said])]))
)


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from((*CORRECTIONS, *REVERSALS, *DENIALS)), st.randoms(use_true_random=False))
def test_the_order_of_reports_never_matters(event, turn, random):
    thing, told = event
    told = [*told, (9, turn.format(thing))]
    shuffled = told[:]
    random.shuffle(shuffled)
    assert head_of(shuffled) == head_of(told)


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from(DENIALS))
def test_a_later_denial_by_the_accused_never_takes_the_head(event, denial):
    thing, told = event
    assert head_of([*told, (9, denial.format(thing))]) == head_of(told)


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from((*CORRECTIONS, *REVERSALS)))
def test_a_correction_and_a_reversal_always_take_the_head(event, turn):
    thing, told = event
    head, replaced = head_of([*told, (9, turn.format(thing))])
    assert head == turn.format(thing)
    assert head_of(told)[0] in replaced


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from((*CORRECTIONS, *REVERSALS)), st.integers(0, 5))
def test_old_news_told_again_never_turns_an_event_back(event, turn, which):
    thing, told = event
    whole = [*told, (9, turn.format(thing))]
    again = told[which % len(told)][1]
    assert head_of([*whole, (20, again)])[0] == turn.format(thing)
    assert head_of([*told, (20, again)])[0] == head_of(told)[0]


@pytest.mark.parametrize(
    ("told", "head"),
    [
        (["Ruritania bans zinc", "Ruritania lifts ban on zinc", "Ruritania bans zinc again"], 2),
        (["Ruritania may ban zinc", "Ruritania drops plan to ban zinc", "Ruritania bans zinc"], 2),
        (["Ruritania to ban zinc", "Ruritania postpones ban on zinc", "Ban on zinc takes effect"], 2),
        (["Court fines bank Corvin", "Bank Corvin denies fraud", "Appeals court upholds fine on bank Corvin"], 2),
        (["Corn sales cancelled, agency says", "Department says report on corn sales was wrong"], 1),
        (["Mill Tangor dumped waste, paper says", "Tangor says report on waste is wrong"], 0),
        (["Storm leaves 900 homes dark", "Clean-up begins after storm"], 0),
        (["Envoys discuss zinc duty", "Zinc duty comes into force"], 1),
        (["Toy maker Lumo recalls 100 dolls", "Toy maker Lumo widens recall to 850 dolls"], 1),
        (["Bakers fear zinc duty", "Ruritania denies zinc duty"], 0),
    ],
)  # fmt: skip
def test_who_heads(told, head):
    assert head_of([*enumerate(told)])[0] == told[head]


def test_another_event_replaces_nothing():
    told = [(0, "Ruritania bans zinc from Arcadia"), (1, "Court overturns verdict on singer Voss")]
    assert head_of(told) == (told[0][1], set())


def test_a_step_is_one_beyond_all_that_is_known():
    known = [claim_of("Ruritania considers ban on zinc", MONDAY), claim_of("Bakers fear zinc ban", MONDAY)]
    done = claim_of("Ruritania bans zinc", MONDAY)
    assert taken_step(done, known, alike) == known[0]
    assert taken_step(done, [*known, claim_of("Ruritania bans zinc at last", MONDAY)], alike) is None
    assert taken_step(claim_of("Ruritania denies zinc ban", MONDAY), known, alike) is None
    assert taken_step(done, [], alike) is None


def test_what_settles_a_claim_is_found_among_others():
    told = ["Truce of Sarev agreed for a week", "Singer Voss tours Arcadia", "Truce of Sarev expires"]
    claims = [claim_of(said, MONDAY + timedelta(hours=n)) for n, said in enumerate(told)]
    assert [*settled(claims, alike)] == [(0, 2)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("Exports fall 19 percent", "Exports fall 9 percent", True),
        ("Duties rise", "Duties fall", True),
        ("Mayor held over bribes", "Correction: mayor not held over bribes", True),
        ("Envoys meet", "Envoys meet by the lake", False),
        ("Envoys meet", "Two envoys meet on 3 May", False),
        ("Duties rise", "Duties rise - Gazette", False),
    ],
)
def test_a_changed_headline_is_a_correction_where_it_says_another_thing(before, now, expected):
    assert is_corrected(before, now) == expected


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Farmers urge minister to scrap duty", State.COMMENT),
        ("Arcadia may lift ban on zinc", State.PROSPECT),
        ("Ministry agrees to drop plan for levy", State.REVERSED),
        ("Minister vows to scrap toll", State.PROSPECT),
        ("Arcadia will not impose duty on zinc", State.REVERSED),
        ("Ministry refuses to lift ban", State.COMMENT),
        ("Shares fall as court strikes down ban", State.COMMENT),
        ("Judge denies bail to banker", State.CLAIM),
        ("Arcadia hits back at Ruritania with duty on zinc", State.DONE),
        ("Oil eases", State.CLAIM),
        ("Sanctions on shipyards are now in place", State.IN_FORCE),
        ("阿卡迪亚取消关税", State.CLAIM),
        ("", State.CLAIM),
    ],
)
def test_what_a_headline_says_of_its_state(said, state):
    assert state_of(said) is state


def test_a_sentence_speaks_where_the_headline_has_no_verb_we_know():
    assert state_of("Zinc in Arcadia", "The duty on zinc took effect on Monday.") is State.IN_FORCE
    assert state_of("Bakers fear zinc duty", "It took effect on Monday.") is State.COMMENT


SHOWN_AS = {"passed": "announced", "ratified": "done", "begun": "in_force", "restored": "confirmed"}
# 29 Nov 2026: set 1, which chose the words, .98 right; set 2, written before, .95 at first sight and .97 now.
RIGHT, PRECISION, RECALL = {1: 0.97, 2: 0.95}, 0.75, 0.75


@pytest.mark.parametrize("number", [1, 2])
def test_the_states_of_labelled_headlines(number):
    with (DATA / f"event-states-{number}.tsv").open(encoding="utf-8") as file:
        rows = [(r["state"], r["headline"]) for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]  # fmt: skip
    found = [state_of(headline).value for _, headline in rows]
    pairs = [(wanted, SHOWN_AS.get(each, each)) for (wanted, _), each in zip(rows, found, strict=True)]
    assert sum(a == b for a, b in pairs) / len(pairs) >= RIGHT[number]
    wanted, told = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    assert len(wanted) == 11
    assert min(wanted.values()) == 11
    for state in wanted:
        right = sum(a == b == state for a, b in pairs)
        assert right / told[state] >= PRECISION, state
        assert right / wanted[state] >= RECALL, state
