"""Which channels there are: every folder beside this file, by the kind its CHANNEL names. Nothing is imported before somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

from monitor.deliver.channels.protocol import Channel
from monitor.settings import ChannelSettings

MAIL = "mail"  # the kind every house has


@cache
def channels() -> Mapping[str, Channel]:
    """Return the channels by kind, in the order of their names."""
    here = Path(__file__).parent
    folders = sorted(each.name for each in iter_modules([str(here)]) if each.ispkg)
    found = [import_module(f"{__package__}.{name}").CHANNEL for name in folders]
    return MappingProxyType({channel.kind: channel for channel in found})


def kinds() -> Mapping[str, type[ChannelSettings]]:
    """Return what a block of channels.toml may say, by kind."""
    return {kind: each.settings for kind, each in channels().items() if each.settings is not None}


def personal() -> frozenset[str]:
    """Return the kinds whose places are people's mailboxes."""
    return frozenset(kind for kind, each in channels().items() if each.is_personal)
