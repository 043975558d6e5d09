"""Rules over several keys of monitor.toml: what one may be because of another. Here and not in the models, so that an error names one key and line.

In: the checked sections, the file's text. Out: nothing, or the first rule that is broken.
"""

from __future__ import annotations

from pathlib import Path

from monitor.errors import SettingsError
from monitor.settings.lines import line_of
from monitor.settings.mailserver import written
from monitor.settings.sections import MainFile


def check_together(main: MainFile, text: str, file: Path) -> None:
    """What one key may be because of another. Raises SettingsError."""
    host = written(main.smtp.host)
    rules = (
        (
            main.fetch.min_interval_s > main.fetch.max_interval_s,
            ("fetch", "max_interval_s"),
            "is shorter than 'min_interval_s'",
            f"Allowed: {main.fetch.min_interval_s} seconds or more.",
        ),
        (
            bool(main.smtp.host and not main.smtp.sender),
            ("smtp", "sender"),
            "is needed to send through the 'host' given",
            'For example: sender = "Trade Monitor <digest@example.org>".',
        ),
        (
            bool(host.port) and main.smtp.port not in (0, host.port),
            ("smtp", "port"),
            f"is {main.smtp.port}, and 'host' says {host.port}",
            "Leave one of the two out.",
        ),
        (
            bool(main.smtp.ca_file and main.smtp.fingerprint),
            ("smtp", "fingerprint"),
            "says who is trusted, and so does 'ca_file'",
            "Leave one of the two out.",
        ),
        (
            bool(main.smtp.ca_file or main.smtp.fingerprint) and main.smtp.security == "none",
            ("smtp", "security"),
            "is 'none', so no certificate is looked at, and 'ca_file' or 'fingerprint' names one",
            "Set it to 'starttls' or 'tls', or leave those out.",
        ),
        (
            bool(main.smtp.oauth_token_url and not main.smtp.oauth_client_id),
            ("smtp", "oauth_client_id"),
            "is needed with 'oauth_token_url'",
            "It is the id that the provider gave to your registration of this program.",
        ),
        (
            bool(main.smtp.oauth_token_url and not main.smtp.username),
            ("smtp", "username"),
            "is needed with 'oauth_token_url'",
            "It is the mailbox that the refresh token was made for, such as 'digest@example.org'.",
        ),
        (
            host.is_tls and main.smtp.security in ("starttls", "none"),
            ("smtp", "security"),
            f"is {main.smtp.security!r}, and 'host' says smtps://, which is 'tls'",
            "Leave one of the two out.",
        ),
    )
    for is_broken, key, message, advice in rules:
        if is_broken:
            line = line_of(text, key)
            raise SettingsError(
                f"{key[1]!r} in [{key[0]}] {message}",
                file=str(file),
                line=line,
                key=".".join(key),
                advice=advice,
            )
