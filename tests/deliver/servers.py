"""Mail servers on loopback for the tests: a sink that can be told to misbehave, and one that plays back a script."""

# ruff: noqa: ARG002, ARG005  aiosmtpd decides what a handler is given
from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress

import pytest
from aiosmtpd.smtp import SMTP, AuthResult


class Sink:
    """An aiosmtpd handler. Keeps what it took; `answers` replaces its word to a recipient or to the dot."""

    def __init__(self, answers=None, *, drop_after_dot=False):
        self.answers = answers or {}
        self.drop_after_dot = drop_after_dot
        self.taken = []  # (sender, recipients, bytes)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802  aiosmtpd's name
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if "." in self.answers:
            return self.answers["."]
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        if self.drop_after_dot:
            server.transport.abort()
        return "250 taken"


@contextmanager
def serving(sink, *, tls=None, host="127.0.0.1", **options):
    """Run `sink` on a free port of `host`, encrypted from the start with `tls`; gives the port. `options` go to aiosmtpd's SMTP."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(sink, loop=loop, **options), host, 0, ssl=tls)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _closed(server):
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def password_is(expected):
    """An authenticator for LOGIN and PLAIN."""
    return lambda server, session, envelope, mechanism, data: AuthResult(
        success=data.password == expected, handled=False
    )


@contextmanager
def playing(script):
    """A server that says one line per line it hears, then hangs up; None: silence. Gives (port, bytes heard)."""
    heard = bytearray()
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_play, args=(server, script, heard), daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], heard
    finally:
        server.close()
        thread.join(5)


def _play(server, script, heard):
    try:
        talk, _ = server.accept()
    except OSError:
        return  # nobody came
    with talk, talk.makefile("rb") as lines:
        for answer in script:
            if answer is None:
                heard.extend(lines.read())
                return
            if callable(answer):
                answer = answer(lines, heard)  # noqa: PLW2901  a step that reads first
                if answer is None:
                    return
            if isinstance(answer, list):
                _drip(talk, answer)
                return
            talk.sendall(answer)
            heard.extend(lines.readline())


def _drip(talk, parts):
    """Say one part every 100 ms, until nobody listens."""
    pause = threading.Event()
    with suppress(OSError):
        for part in parts:
            pause.wait(0.1)
            talk.sendall(part)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost and 127.0.0.1: (certificate file, key file)."""
    openssl = shutil.which("openssl")
    assert openssl, "the tests of encrypted delivery need the openssl command"
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", str(key), "-out", str(cert),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return cert, key


@pytest.fixture(scope="session")
def server_context(certificate):
    """What a server shows to its clients."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context
