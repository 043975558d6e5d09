"""The sections of the configuration as frozen pydantic models: names, types, units, ranges and defaults.

In: plain values. Out: checked, immutable sections. It reads no file and no environment (loading does), and it writes no error
text for users beyond what a single value can say (explain does). Units stand in the names: `_s` seconds, `_bytes` bytes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from monitor.settings.alert_rules import AlertSettings
from monitor.settings.mailserver import MailServer, check_mail_host, check_token_url, mail_server
from monitor.settings.tables import ChannelSettings, HiddenUrl, Id, Line, Section
from monitor.settings.values import (
    check_address,
    check_base_url,
    check_clock,
    check_country,
    check_database_url,
    check_fingerprint,
    check_host,
    check_network,
    check_sender,
    check_time_zone,
    check_unique,
    check_unique_names,
    check_web_url,
)

Aliases = Annotated[tuple[Line, ...], Field(min_length=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
Network = Annotated[str, AfterValidator(check_network)]
Address = Annotated[str, AfterValidator(check_address)]
WebUrl = Annotated[str, AfterValidator(check_web_url)]  # "" or http(s)


class StoreSettings(Section):
    """[store] Where the corpus is kept."""

    # SQLAlchemy URL; empty: SQLite file monitor.db in the data folder. It may hold a password: never shown in a repr.
    url: Annotated[str, AfterValidator(check_database_url)] = Field(default="", repr=False)
    busy_timeout_s: float = Field(default=30.0, ge=0)
    backup_every_h: float = Field(default=24.0, ge=0)  # by the daemon, of SQLite; 0: never


class RetentionSettings(Section):
    """[retention] What is forgotten after how many days; 0: never."""

    texts_days: int = Field(default=90, ge=0)  # full texts of irrelevant articles
    polls_days: int = Field(default=90, ge=0)  # the log of answers
    sightings_days: int = Field(default=365, ge=0)  # under which id a feed showed an irrelevant article


class FetchSettings(Section):
    """[fetch] Manners and limits towards other people's servers."""

    contact: str = ""  # URL or mail address put into the User-Agent
    concurrency: int = Field(default=16, ge=1, le=256)
    per_host: int = Field(default=1, ge=1, le=4)  # simultaneous requests to one host
    min_gap_s: float = Field(default=1.0, ge=0)  # between two requests to one host
    timeout_s: float = Field(default=30.0, gt=0)  # one request in all, redirects included
    connect_timeout_s: float = Field(default=10.0, gt=0)
    deadline_s: float = Field(default=300.0, gt=0)  # one poll, or one round of reading, in all
    max_redirects: int = Field(default=5, ge=0, le=20)
    feed_max_bytes: int = Field(default=10 * 2**20, gt=0)  # after decompression
    page_max_bytes: int = Field(default=5 * 2**20, gt=0)  # after decompression
    max_entries: int = Field(default=1000, gt=0)  # of one feed document
    min_interval_s: int = Field(default=3600, ge=0)  # between two polls of one feed
    max_interval_s: int = Field(default=86400, gt=0)
    ports: tuple[Port, ...] = (80, 443, 8080, 8443)
    allow_networks: tuple[
        Network, ...
    ] = ()  # CIDR; addresses that are otherwise refused as private, any port
    robots: bool = True  # obey robots.txt for article pages


class ReadSettings(Section):
    """[read] Turning pages into articles."""

    max_pages: int = Field(default=600, ge=0)  # pages fetched in one round
    min_chars: int = Field(
        default=500, ge=0
    )  # a shorter page text counts as thin; the longer of page and feed text is kept
    gate: bool = True  # look at title and summary first; do not fetch pages that are plainly off topic
    reread_pages: int = Field(default=40, ge=0)  # pages asked again in one tick, for what changed; 0: none
    worker_timeout_s: float = Field(default=20.0, gt=0)  # parse or extract of one document
    worker_memory_bytes: int = Field(default=2 * 2**30, gt=0)


class ScoreSettings(Section):
    """[score] What scoring may use besides words."""

    model_path: str = ""  # folder of an encoder, see `monitor models`; empty: none


