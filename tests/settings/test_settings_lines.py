"""The line of a key is found in any TOML document."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.lines import key_lines, line_of

DOCUMENT = '''\
# [not.a.table]
top = 1
"quoted.key" = """
[fake]
key = 2
"""

[a]            # a comment with [brackets] = "x"
dotted.key = 1
list = [
    1,  # ]
    "[x]",
]

[a.b]
inline = {x = 1, y = {z = 2}}
[[c]]
n = 1
[[c.d]]
m = 1
[[c.d]]
m = 2
[[c]]
n = 2
[c.e]
o = 1
[[c.d]]
m = 3
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("quoted.key",), 3),
        (("a",), 8),
        (("a", "dotted", "key"), 9),
        (("a", "list"), 10),
        (("a", "list", 1), 10),
        (("a", "b"), 15),
        (("a", "b", "inline", "y", "z"), 16),
        (("c", 0), 17),
        (("c", 0, "n"), 18),
        (("c", 0, "d", 1), 21),
        (("c", 0, "d", 1, "m"), 22),
        (("c", 1, "n"), 24),
        (("c", 1, "e", "o"), 26),
        (("c", 1, "d", 0, "m"), 28),
        (("c", 1, "missing"), 23),
        (("a", "b", "missing", "deeper"), 15),
        (("missing",), 0),
        (("fake", "key"), 0),
    ],
)
def test_a_key_has_the_line_where_its_statement_begins(key, line):
    assert line_of(DOCUMENT, key) == line


VALUES = st.sampled_from(
    [
        "1",
        '"[x]"',
        "'''\nk0 = 1\n[t]\n'''",
        '"""\n\n"""',
        "[\n 1,\n\n 2, # ]\n]",
        "{ k = [1] }",
        "[[1], [{ a = 2 }]]",
        "[]",
        "2024-01-01",
    ]
)
HEADERS = st.lists(st.sampled_from(["a", "b", '"x.y"']), min_size=1, max_size=3).map(".".join)
STATEMENTS = st.one_of(
    st.tuples(st.just("key"), VALUES),
    st.tuples(st.just("table"), HEADERS),
    st.tuples(st.just("array"), HEADERS),
    st.tuples(st.just("note"), st.sampled_from(["", "# k = 1", "   # [t]"])),
)


def document(statements: list[tuple[str, str]]) -> tuple[str, dict[str, int]]:
    """A valid TOML text of those statements that fit together, with the line of every key (`k1`, `k2`, ...)."""
    text, lines = "", {}
    for number, (kind, value) in enumerate(statements):
        forms = {
            "key": f"k{number} = {value}\n",
            "table": f"[{value}]\n",
            "array": f"[[{value}]]\n",
            "note": f"{value}\n",
        }
        try:
            tomllib.loads(text + forms[kind])
        except tomllib.TOMLDecodeError:
            continue
        if kind == "key":
            lines[f"k{number}"] = text.count("\n") + 1
        text += forms[kind]
    return text, lines


def paths(value: object) -> set[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {(key, *rest) for key, inner in items for rest in [(), *paths(inner)]}


@given(st.lists(STATEMENTS, max_size=12).map(document))
def test_every_key_of_any_document_has_a_line_and_it_is_the_right_one(made):
    text, lines = made
    found = key_lines(text)
    assert found.keys() == paths(tomllib.loads(text))
    assert {str(key[-1]): line for key, line in found.items() if str(key[-1]) in lines} == lines


@given(st.lists(STATEMENTS, max_size=8).map(document))
def test_windows_line_ends_change_no_line(made):
    text, _ = made
    assert key_lines(text.replace("\n", "\r\n")) == key_lines(text)
