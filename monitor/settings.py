"""Settings: TOML files in, one frozen `Settings` out. Read once, at the edge; nobody else reads files or the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class StoreSettings(_Section):
    """[store]"""

    url: str = ""  # SQLAlchemy URL; empty: SQLite file monitor.db in the data folder
    busy_timeout_s: float = Field(30.0, ge=0)


class FetchSettings(_Section):
    """[fetch] Manners and limits towards other people's servers."""

    contact: str = ""  # URL or mail address put into the User-Agent
    concurrency: int = Field(16, ge=1, le=256)
    per_host: int = Field(1, ge=1, le=4)  # simultaneous requests to one host
    min_gap_s: float = Field(1.0, ge=0)  # between two requests to one host
    timeout_s: float = Field(30.0, gt=0)  # one request in all, redirects included
    connect_timeout_s: float = Field(10.0, gt=0)
    deadline_s: float = Field(300.0, gt=0)  # one poll, or one round of reading, in all
    max_redirects: int = Field(5, ge=0, le=20)
    feed_max_bytes: int = Field(10 * 2**20, gt=0)  # after decompression
    page_max_bytes: int = Field(5 * 2**20, gt=0)  # after decompression
    max_entries: int = Field(1000, gt=0)  # of one feed document
    min_interval_s: int = Field(3600, ge=0)  # between two polls of one feed
    max_interval_s: int = Field(86400, gt=0)
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    allow_networks: tuple[str, ...] = ()  # CIDR; addresses that are otherwise refused as private, any port
    robots: bool = True  # obey robots.txt for article pages


class ReadSettings(_Section):
    """[read] Turning pages into articles."""

    max_pages: int = Field(600, ge=0)  # pages fetched in one round
    min_chars: int = Field(500, ge=0)  # a shorter page text counts as thin; the longer of page and feed text is kept
    gate: bool = True  # look at title and summary first; do not fetch pages that are plainly off topic
    worker_timeout_s: float = Field(20.0, gt=0)  # parse or extract of one document
    worker_memory_bytes: int = Field(2 * 2**30, gt=0)


class SmtpSettings(_Section):
    """[smtp] The password comes from MONITOR_SMTP_PASSWORD or MONITOR_SMTP_PASSWORD_FILE, never from here."""

    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    sender: str = ""  # "Trade Monitor <digest@example.org>"
    timeout_s: float = Field(60.0, gt=0)


class DigestSettings(_Section):
    """[digest] What all topics share."""

    out: str = "out"  # folder for digest files
    formats: tuple[Literal["html", "text", "md", "json", "eml"], ...] = ("html", "text", "eml")
    base_url: str = ""  # where the issues are served; empty: links to it are left out
    templates: str = ""  # folder; empty: the shipped ones


class LogSettings(_Section):
    """[log]"""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"  # auto: console on a terminal, JSON lines otherwise


class FacetSettings(_Section):
    """[[facets]] in a topic file: one side of the topic. Every facet must be touched for a full score."""

    name: str
    aliases: tuple[str, ...]  # "china", "beijing", "tariff*"; an all-capitals alias ("US") is matched with its case
    weight: float = Field(1.0, ge=0)
    langs: dict[str, tuple[str, ...]] = {}  # further aliases by language: {zh = ["中国", "北京"]}


class ThemeSettings(_Section):
    """[[themes]] in a topic file: a label for stories, in order of precedence."""

    name: str
    aliases: tuple[str, ...]


class ScheduleSettings(_Section):
    """[schedule] in a topic file."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    time: str = "07:00"  # local wall clock
    time_zone: str = "UTC"  # IANA name


class WeightSettings(_Section):
    """[weights] in a topic file: exponents of the ranking product; 0 switches a part off."""

    relevance: float = Field(1.0, ge=0)
    novelty: float = Field(1.0, ge=0)
    breadth: float = Field(0.5, ge=0)
    source: float = Field(1.0, ge=0)
    recency: float = Field(0.5, ge=0)


class LimitSettings(_Section):
    """[limits] in a topic file: how much a digest shows."""

    top: int = Field(5, ge=1, le=20)
    also: int = Field(8, ge=0, le=40)


class TopicSettings(_Section):
    """One file in config/topics/. The file's stem is the topic's id."""

    id: str
    title: str
    sentence: str  # the topic in one sentence
    seeds: str = "seeds"  # folder of baseline articles
    mode: Literal["wide", "balanced", "strict"] = "balanced"
    language: Literal["en", "zh-Hans"] = "en"  # of the frame texts
    quiet: Literal["always", "note", "skip"] = "note"
    recipients: tuple[str, ...] = ()
    must: tuple[str, ...] = ()  # an article without any of these is irrelevant; empty: no such rule
    never: tuple[str, ...] = ()  # an article with one of these is irrelevant
    muted: tuple[str, ...] = ()  # outlets or host names
    facets: tuple[FacetSettings, ...] = ()
    themes: tuple[ThemeSettings, ...] = ()
    schedule: ScheduleSettings = ScheduleSettings()
    weights: WeightSettings = WeightSettings()
    limits: LimitSettings = LimitSettings()


class Settings(_Section):
    """Everything, checked."""

    root: Path  # the folder that relative paths start from
    data: Path  # the data folder
    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    read: ReadSettings = ReadSettings()
    smtp: SmtpSettings = SmtpSettings()
    digest: DigestSettings = DigestSettings()
    log: LogSettings = LogSettings()
    topics: tuple[TopicSettings, ...] = ()
