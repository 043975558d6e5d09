"""Who can be reached: what `monitor doctor` asks the network. Nothing is sent to a reader, and nobody is alarmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from monitor.deliver import names
from monitor.deliver.address import address
from monitor.deliver.channels import registry
from monitor.deliver.channels.protocol import Channel
from monitor.deliver.connections import connect
from monitor.errors import MonitorError
from monitor.operations.doctor import Finding
from monitor.pipeline.ports import Context

PATIENCE_S = 5.0
_PORTS = {"http": 80, "https": 443}


def reach(context: Context) -> tuple[Finding, ...]:
    """Ask the mail server, the name server, our own web port, the places of channels, and whoever hears alarms."""
    looks = (_mail_server, _domain, _web, _channels, _alarm_places)
    return tuple(finding for look in looks for finding in look(context))


def _mail_server(context: Context) -> Iterator[Finding]:
    smtp = context.settings.smtp
    if not smtp.host:
        return
    trouble = _checked(registry.channels()[registry.MAIL], smtp, context)
    fine = f"{smtp.server} answers" + (" and takes the log-in" if smtp.username else "")
    yield Finding(what="mail server", ok=not trouble, detail=trouble or fine)


def _channels(context: Context) -> Iterator[Finding]:
    """Each webhook and each place of channels.toml, once however many name it; no place is told anything."""
    settings = context.settings
    named = set[str]()
    for kind, channel in registry.channels().items():
        places = dict(channel.alarms(settings))
        for topic in settings.topics if not channel.is_personal else ():
            places |= channel.places(settings, topic)
        for name, place in places.items():
            named.add(name)
            trouble = _checked(channel, place, context)
            yield Finding(what=f"{kind} {name}", ok=not trouble, detail=trouble or "can be reached")
    for each in settings.channels:
        if each.name not in named:
            detail = "no topic names it, and [alarm] neither"
            yield Finding(what=f"{each.kind} {each.name}", ok=True, detail=detail)


def _checked(channel: Channel, place: Any, context: Context) -> str:
    try:
        return channel.check(place, context.means(timeout_s=PATIENCE_S))
    except MonitorError as error:
        return " ".join(str(error).split())


def _domain(context: Context) -> Iterator[Finding]:
    """What other mail servers look up about the sender's domain before they believe a message."""
    smtp = context.settings.smtp
    if not smtp.sender:
        return
    domain = address(smtp.sender).domain
    asked = [
        ("MX", domain, "", "bounces cannot come back"),
        ("TXT", domain, "v=spf1", "no SPF: servers may refuse the mail"),
    ]
    asked.append(("TXT", f"_dmarc.{domain}", "v=DMARC1", "no DMARC: large providers want one"))
    if smtp.dkim_selector:
        key = f"{smtp.dkim_selector}._domainkey.{domain}"
        asked.append(("TXT", key, "p=", "no DKIM key: signed mail will count as forged"))
    for kind, name, mark, advice in asked:
        yield _record(kind, name, mark, advice)


def _record(kind: str, name: str, mark: str, advice: str) -> Finding:
    what = f"name server, {kind} of {name}"
    try:
        found = [text for text in names.records(name, kind, timeout_s=PATIENCE_S) if mark in text]
    except OSError as error:
        return Finding(what=what, ok=True, detail=f"not checked: {error}; `dig {kind} {name}` does")
    return Finding(
        what=what, ok=bool(found), detail=found[0] if found else f"{advice}; ask whoever runs the domain"
    )


def _web(context: Context) -> Iterator[Finding]:
    place = context.settings.web
    if place.port:
        trouble = _unreached(place.host, place.port)
        advice = f"nobody listens there ({trouble}): is the daemon running? `monitor run` starts it"
        yield Finding(what=f"web port {place.port}", ok=not trouble, detail=advice if trouble else "answers")


def _alarm_places(context: Context) -> Iterator[Finding]:
    """Only whether somebody listens: an alarm that is none must not be heard."""
    places = context.settings.alarm
    for key in ("webhook", "ping", "ping_feeds"):
        url = urlsplit(getattr(places, key))
        if url.hostname:
            trouble = _unreached(url.hostname, url.port or _PORTS[url.scheme])
            advice = f"cannot be reached ({trouble}): check `{key}` under [alarm]"
            yield Finding(
                what=f"alarm {key}", ok=not trouble, detail=advice if trouble else f"{url.hostname} listens"
            )


def _unreached(host: str, port: int) -> str:
    try:
        connect(host, port, timeout_s=PATIENCE_S).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""
