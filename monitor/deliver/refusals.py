"""Whose fault a refusal is: what a mail server said with a 5xx, or a report with a 5.x.x, in; reader, later or ours out.

Only a reader's own fault may ever take them off a list. So the rule is prudent: what a server says about us (log-in, relaying, policy,
spam, quota of sending) wins over a code that names the reader, and what says nothing clear counts as ours. Looks at one answer; whether
all readers got the like one is the pipeline's question. Standards: RFC 3463 and the registry of its codes, RFC 5321 4.2, RFC 7505.
"""

from __future__ import annotations

import re
from typing import Literal

Fault = Literal["reader", "later", "ours"]

_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"^\s*5(\d\d)\b")
# No such mailbox or host, moved without an address, null MX (RFC 7505), mailbox disabled.
_READERS = frozenset({"1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1"})
_FULL = frozenset({"2.2"})
# Plain codes that RFC 5321 gives for a mailbox: 550 no such, 551 not here, 553 its name is not allowed.
_OF_MAILBOX = frozenset({"50", "51", "53"})
# Of us, whatever the code says. Servers write 550 5.1.1 before most of these.
_SAYS_OURS = re.compile(
    r"auth(?:entication|orization|orisation)?\b.{0,20}\b(?:required|failed|needed)|must (?:issue|authenticate|log ?in)|log ?in"
    r"|not authenticated|relay|spam|spf\b|dkim|dmarc|black ?list|block ?list|\bblocked\b|\bbanned\b|\brbl\b|\bdnsbl\b|spamhaus"
    r"|reputation|policy|sender (?:address )?(?:rejected|denied|unknown|not|verif)|(?:daily|hourly|sending|message|rate)"
    r" (?:user )?(?:sending )?(?:quota|limit)|too many|rate limit|not permitted|not allowed to|access denied|client host|helo|ehlo"
    r"|reverse (?:dns|lookup)|\bptr\b|starttls|tls required|size limit|too large|syntax",
    re.IGNORECASE,
)
_SAYS_CONTENT = re.compile(
    r"spam|virus|malware|content|message (?:rejected|too)|too (?:big|large)|size", re.IGNORECASE
)
_SAYS_FULL = re.compile(
    r"mail ?box (?:is )?full|over ?quota|quota exceeded|exceeded.{0,20}quota|storage", re.IGNORECASE
)
_SAYS_READER = re.compile(
    r"(?:user|recipient|mail ?box|address|account|addressee)\b.{0,60}\b(?:unknown|not (?:be )?found|does(?: not|n't) exist|unavailable"
    r"|invalid|disabled|inactive|suspended|closed|no longer|not exist|not listed|undeliverable)"
    r"|(?:unknown|no such|invalid|bad|disabled|inactive) .{0,20}(?:user|recipient|mail ?box|address|account|person)"
    r"|no mail ?box (?:here|by that name)|not our customer|does not like recipient",
    re.IGNORECASE,
)

# 421: the server closes; 432 and 454: not now, of log-ins, encryption and, with some providers, the rate; 450 to 452 by their words.
_OF_SERVER = frozenset({421, 432, 454})
_PACED = _OF_SERVER | {450, 451, 452}
_OF_POLICY = re.compile(r"\b4\.7\.1\b")  # RFC 3463: what greylisting gives that does not say so
_SAYS_GREYLIST = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
_OF_ONE = re.compile(
    r"\b4\.2\.\d|mail ?box|recipient|user|account|storage|quota", re.IGNORECASE
)  # of one reader
_SAYS_PACE = re.compile(
    r"too (?:many|much|fast|frequent)|slow(?:ing)? down|throttl|\brate\b|\bbusy\b|limit (?:was |is )?(?:exceeded|reached)|concurren",
    re.IGNORECASE,
)


def whose(answer: str, *, status: str = "") -> Fault:
    """Whose fault the refusal `answer` tells of: "reader", "later" (a full mailbox), or "ours".

    `answer` is what the server said, with its codes if it gave any; `status` an enhanced code known from elsewhere ("5.1.1").

    >>> whose("550 5.1.1 no such user"), whose("552 5.2.2 mailbox full"), whose("550 5.7.1 relaying denied")
    ('reader', 'later', 'ours')
    """
    if _SAYS_OURS.search(answer):
        return "ours"
    enhanced = _ENHANCED.search(answer) or _ENHANCED.search(status)
    given = f"{enhanced[1]}.{enhanced[2]}" if enhanced else ""
    if given in _FULL or (given in ("", "0.0", "2.0") and _SAYS_FULL.search(answer)):
        return "later"
    if given in _READERS:
        return "reader"
    # 5.0.0 and 5.1.0 say no more than 5xx does: then the words decide.
    if given not in ("", "0.0", "1.0", "2.0") or not _SAYS_READER.search(answer):
        return "ours"
    code = _CODE.search(answer)
    return "reader" if code is None or code[1] in _OF_MAILBOX else "ours"


def is_of_content(answer: str) -> bool:
    """Whether `answer` refuses the message for what is in it: then no later attempt with the same bytes is better."""
    return bool(_SAYS_CONTENT.search(answer))


def is_of_pace(code: int, answer: str) -> bool:
    """Whether a 4xx asks us to send fewer or later, whoever the message is for. Greylisting does not: it is for one reader each.

    >>> is_of_pace(421, "421 4.7.0 closing"), is_of_pace(451, "451 4.7.1 Greylisted"), is_of_pace(450, "450 too many messages")
    (True, False, True)
    """
    if code not in _PACED or _SAYS_GREYLIST.search(answer):
        return False
    if code in _OF_SERVER:
        return True
    says_pace, is_policy = bool(_SAYS_PACE.search(answer)), bool(_OF_POLICY.search(answer))
    return not _OF_ONE.search(answer) and (says_pace or (code == 451 and not is_policy))


def likeness(answer: str) -> str:
    """What is the same in the answers a server gives for one cause: without addresses, numbers of its own and letter case.

    >>> likeness("550 5.1.1 <a@b.example>: no") == likeness("550 5.1.1 <c@d.example>: No")
    True
    """
    bare = re.sub(r"<[^>]*>|\S+@\S+", " ", answer.casefold())
    return " ".join(re.sub(r"\b(?=\w*\d)\w{6,}\b", " ", bare).split())