class SmtpSettings(Section):
    """[smtp] The password comes from MONITOR_SMTP_PASSWORD or MONITOR_SMTP_PASSWORD_FILE, never from here."""

    host: Annotated[str, AfterValidator(check_mail_host)] = ""  # also "mail.example.org:587", see mailserver
    port: int = Field(default=0, ge=0, le=65535)  # 0: that of host, else 465 for tls and 587 otherwise
    security: Literal["auto", "starttls", "tls", "none"] = "auto"  # auto: tls on port 465, else starttls
    ca_file: str = ""  # PEM: the authorities, or certificates, that count in place of this machine's
    fingerprint: Annotated[str, AfterValidator(check_fingerprint)] = (
        ""  # SHA-256 of the one certificate that counts
    )
    username: str = ""
    # Log in with a token in place of a password (XOAUTH2): where it is bought, with MONITOR_SMTP_REFRESH_TOKEN; "": a password.
    oauth_token_url: Annotated[str, AfterValidator(check_token_url)] = ""
    oauth_client_id: str = ""  # its secret, if it has one, is MONITOR_SMTP_CLIENT_SECRET
    sender: Annotated[str, AfterValidator(check_sender)] = ""  # "Trade Monitor <digest@example.org>"
    reply_to: Annotated[str, AfterValidator(check_sender)] = ""  # where answers go; "": to the sender
    per_minute: int = Field(default=0, ge=0)  # messages; 0: as fast as the server takes them
    timeout_s: float = Field(default=25.0, gt=0)  # one message in all, to the last byte before the final dot
    # ... for the server's word to that dot. Hanging up earlier makes repeats (RFC 1047); RFC 5321 4.5.3.2.6 would wait ten minutes.
    answer_timeout_s: float = Field(default=120.0, gt=0)
    dkim_selector: str = (
        ""  # "": messages are not signed. The key comes from MONITOR_DKIM_KEY or MONITOR_DKIM_KEY_FILE
    )

    @property
    def server(self) -> MailServer:
        """Where to connect and how, with what was left open filled in."""
        return mail_server(self.host, self.port, self.security)


class DeliverySettings(Section):
    """[delivery] What becomes of a message that did not arrive at once."""

    on_uncertain: Literal["resend", "hold"] = "resend"  # the server's word to the whole message was lost
    give_up_days: float = Field(default=5.0, gt=0)  # RFC 5321 4.5.4.1: at least four to five


class DigestSettings(Section):
    """[digest] What all topics share."""

    out: Line = "out"  # folder for digest files
    formats: tuple[Literal["html", "text", "md", "json", "eml"], ...] = ("html", "text", "eml")
    base_url: Annotated[str, AfterValidator(check_base_url)] = (
        ""  # where the issues are served; empty: links to it are left out
    )
    templates: str = ""  # folder; empty: the shipped ones


class WebSettings(Section):
    """[web] The small servers behind readers' links, and for whoever watches the daemon; `monitor run` starts them."""

    host: Annotated[Line, AfterValidator(check_host)] = (
        "127.0.0.1"  # a reverse proxy does TLS and the open network
    )
    port: int = Field(default=0, ge=0, le=65535)  # 0: none
    # /metrics and /readyz, which name topics and feeds, have a listener of their own, for this machine alone.
    ops_host: Annotated[Line, AfterValidator(check_host)] = "127.0.0.1"
    ops_port: int = Field(default=0, ge=0, le=65535)  # 0: none
    # The desk, which `monitor web` serves. Its password comes from MONITOR_WEB_PASSWORD, its tokens from MONITOR_WEB_TOKENS.
    desk_host: Annotated[Line, AfterValidator(check_host)] = "127.0.0.1"
    desk_port: int = Field(default=8090, ge=0, le=65535)  # 0: any free one
    desk_url: Annotated[str, AfterValidator(check_base_url)] = (
        ""  # where a reverse proxy has it; "": nowhere else
    )


