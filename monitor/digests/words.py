"""The frame's words: every string of a digest that is not news, in each language, with plurals and numbers.

In: a language and a key; out: text. No `locale`: that is process-wide state and differs between machines. What a feed
or an article said never passes through here. A key missing in one language is a failing test, not a fallback.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Phrase = str | tuple[str, str]  # one form, or (for one, for any other number)

ENGLISH: Mapping[str, Phrase] = MappingProxyType(
    {
        # masthead
        "number": "No. {number}",
        "minutes": ("{n} min read", "{n} min read"),
        "view_online": "View online",
        "join": " · ",
        "comma": ", ",
        "colon": ": ",
        "stop": ".",
        # notices
        "notice": "Please note",
        "none_answered": (
            "0 of {n} feed answered: this issue says nothing about the week, only that we could not look.",
            "0 of {n} feeds answered: this issue says nothing about the week, only that we could not look.",
        ),
        "cause_dns": "Our machine could not find any server by its name; the feeds themselves may be well.",
        "cause_unreachable": "Our machine had no way to the network; the feeds themselves may be well.",
        "cause_timeout": "No connection of our machine was answered; the feeds themselves may be well.",
        "cause_refused": "Every connection of our machine was refused; the feeds themselves may be well.",
        "cause_reset": "Every connection of our machine was cut; the feeds themselves may be well.",
        "cause_tls": "Our machine could not trust any server's certificate; the feeds themselves may be well.",
        "cause_blocked_address": "Our network led every name to an address inside; the feeds themselves may be well.",
        "cause_proxy": "A proxy on our side answered for every server; the feeds themselves may be well.",
        "cause_mixed": "No server could be reached, so the trouble is rather ours than theirs.",
        "none_asked": "No feed is asked for this topic: this issue says nothing about the week.",
        "partial": (
            "Partial coverage: {answered} of {n} feed answered.",
            "Partial coverage: {answered} of {n} feeds answered.",
        ),
        "quiet": (
            "A quiet week: of {n} article on topic none told anything new.",
            "A quiet week: of {n} articles on topic none told anything new.",
        ),
        "quiet_none": "A quiet week: we looked, and found nothing on this topic.",
        "gap": (
            "This issue covers {n} day, from {since} to {until}.",
            "This issue covers {n} days, from {since} to {until}.",
        ),
        "down": (
            "This issue covers {n} week: the service was not running from {since} to {until}.",
            "This issue covers {n} weeks: the service was not running from {since} to {until}.",
        ),
        "missed": (
            "{n} issue before this one was due and could not be made: this one stands for it too.",
            "{n} issues before this one were due and could not be made: this one stands for them too.",
        ),
        "late": "This issue is late: it was due on {due}.",
        "left_out": (
            "{n} story could not be shown because of a fault of ours, and is left out: {titles}.",
            "{n} stories could not be shown because of a fault of ours, and are left out: {titles}.",
        ),
        "trimmed": (
            "{n} story is left out here to keep this mail small enough to be shown whole.",
            "{n} stories are left out here to keep this mail small enough to be shown whole.",
        ),
        # the week
        "lines": "The week in brief",
        "lines_three": "The week in three lines",
        "numbers": "The week in numbers",
        "articles": ("article read", "articles read"),
        "on_topic": ("{n} on topic", "{n} on topic"),
        "outlets": ("outlet", "outlets"),
        "countries": ("{n} country", "{n} countries"),
        "was": "was {old}",
        "next_date": "next date named",
        "in_days": ("in {n} day", "in {n} days"),
        "stories": ("story", "stories"),
        "feeds": ("feed answered", "feeds answered"),
        "of": "{part} of {whole}",
        # stories
        "top": "Top stories",
        "new": "New",
        "updated": "Updated",
        "n_new": ("{n} new", "{n} new"),
        "n_updated": ("{n} updated", "{n} updated"),
        "last_told": "last told in No. {number}",
        "untitled": "(no headline)",
        "whats_new": "What’s new",
        "facts": "New facts",
        "changed": "Changed",
        "closest_issue": "Closest already sent: issue {number}, “{title}”{when} (overlap {overlap} %)",
        "closest_seed": "Closest seed: “{title}”{when} (overlap {overlap} %)",
        "closest_article": "Closest in the archive: “{title}”{when} (overlap {overlap} %)",
        "when": ", {date}",
        "why": "Why it is here",
        "so_far": "So far",
        "n_outlets": ("{n} outlet", "{n} outlets"),
        "details": "{label} ({details})",
        "from_country": "{n} {country}",
        "newsrooms": ("{n} independent", "{n} independent"),
        "other": "{n} other",
        "n_more": ("{n} more", "{n} more"),
        "plus_more": ("+{n} more", "+{n} more"),
        "developments": "Also in this story",
        "more_reports": ("{n} more report", "{n} more reports"),
        "paywall": "[paywall]",
        "state_media": "[state media]",
        "source": "{outlet}, {date}",
        # sections after the stories
        "one_sided": "Told on one side only",
        "only_from": (
            "{n} newsroom, only from {country}",
            "{n} newsrooms, only from {country}",
        ),
        "also": "Also moving",
        "gone_quiet": "Threads gone quiet",
        "last_heard": "last heard of {date}, told in No. {number}",
        "changed_after": "Changed after we sent it",
        "before": "Before",
        "changed_on": "{outlet}, changed {date}; told in No. {number}",
        "not_sure": "Not sure: is this about your topic?",
        "answer": "To answer: monitor feedback {id} relevant --topic {topic} (or irrelevant, or knew-it)",
        "answer_link": "Answer with a click",
        "answer_relevant": "Yes, it is",
        "answer_irrelevant": "No, it is not",
        "answer_knew_it": "I knew that already",
        "answer_thanks": "Thank you. The next scores learn from it.",
        "chart": ("Coverage, {n} week", "Coverage, last {n} weeks"),
        "chart_caption": "Articles on topic per week, {first} to {last}: lowest {low}, highest {high}.",
        "week": "week {week}",
        "week_so_far": "week {week} so far",
        "dates": "Dates ahead",
        "dates_caption": "Dates named in this issue’s coverage",
        "day": "Day",
        "event": "Named in",
        # ledger and footer
        "ledger": "How this was made",
        "entries": ("{n} new entry", "{n} new entries"),
        "distinct": ("{n} article", "{n} articles"),
        "relevant": ("{n} on topic", "{n} on topic"),
        "n_stories": ("{n} story", "{n} stories"),
        "shown": ("{n} in this issue", "{n} in this issue"),
        "articles_of": "articles: {parts}",
        "n_told": ("{n} told", "{n} told"),
        "n_below": ("{n} under stories that ranked lower", "{n} under stories that ranked lower"),
        "n_known": ("{n} with nothing new", "{n} with nothing new"),
        "n_backlog": (
            "{n} older article of a new feed was taken as known.",
            "{n} older articles of new feeds were taken as known.",
        ),
        "n_ruled": (
            "{n} article was kept out by the topic's rules.",
            "{n} articles were kept out by the topic's rules.",
        ),
        "answered": ("{answered} of {n} feed answered", "{answered} of {n} feeds answered"),
        "pages": (
            "Read as a full page: {n}; by the feed’s own text only: {feed_only}.",
            "Read as full pages: {n}; by the feed’s own text only: {feed_only}.",
        ),
        "shortfall": (
            "No. {issue} did not reach {missed} of {n} reader.",
            "No. {issue} did not reach {missed} of {n} readers.",
        ),
        "failing": "Feeds with trouble",
        "since": "since {date}",
        "near": ("{n} nearest miss, under the line", "{n} nearest misses, under the line"),
        "relevance": "relevance {value}",
        "verbatim": "Every sentence quoted is an extract, word for word, from the outlet named with it.",
        "reason": "You get this because your address is on the list for “{title}”.",
        "leave": "To leave, use your mail program’s unsubscribe button or answer with the word unsubscribe.",
        "leave_link": "Your own link to unsubscribe",
        "leave_ask": "Do you want no more mail of this digest?",
        "leave_button": "Unsubscribe",
        "leave_done": "You will get no more mail of this digest.",
        "end": "End of No. {number}.",
        # subject and preheader
        "subject_end": " · {title}, No. {number}",
        "subject_quiet": "A quiet week",
        "subject_blind": "No feed answered",
        "preheader": (
            "{n} story from {relevant} articles on topic, {outlets} outlets.",
            "{n} stories from {relevant} articles on topic, {outlets} outlets.",
        ),
        "preheader_next": "Next date: {date}.",
        "preheader_pad": "Sentences are extracts, with their sources.",
        # feed states
        "state_empty": "answers, but without entries",
        "state_html": "answers with a web page",
        "state_gone": "gone for good",
        "state_forbidden": "refuses us",
        "state_timeout": "too slow to answer",
        "state_dns": "host not found",
        "state_tls": "certificate not valid",
        "state_refused": "no connection",
        "state_quiet": "quiet for longer than usual",
    }
)

CHINESE: Mapping[str, Phrase] = MappingProxyType(
    {
        "number": "第 {number} 期",
        "minutes": "阅读约 {n} 分钟",
        "view_online": "在线阅读",
        "join": " · ",
        "comma": "、",
        "colon": "：",
        "stop": "。",
        "notice": "请注意",
        "none_answered": "{n} 个信息源均无响应：本期无法说明本周情况，只能说明我们未能读取。",
        "cause_dns": "我方机器无法解析任何服务器的名称；信息源本身可能正常。",
        "cause_unreachable": "我方机器无法连接网络；信息源本身可能正常。",
        "cause_timeout": "我方机器的所有连接均无回应；信息源本身可能正常。",
        "cause_refused": "我方机器的所有连接均被拒绝；信息源本身可能正常。",
        "cause_reset": "我方机器的所有连接均被中断；信息源本身可能正常。",
        "cause_tls": "我方机器无法信任任何服务器的证书；信息源本身可能正常。",
        "cause_blocked_address": "我方网络将所有名称指向内部地址；信息源本身可能正常。",
        "cause_proxy": "我方的代理代替所有服务器作答；信息源本身可能正常。",
        "cause_mixed": "所有服务器均无法访问，问题更可能在我方。",
        "none_asked": "本主题没有启用的信息源：本期无法说明本周情况。",
        "partial": "覆盖不完整：{n} 个信息源中有 {answered} 个响应。",
        "quiet": "平静的一周：{n} 篇相关文章均无新内容。",
        "quiet_none": "平静的一周：我们查看过，没有发现与主题相关的内容。",
        "gap": "本期涵盖 {n} 天，自{since}至{until}。",
        "down": "本期涵盖 {n} 周：自{since}至{until}服务未运行。",
        "missed": "此前有 {n} 期到期而未能发出，由本期一并涵盖。",
        "late": "本期延迟：原定于{due}发出。",
        "left_out": "因我们的故障，有 {n} 条报道无法显示，已略去：{titles}。",
        "trimmed": "为保证邮件完整显示，此处省略 {n} 条报道。",
        "lines": "本周要点",
        "lines_three": "三句话看本周",
        "numbers": "本周数字",
        "articles": "篇文章已读",
        "on_topic": "{n} 篇相关",
        "outlets": "家媒体",
        "countries": "{n} 个国家或地区",
        "was": "此前 {old}",
        "next_date": "下一个日期",
        "in_days": "{n} 天后",
        "stories": "条报道",
        "feeds": "个信息源响应",
        "of": "{part}/{whole}",
        "top": "要闻",
        "new": "新",
        "updated": "更新",
        "n_new": "{n} 条新报道",
        "n_updated": "{n} 条更新",
        "last_told": "上次见于第 {number} 期",
        "untitled": "（无标题）",
        "whats_new": "新在何处",
        "facts": "新事实",
        "changed": "变化",
        "closest_issue": "已发送内容中最接近：第 {number} 期《{title}》{when}（重合 {overlap}%）",
        "closest_seed": "最接近的种子文章：《{title}》{when}（重合 {overlap}%）",
        "closest_article": "存档中最接近：《{title}》{when}（重合 {overlap}%）",
        "when": "，{date}",
        "why": "入选原因",
        "so_far": "此前进展",
        "n_outlets": "{n} 家媒体",
        "details": "{label}（{details}）",
        "from_country": "{country} {n}",
        "newsrooms": "{n} 家独立报道",
        "other": "其他 {n}",
        "n_more": "另有 {n} 家",
        "plus_more": "另有 {n} 家",
        "developments": "同一事件的其他进展",
        "more_reports": "另有 {n} 篇报道",
        "paywall": "[付费]",
        "state_media": "[官媒]",
        "source": "{outlet}，{date}",
        "one_sided": "单方报道",
        "only_from": "{n} 家媒体，均来自{country}",
        "also": "其他动态",
        "gone_quiet": "暂无下文",
        "last_heard": "最近一次报道于{date}，见第 {number} 期",
        "changed_after": "发送后的改动",
        "before": "原标题",
        "changed_on": "{outlet}，{date}改动；见第 {number} 期",
        "not_sure": "拿不准：这与您的主题有关吗？",
        "answer": "回答：monitor feedback {id} relevant --topic {topic}（或 irrelevant、knew-it）",
        "answer_link": "点击回答",
        "answer_relevant": "是，有关",
        "answer_irrelevant": "不，无关",
        "answer_knew_it": "我已经知道",
        "answer_thanks": "谢谢。今后的评分会据此学习。",
        "chart": "近 {n} 周报道量",
        "chart_caption": "每周相关文章数，{first}至{last}：最低 {low}，最高 {high}。",
        "week": "第 {week} 周",
        "week_so_far": "第 {week} 周（未完）",
        "dates": "日程",
        "dates_caption": "本期报道提到的日期",
        "day": "日期",
        "event": "出处",
        "ledger": "本期如何产生",
        "entries": "{n} 条新条目",
        "distinct": "{n} 篇文章",
        "relevant": "{n} 篇相关",
        "n_stories": "{n} 个事件",
        "shown": "本期 {n} 条",
        "articles_of": "文章：{parts}",
        "n_told": "已报道 {n} 篇",
        "n_below": "排名靠后 {n} 篇",
        "n_known": "无新内容 {n} 篇",
        "n_backlog": "新增信息源的 {n} 篇旧文视为已知。",
        "n_ruled": "{n} 篇文章被主题规则排除。",
        "answered": "{n} 个信息源中 {answered} 个响应",
        "pages": "读取全文 {n} 篇，仅用信息源文本 {feed_only} 篇。",
        "shortfall": "第 {issue} 期未能送达 {n} 位读者中的 {missed} 位。",
        "failing": "有问题的信息源",
        "since": "自{date}起",
        "near": "最接近入选的 {n} 篇",
        "relevance": "相关度 {value}",
        "verbatim": "所引句子均为原文摘录，并注明出处。",
        "reason": "您收到此邮件，是因为您的地址在“{title}”的收件名单中。",
        "leave": "如需退订，请使用邮件程序的退订按钮，或回复 unsubscribe。",
        "leave_link": "您的退订链接",
        "leave_ask": "不再接收本摘要吗？",
        "leave_button": "退订",
        "leave_done": "您将不再收到本摘要。",
        "end": "第 {number} 期完。",
        "subject_end": " · {title} 第 {number} 期",
        "subject_quiet": "平静的一周",
        "subject_blind": "信息源均无响应",
        "preheader": "{n} 条报道，选自 {outlets} 家媒体的 {relevant} 篇相关文章。",
        "preheader_next": "下一个日期：{date}。",
        "preheader_pad": "所引句子均为原文摘录，并注明出处，按与主题的相关度和新颖程度排序。",
        "state_empty": "有响应但无内容",
        "state_html": "返回的是网页",
        "state_gone": "已永久关闭",
        "state_forbidden": "拒绝访问",
        "state_timeout": "响应超时",
        "state_dns": "找不到主机",
        "state_tls": "证书无效",
        "state_refused": "无法连接",
        "state_quiet": "沉默时间超出常态",
    }
)

LANGUAGES: Mapping[str, Mapping[str, Phrase]] = MappingProxyType({"en": ENGLISH, "zh-Hans": CHINESE})

# ISO 3166 alpha-2 codes as readers know them; any other code stands for itself.
COUNTRIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "US": "US", "CN": "China", "HK": "Hong Kong", "TW": "Taiwan", "GB": "UK", "JP": "Japan", "KR": "South Korea",
            "SG": "Singapore", "IN": "India", "AU": "Australia", "CA": "Canada", "MX": "Mexico", "DE": "Germany",
            "FR": "France", "CH": "Switzerland", "BE": "Belgium", "NL": "Netherlands", "EU": "EU", "QA": "Qatar",
        },
        "zh-Hans": {
            "US": "美国", "CN": "中国", "HK": "香港", "TW": "台湾", "GB": "英国", "JP": "日本", "KR": "韩国", "SG": "新加坡",
            "IN": "印度", "AU": "澳大利亚", "CA": "加拿大", "MX": "墨西哥", "DE": "德国", "FR": "法国", "CH": "瑞士",
            "BE": "比利时", "NL": "荷兰", "EU": "欧盟", "QA": "卡塔尔",
        },
    }
)  # fmt: skip


def say(language: str, key: str, *, n: int = 0, **facts: object) -> str:
    """The phrase for `key`, with `n` choosing its plural form and written with thousands separators.

    Raises:
        KeyError: no such language or key.
    """
    phrase = LANGUAGES[language][key]
    form = phrase if isinstance(phrase, str) else phrase[n != 1]
    return form.format(n=f"{n:,}", **facts)


def phrases(language: str) -> dict[str, str]:
    """All phrases that stand for themselves, without a number or a fact in them: what templates call `words`."""
    return {
        key: text for key, text in LANGUAGES[language].items() if isinstance(text, str) and "{" not in text
    }


def country(language: str, code: str) -> str:
    """The country's short name; an unknown code stands for itself."""
    return COUNTRIES[language].get(code, code)
