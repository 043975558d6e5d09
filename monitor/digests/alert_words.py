"""What alerts say, and what an issue says of what they told: key -> the text in English and in Chinese, as `words` has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Phrase = str | tuple[str, str]  # one form, or (for one, for any other number)

ALERT_WORDS: Mapping[str, tuple[Phrase, Phrase]] = MappingProxyType(
    {
        # in an alert
        "alert_daily": ("Daily brief", "每日简报"),
        "alert_at_once": ("Just in", "快讯"),
        "alert_left": (
            ("{n} more heading waits for the next issue.", "{n} more headings wait for the next issue."),
            "另有 {n} 个事件留待下期。",
        ),
        "alert_end": (
            "Where the next issue tells these stories again, it marks them as sent.",
            "下期如再收录以上报道，将标明已推送。",
        ),
        "alert_subject_daily": (" · {title}, {date}", " · {title}，{date}"),
        "alert_subject_at_once": (" · {title}", " · {title}"),
        # in an issue
        "sent": ("Sent", "已推送"),
        "sent_on": ("sent {date}", "{date}已推送"),
        "n_sent_before": (("{n} sent before", "{n} sent before"), "{n} 条此前已推送"),
        "n_sent": (("{n} sent in alerts before", "{n} sent in alerts before"), "此前已由快讯推送 {n} 篇"),
        "closest_alert": (
            "Closest already sent: in an alert, “{title}”{when} (overlap {overlap} %)",
            "已发送内容中最接近：快讯《{title}》{when}（重合 {overlap}%）",
        ),
    }
)