class AlarmSettings(Section):
    """[alarm] Who is told when something is wrong, by another way than mail. The addresses are secrets: never shown."""

    # Each also from the environment: MONITOR_ALARM_WEBHOOK or MONITOR_ALARM_WEBHOOK_FILE, and so on.
    webhook: HiddenUrl = Field(default="", repr=False)  # POST of JSON
    ping: HiddenUrl = Field(default="", repr=False)  # a dead man's switch for digests
    ping_feeds: HiddenUrl = Field(default="", repr=False)  # the same for polling
    channels: Annotated[tuple[Id, ...], AfterValidator(check_unique)] = ()  # names in channels.toml
    timeout_s: float = Field(default=3.0, gt=0, le=30)


class LogSettings(Section):
    """[log] What the program tells while it runs."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"  # auto: console on a terminal, JSON lines otherwise


class FacetSettings(Section):
    """[[facets]] in a topic file: one side of the topic. Every facet must be touched for a full score."""

    name: Line
    aliases: Aliases  # "china", "beijing", "tariff*"; an all-capitals alias ("US") is matched with its case
    weight: float = Field(default=1.0, ge=0)
    # Further aliases by language: {zh = ["中国", "北京"]}.
    langs: dict[str, Aliases] = {}  # noqa: RUF012 - pydantic copies it
    beside: tuple[Line, ...] = ()  # what stands in this side's place in other news: "mexico", "north korea"


class ThemeSettings(Section):
    """[[themes]] in a topic file: a label for stories, in order of precedence."""

    name: Line
    aliases: Aliases


class MeasuredSettings(Section):
    """[[measured]] in a topic file: how good the line is for one kind of text, and what that was measured on."""

    kind: Literal["headline", "short", "full"]  # up to 29 words, 119 words, more; title included
    precision: float = Field(ge=0, le=1)  # of what is chosen, the share that is on topic
    recall: float = Field(ge=0, le=1)  # of what is on topic, the share that is chosen
    texts: int = Field(ge=1)  # it was measured on
    collection: Line  # the texts
    on: date

    def sentence(self) -> str:
        """Return it for people."""
        named = {"headline": "headlines", "short": "title and snippet", "full": "full texts"}[self.kind]
        return (
            f"{named}: {self.precision:.0%} of the chosen are on topic, {self.recall:.0%} of those on topic are chosen "
            f"({self.texts} {self.collection}, measured {self.on})"
        )


class ScheduleSettings(Section):
    """[schedule] in a topic file."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    time: Annotated[str, AfterValidator(check_clock)] = "07:00"  # local wall clock
    time_zone: Annotated[str, AfterValidator(check_time_zone)] = "UTC"  # IANA name


class WeightSettings(Section):
    """[weights] in a topic file: exponents of the ranking product; 0 switches a part off."""

    relevance: float = Field(default=1.0, ge=0)
    novelty: float = Field(default=1.0, ge=0)
    breadth: float = Field(default=0.5, ge=0)
    consequence: float = Field(default=1.5, ge=0)
    source: float = Field(default=1.0, ge=0)
    recency: float = Field(default=0.5, ge=0)
    distinctness: float = Field(default=1.0, ge=0)


class LimitSettings(Section):
    """[limits] in a topic file: how much a digest shows."""

    top: int = Field(default=5, ge=1, le=20)
    also: int = Field(default=8, ge=0, le=40)
    outlet: int = Field(
        default=5, ge=1, le=60
    )  # that one feed, host or outlet heads, where others have something to tell


class WebhookSettings(Section):
    """[[webhooks]] in a topic file: an address each issue is posted to. The secret: MONITOR_WEBHOOK_SECRET or MONITOR_WEBHOOK_SECRET_FILE."""

    name: Id
    url: HiddenUrl = Field(min_length=1, repr=False)  # it may hold a secret


