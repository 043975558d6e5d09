"""The demo's configuration folder: the shipped topic, the demo's feeds, and a fetcher that may talk to this machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from monitor.demo.site import Site
from monitor.demo.week import SOURCES, Source
from monitor.settings import shipped

TOPIC = shipped("config") / "topics" / "us-china-trade.toml"
_MAIN = """\
# Written by `monitor demo`. Its feeds are on this machine, so the usual manners are not needed.
# They end with the demo: what asks them later is told that nobody answers.
[fetch]
allow_networks = ["{host}/32"]
min_gap_s = 0
min_interval_s = 0
"""


def write_config(folder: Path, site: Site) -> None:
    """Write monitor.toml, feeds.toml and topics/us-china-trade.toml into `folder`, which is created."""
    (folder / "topics").mkdir(parents=True)
    shutil.copy(TOPIC, folder / "topics")
    (folder / "monitor.toml").write_text(main(site.base_url), "utf-8")
    (folder / "feeds.toml").write_text("\n".join(_block(source, site) for source in SOURCES), "utf-8")


def main(base_url: str) -> str:
    """The text of a monitor.toml for feeds of one address."""
    return _MAIN.format(host=urlsplit(base_url).hostname)


def _block(source: Source, site: Site) -> str:
    values = {
        "id": source.id,
        "name": source.name,
        "url": site.url(source),
        "country": source.country,
        "state_media": source.state_media,
    }
    # A JSON string, true or false is also a TOML one.
    return "[[feed]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
