"""A token server on loopback, and a mail server that takes its tokens alone."""

# ruff: noqa: N802  http.server and aiosmtpd name what they call
from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from aiosmtpd.smtp import AuthResult

from tests.deliver.servers import Sink


class TokenServer:
    """Answers with what `answers` holds, the last one for ever: (status, JSON or bytes). Remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    @contextmanager
    def serving(self):
        """Run it; gives its address."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append(dict(parse_qsl(form)))
                status, said = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
            )
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}/token"
            finally:
                server.shutdown()
                thread.join(5)


class TokenSink(Sink):
    """A mail server that takes XOAUTH2 with one of `good`, and says why not as providers do."""

    def __init__(self, *good):
        super().__init__()
        self.good, self.shown = good, []

    async def auth_XOAUTH2(self, server, args):
        said = base64.b64decode(args[1]).decode()
        self.shown.append(said)
        if any(said.endswith(f"\x01auth=Bearer {each}\x01\x01") for each in self.good):
            return AuthResult(success=True)
        why = base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode()
        await server.push(f"334 {why}")
        assert await server._reader.readline() == b"\r\n"  # aiosmtpd has no other way to an empty answer
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not accepted: {args[1]}")
