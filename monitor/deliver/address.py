"""Mail addresses for delivery: what `settings.mailbox` reads, with an error that says what to correct."""

from __future__ import annotations

from monitor.errors import DeliveryError
from monitor.settings import mailbox as rules

Address = rules.Mailbox


def address(text: str) -> Address:
    """The address in `text`: "a@b.example" or "Name <a@b.example>".

    Raises:
        DeliveryError: not one mail address, or one that needs SMTPUTF8.
    """
    try:
        return rules.mailbox(text)
    except ValueError as error:
        raise _refused(text, str(error)) from None


def ascii_domain(domain: str) -> str:
    """`domain` in lower case ASCII: bücher.example -> xn--bcher-kva.example.

    Raises:
        DeliveryError: not a host name with at least one character per label.
    """
    try:
        return rules.ascii_domain(domain)
    except ValueError as error:
        raise _refused(domain, str(error)) from None


def _refused(text: str, why: str) -> DeliveryError:
    return DeliveryError(
        f"not a usable mail address: {text[:80]!r}: {why}",
        advice="correct `recipients` in the topic file, or `sender` under [smtp].",
        is_permanent=True,
    )
