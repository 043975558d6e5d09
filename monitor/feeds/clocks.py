"""What an answer says about our clock: its Date and Age, or a certificate that looks expired. Answer in, seconds out.

Source: RFC 9110 6.6.1 (Date is when the message was made), RFC 9111 5.1 (Age is how long it lay in caches since). Some caches
renew Date and keep Age, so the server's clock is somewhere from Date to Date + Age: what lies in between proves nothing wrong.
"""

from __future__ import annotations

import re
from datetime import datetime

from monitor.model import FetchResult
from monitor.text.moments import moment

# A certificate proves only that the clock is wrong by a lot; TLS comes before any Date, so this is all a wrong year leaves.
BY_CERTIFICATE_S = 365 * 86_400.0
_CERTIFICATE = (("certificate has expired", -1), ("certificate is not yet valid", 1))
_DIGITS = re.compile(r"\d{1,9}")


def skew_s(result: FetchResult, now: datetime) -> float | None:
    """Return by how many seconds the server's clock is ahead of `now` (negative: behind); None when the answer does not say."""
    if result.error == "tls":
        return next(
            (sign * BY_CERTIFICATE_S for said, sign in _CERTIFICATE if said in result.detail.lower()), None
        )
    made = moment(result.headers.get("date", ""))
    if made is None:
        return None
    age = result.headers.get("age", "").strip()
    behind_s = (now - made).total_seconds()
    spread_s = float(age) if _DIGITS.fullmatch(age) else 0.0
    return -behind_s if behind_s < 0 else -max(0.0, behind_s - spread_s)
