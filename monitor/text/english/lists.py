"""English words that stand in the way: those that carry no topic, short spellings, and abbreviations whose full stop ends nothing."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """a about above after again against all also although am among an and any are aren't as at be because been before
    being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during
    each even every few for from further get got had hadn't has hasn't have haven't having he her here hers herself him
    himself his how however i i'm i've if in into is isn't it it's its itself just let's like made make many may me
    might more most much must mustn't my myself no nor not now of off on once one only or other our ours ourselves out
    over own per rather said same say says saying she should shouldn't since so some still such than that that's the
    their theirs them themselves then there there's these they they're this those though through to too under until up
    upon us very via was wasn't we we're we've were weren't what when where whether which while who whom whose why will
    with within without won't would wouldn't yet you you're your yours yourself yourselves""".split()
)

# Other spellings of one term, after lower-casing; headlines abbreviate what articles write out.
SPELLINGS = {
    "bn": "billion",
    "bln": "billion",
    "tn": "trillion",
    "trln": "trillion",
    "mln": "million",
    "mn": "million",
    "pct": "percent",
}

ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof gen col lt sgt capt cmdr adm gov sen rep reps sens rev hon st jr sr vs etc inc ltd co corp no
    nos vol fig al approx dept est jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur fri sat sun
    e.g i.e a.m p.m u.s u.k u.n e.u d.c ph.d""".split()
)
# After "U.S.", "a.m.", "Inc." a sentence may well end; these words then tell.
MAY_END = frozenset("u.s u.k u.n e.u d.c a.m p.m inc ltd co corp jr sr etc".split())
STARTERS = frozenset(
    """The A An It He She They We In On At But And If This That These Those There Its His Her Their As By For While When
    After Before However Meanwhile Still Some Many Most One Both According Under Last Since""".split()
)
