"""Whether a mail server is who it should be: its certificate is checked before anything is said to it, in one of three ways.

By the authorities this machine knows; by those of a file alone (`ca_file`), for servers with an authority or a certificate of their own; or by
the SHA-256 of the certificate itself (`fingerprint`), then whatever else is wrong with it. There is no fourth way, and none is no check.
"""

from __future__ import annotations

import socket
import ssl
from hashlib import sha256
from hmac import compare_digest

from monitor.deliver.remedies import MisfitError
from monitor.errors import DeliveryError
from monitor.settings import SmtpSettings


def context(settings: SmtpSettings) -> ssl.SSLContext:
    """Return what encrypts connections to the server. Raises DeliveryError when `ca_file` cannot be used."""
    if settings.fingerprint:
        pinned = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Neither name nor issuer counts: `encrypted` takes one certificate alone, and hangs up on any other.
        pinned.check_hostname, pinned.verify_mode = False, ssl.CERT_NONE
        return pinned
    if not settings.ca_file:
        return ssl.create_default_context()
    try:
        own = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one: nothing in it is a certificate
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise DeliveryError(
            f"{settings.ca_file} cannot be used: {why}",
            advice="let `ca_file` under [smtp] name a file with certificates in PEM (BEGIN CERTIFICATE).",
        ) from None
    # A certificate that is named itself is trusted without those above it; and what an authority of one's own left out of it
    # (newer Python refuses that by default) matters less than that it is the one that was named.
    own.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    own.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return own


def encrypted(connection: socket.socket, by: ssl.SSLContext, *, settings: SmtpSettings) -> ssl.SSLSocket:
    """Return the connection encrypted to the server that is meant.

    Raises:
        ssl.SSLError: no encryption, or no trust.
        MisfitError: another certificate than the one of `fingerprint`.
    """
    wrapped = by.wrap_socket(connection, server_hostname=settings.server.host)
    if settings.fingerprint:
        shown = sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()
        if not compare_digest(shown, settings.fingerprint):
            wrapped.close()
            raise MisfitError(
                f"the server's certificate is not the one of `fingerprint`: its SHA-256 is {shown}",
                advice="if the certificate was renewed, set `fingerprint` under [smtp] to that; if not, somebody is in between",
            )
    return wrapped
