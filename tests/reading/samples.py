"""Text for invented pages."""

from __future__ import annotations

PROSE = "".join(
    f"<p>{line}</p>"
    for line in (
        "The harbour board said on Tuesday that the work in the northern channel would take eleven weeks.",
        "Pilots expect larger tankers to call from March, once new lights along the channel have been tested.",
        "Two fishing villages had asked for a later start, but the board held that storms left no other time.",
    )
)