class TopicSettings(Section):
    """One file in config/topics/. Without a key `id` the file's stem is the topic's id."""

    id: Id  # of issues, answers, opt-outs: it outlives the file's name
    title: Line
    sentence: Line  # the topic in one sentence
    seeds: Line = "seeds"  # folder of baseline articles
    mode: Literal["wide", "balanced", "strict"] = "balanced"
    language: Literal["en", "zh-Hans"] = "en"  # of the frame texts
    quiet: Literal["always", "note", "skip"] = "note"
    recipients: Annotated[tuple[Address, ...], AfterValidator(check_unique)] = ()
    webhooks: Annotated[tuple[WebhookSettings, ...], AfterValidator(check_unique_names)] = ()
    channels: Annotated[tuple[Id, ...], AfterValidator(check_unique)] = ()  # names in channels.toml
    alerts: Annotated[tuple[AlertSettings, ...], AfterValidator(check_unique_names)] = ()
    must: tuple[Line, ...] = ()  # an article without any of these is irrelevant; empty: no such rule
    never: tuple[Line, ...] = ()  # an article with one of these is irrelevant
    muted: tuple[Line, ...] = ()  # outlets or host names
    # Countries that are parties of the topic, ISO 3166 alpha-2: a story only outlets of one of them tell is named.
    sides: tuple[Annotated[str, AfterValidator(check_country)], ...] = ()
    facets: Annotated[tuple[FacetSettings, ...], AfterValidator(check_unique_names)] = ()
    themes: Annotated[tuple[ThemeSettings, ...], AfterValidator(check_unique_names)] = ()
    measured: tuple[
        MeasuredSettings, ...
    ] = ()  # at mode "balanced", with the facets as they stand in the file
    schedule: ScheduleSettings = ScheduleSettings()
    weights: WeightSettings = WeightSettings()
    limits: LimitSettings = LimitSettings()
    _is_id_given: bool = PrivateAttr(default=True)

    @property
    def is_id_given(self) -> bool:
        """Whether somebody chose the id; otherwise it is only what the file happens to be called."""
        return self._is_id_given

    def alert(self, name: str) -> AlertSettings | None:
        """The alert of this name; None where the file has none."""
        return next((each for each in self.alerts if each.name == name), None)

    def receiving(self, alert: AlertSettings) -> TopicSettings:
        """Return the same topic, whose readers and places are those of one of its alerts."""
        if not (alert.recipients or alert.channels):
            return self
        there = {"recipients": alert.recipients, "channels": alert.channels, "webhooks": ()}
        same = self.model_copy(update=there)
        same._is_id_given = self._is_id_given  # noqa: SLF001 - its own kind
        return same

    def named_by_file(self) -> TopicSettings:
        """Return the same topic, whose id is only its file's name."""
        same = self.model_copy()
        same._is_id_given = False  # noqa: SLF001 - its own kind
        return same


class MainFile(Section):
    """The tables of monitor.toml."""

    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    read: ReadSettings = ReadSettings()
    score: ScoreSettings = ScoreSettings()
    smtp: SmtpSettings = SmtpSettings()
    delivery: DeliverySettings = DeliverySettings()
    digest: DigestSettings = DigestSettings()
    web: WebSettings = WebSettings()
    alarm: AlarmSettings = AlarmSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()


class ModelSettings(Section):
    """[[model]] in models.toml: a sentence encoder that can be fetched."""

    name: Id
    url: WebUrl = Field(min_length=1)  # the folder its files lie in, with a "/" at the end
    files: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]  # name, SHA-256


class ModelsFile(Section):
    """The tables of models.toml."""

    model: tuple[ModelSettings, ...] = ()


class BrokenTopic(Section):
    """A topic that cannot be used as its file, or its seeds, stand now. It stops no other topic."""

    id: str  # the file's stem, whatever it holds; at most 64 characters
    why: str  # one line: what is wrong, and what to do
    is_served: bool = False  # True: it goes on as it was when all was well


# Why this configuration was taken: it was named on the command line or lies in the working folder; or an environment variable
# named it; or there was none, and the shipped one counts.
Origin = Literal["asked", "environment", "shipped"]


class Settings(MainFile):
    """Everything, checked. Paths in it are absolute when `load` made it."""

    root: Path  # the folder that relative paths start from
    data: Path  # the data folder
    config: Path = Path("config")  # the folder the files came from: feeds.toml is beside monitor.toml
    origin: Origin = "asked"
    channels: tuple[ChannelSettings, ...] = ()  # each of its own kind
    topics: tuple[TopicSettings, ...] = ()
    broken: tuple[BrokenTopic, ...] = ()  # topic files that cannot be used

    @property
    def heartbeat(self) -> Path:
        """The file that says when the daemon was last seen alive."""
        return self.data / "heartbeat"
