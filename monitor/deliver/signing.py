"""DKIM: a message in, the same message with a signature above it out. Needs the extra `dkim` (RFC 6376).

Signed once, when a message is frozen: a repeat after a crash is the same bytes. Looks nothing up in the DNS.
"""

from __future__ import annotations

from monitor.errors import DeliveryError

# What a forger would change. Missing ones are signed as missing, so none can be added.
_SIGNED = tuple(
    b"from reply-to to subject date message-id list-id list-unsubscribe list-unsubscribe-post content-type mime-version".split()
)


def signed(message: bytes, *, selector: str, domain: str, key: str) -> bytes:
    """`message` with a DKIM-Signature of `domain`, relaxed/relaxed, rsa-sha256. `key` is an RSA key in PEM.

    Raises:
        DeliveryError: the extra is not installed, or the key is none.
    """
    try:
        import dkim  # noqa: PLC0415 - only who signs has it
    except ImportError:
        advice = "pip install 'monitor-digest[dkim]', or leave dkim_selector under [smtp] empty."
        raise DeliveryError("signing needs the extra dkim, which is not installed", advice=advice) from None
    try:
        header = dkim.sign(
            message,
            selector.encode("ascii"),
            domain.encode("ascii"),
            key.encode("ascii"),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
    except (dkim.DKIMException, UnicodeError) as error:
        raise DeliveryError(
            f"cannot sign: {error}", advice="MONITOR_DKIM_KEY must be an RSA private key in PEM."
        ) from None
    return bytes(header) + message
