"""What a page says now that it did not say before: two versions of one article go in, what differs in substance comes out.

Pages differ each time they are asked, in teasers, times and tests of headlines. What counts is another headline over another text, or
with another figure; a figure in place of another in the same sentence; and a text that grew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.model import Article, Change
from monitor.stories.changes import changes
from monitor.stories.features import Sentence, describe, document
from monitor.text.tokens import words

_LEAST_WORDS = 8  # of a sentence that makes a text another one; a teaser has fewer, or no full stop
_ENDS = tuple('.!?”"。！？')
_BEFORE = 5  # words that say what a figure is of
_MARKS = " ,;:.—–-\"'“”‘’()"
_GROWN = 1.15  # times the length from which a text says more (as for copies, see articles.dedupe)


def is_retitled(before: str, now: str, old: Article, new: Article) -> bool:
    """Whether a page's headline `now` says something else than `before`; `old` and `new` are its texts then and now."""
    was, is_ = words(before.casefold()), words(now.casefold())
    if not was or not is_ or tuple(was) == tuple(is_):
        return False
    return _figures(was) != _figures(is_) or bool(fresh(old, new))


def has_grown(old: Article, new: Article) -> bool:
    """Whether the text tells more than before."""
    return len(new.text) >= _GROWN * len(old.text) and bool(fresh(old, new))


def figures(old: Article, new: Article) -> tuple[Change, ...]:
    """The figures of `old` that stand no more in the sentence that has another one in `new`, each once."""
    before = list(_only_in(old, new))
    found: dict[tuple[str, str], Change] = {}
    for sentence, said in _only_in(new, old) if before else ():
        earlier, was = max(before, key=lambda each: _alike(each[0], sentence))
        for change in _in_place(was, said) or changes(sentence, said, earlier):
            if _holds(document(old), change.old) and not _holds(document(old), change.new):
                found.setdefault((change.old, change.new), change)
    return tuple(found.values())


def _in_place(was: str, said: str) -> list[Change]:
    """The figures of a sentence that says the same but for them; none for any other sentence."""
    old, new = was.split(), said.split()
    places = [at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
    are_figures = all(_figures([old[at]]) and _figures([new[at]]) for at in places)
    if len(old) != len(new) or not are_figures:
        return []
    return [
        Change(
            what=" ".join(new[max(0, at - _BEFORE) : at]).strip(_MARKS),
            old=_named(old, at),
            new=_named(new, at),
        )
        for at in places
    ]


def _holds(text: str, figure: str) -> bool:
    """Whether a figure stands in a text by itself: 15 does not in "115" nor in "15.5"."""
    return re.search(rf"(?<![\d.,]){re.escape(figure)}(?![.,]?\d)", text) is not None


def _named(pieces: list[str], at: int) -> str:
    """A figure with the word behind it, which mostly says what is counted: "25 percent"."""
    after = pieces[at + 1] if at + 1 < len(pieces) and pieces[at][-1].isdigit() else ""
    return f"{pieces[at]} {after}".strip(_MARKS) if after[:1].islower() else pieces[at].strip(_MARKS)


def fresh(old: Article, new: Article) -> tuple[str, ...]:
    """The sentences of `new`'s text that `old` has not, as they stand."""
    own = (said for sentence, said in _only_in(new, old) if sentence.start > len(new.title))
    return tuple(each for each in own if len(words(each)) >= _LEAST_WORDS and each.endswith(_ENDS))


def _only_in(one: Article, other: Article) -> Iterator[tuple[Sentence, str]]:
    """The sentences of `one`, with their words as they stand, that `other` does not have."""
    known = {tuple(words(said)) for _, said in _sentences(other)}
    return ((sentence, said) for sentence, said in _sentences(one) if tuple(words(said)) not in known)


def _sentences(article: Article) -> Iterator[tuple[Sentence, str]]:
    text = document(article)
    return ((each, text[each.start : each.end]) for each in describe(article).sentences)


def _figures(said: list[str]) -> set[str]:
    return {word for word in said if any(character.isdigit() for character in word)}


def _alike(one: Sentence, other: Sentence) -> float:
    """Share of the terms of both, 0..1."""
    mine, yours = set(one.terms), set(other.terms)
    return len(mine & yours) / (len(mine | yours) or 1)
