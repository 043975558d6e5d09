"""The room of channels: each keeps the protocol, and nobody outside the room asks which one it has before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from monitor.deliver.channels import registry
from monitor.deliver.channels.protocol import KIND_MAX, Channel
from monitor.store.schema import deliveries

ROOT = Path(__file__).parents[3]
ROOM = ROOT / "monitor" / "deliver" / "channels"
KINDS = tuple(registry.channels())


def test_every_folder_is_a_channel_of_its_name():
    folders = {each.parent.name for each in ROOM.glob("*/__init__.py")}
    assert folders == set(KINDS)
    assert {"mail", "webhook", "file", "slack", "discord", "teams", "telegram", "ntfy", "matrix"} <= folders


@pytest.mark.parametrize("kind", KINDS)
def test_every_channel_keeps_the_protocol(kind):
    channel = registry.channels()[kind]
    wanted = [name for name in vars(Channel) if not name.startswith("_")]
    assert len(wanted) >= 10
    assert [name for name in wanted if not hasattr(channel, name)] == []
    assert channel.kind == kind
    assert len(kind) <= KIND_MAX == deliveries.c.channel.type.length


def asks_which(code):
    """The lines that compare a row's channel, or a channel's kind, with something, by any of Python's or SQLAlchemy's ways."""

    def names_one(node):
        return (isinstance(node, ast.Attribute) and node.attr == "channel") or (
            isinstance(node, ast.Name) and node.id == "channel"
        )

    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            found += [node.lineno for side in (node.left, *node.comparators) if names_one(side)]
        if isinstance(node, ast.Compare) and names_one(node.left):
            literal = [side for side in node.comparators if isinstance(side, ast.Tuple | ast.Set | ast.List)]
            found += [node.lineno for _ in literal]
        if isinstance(node, ast.Match) and names_one(node.subject):
            found.append(node.lineno)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict) and names_one(node.slice):
            found.append(node.lineno)
    return found


def test_nobody_outside_the_room_compares_channels():
    guilty = {
        str(file.relative_to(ROOT)): lines
        for file in (ROOT / "monitor").rglob("*.py")
        if ROOM not in file.parents and (lines := asks_which(file.read_text("utf-8")))
    }
    assert guilty == {}


@pytest.mark.parametrize(
    "code",
    [
        'row.channel == "mail"',
        '"webhook" != row.channel',
        'deliveries.c.channel == "mail"',
        'channel == "slack"',
        'row.channel in ("mail", "slack")',
        'match row.channel:\n    case "mail":\n        pass',
        '{"mail": 1}[row.channel]',
    ],
)
def test_control_a_comparison_is_found(code):
    assert asks_which(code)


def test_control_what_asks_the_registry_is_fine():
    assert asks_which("row.channel in registry.personal()\nchannel is None\nchannel.kind") == []


def words_of(file):
    """The texts in a module's code."""
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant)}


def test_the_room_of_delivering_knows_no_channel_by_name():
    guilty = {
        file.name: found
        for file in (ROOT / "monitor" / "pipeline" / "delivering").glob("*.py")
        if (found := words_of(file) & set(KINDS))
    }
    assert guilty == {}
