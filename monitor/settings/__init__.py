"""The configuration: TOML files and environment in, one frozen `Settings` out, read once at the edge.

Nobody else in the house reads configuration files or the environment. Why it is built like this: docs/notes/settings.md.
"""

from __future__ import annotations

from monitor.settings.alert_rules import AlertSettings
from monitor.settings.append import append_feed, append_feeds, new_feed
from monitor.settings.environment import Secret, secret, variable
from monitor.settings.feedsfile import FeedSettings, FeedsFile, feed_id
from monitor.settings.loading import (
    load,
    load_feeds,
    load_models,
    load_topic,
    read_text,
    topic_of,
)
from monitor.settings.mailserver import MailServer
from monitor.settings.paths import shipped, write_defaults
from monitor.settings.sections import (
    AlarmSettings,
    BrokenTopic,
    DeliverySettings,
    DigestSettings,
    FacetSettings,
    FetchSettings,
    LimitSettings,
    LogSettings,
    MainFile,
    MeasuredSettings,
    ModelSettings,
    ReadSettings,
    RetentionSettings,
    ScheduleSettings,
    ScoreSettings,
    Settings,
    SmtpSettings,
    StoreSettings,
    ThemeSettings,
    TopicSettings,
    WebhookSettings,
    WebSettings,
    WeightSettings,
)
from monitor.settings.tables import ChannelSettings, HiddenUrl, Id, Kinds, Line, Section
from monitor.settings.topicfile import topic_file
from monitor.settings.values import check_id, one_line
from monitor.settings.what_if import with_changes

__all__ = [
    "AlarmSettings",
    "AlertSettings",
    "BrokenTopic",
    "ChannelSettings",
    "DeliverySettings",
    "DigestSettings",
    "FacetSettings",
    "FeedSettings",
    "FeedsFile",
    "FetchSettings",
    "HiddenUrl",
    "Id",
    "Kinds",
    "LimitSettings",
    "Line",
    "LogSettings",
    "MailServer",
    "MainFile",
    "MeasuredSettings",
    "ModelSettings",
    "ReadSettings",
    "RetentionSettings",
    "ScheduleSettings",
    "ScoreSettings",
    "Secret",
    "Section",
    "Settings",
    "SmtpSettings",
    "StoreSettings",
    "ThemeSettings",
    "TopicSettings",
    "WebSettings",
    "WebhookSettings",
    "WeightSettings",
    "append_feed",
    "append_feeds",
    "check_id",
    "feed_id",
    "load",
    "load_feeds",
    "load_models",
    "load_topic",
    "new_feed",
    "one_line",
    "read_text",
    "secret",
    "shipped",
    "topic_file",
    "topic_of",
    "variable",
    "with_changes",
    "write_defaults",
]
