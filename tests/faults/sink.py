"""A mail server on loopback that remembers what it took, as a real one does: one line on disk, synced, before it says so.

    with Sink(folder / "sink.jsonl") as sink:
        ... send to 127.0.0.1:sink.port ...
        sink.taken()  ->  [Taken(id="<...>", recipient="a@example.org", sha256="...")]

`hooks` are called when a conversation comes to a word ("MAIL", "RCPT", "DATA", "BODY", "TAKEN"): where tests do their damage.
"""

from __future__ import annotations

import json
import os
import socketserver
import time
from dataclasses import dataclass
from email import message_from_bytes
from hashlib import sha256
from threading import Lock, Thread


@dataclass(frozen=True)
class Taken:
    """One message the server said yes to."""

    id: str
    recipient: str
    sha256: str


class Sink:
    """The server; a context manager. `delay_s` lies between the end of a message and the answer."""

    def __init__(self, file, *, delay_s=0.0):
        self.file = file
        self.delay_s = delay_s
        self.hooks = {}
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.sink = self
        self.port = self._server.server_address[1]

    def taken(self):
        """Everything accepted since the last `forget`."""
        if not self.file.exists():
            return []
        return [Taken(**json.loads(line)) for line in self.file.read_text().splitlines()]

    def forget(self):
        """Begin with an empty list."""
        self.file.unlink(missing_ok=True)

    def keep(self, recipient, body):
        """Write a message down so that nothing can lose it."""
        identity = str(message_from_bytes(body)["Message-ID"]).strip()
        self.keep_again(Taken(id=identity, recipient=recipient, sha256=sha256(body).hexdigest()))

    def keep_again(self, mail):
        """Have a mail that was taken before `forget`."""
        with self._lock, self.file.open("a") as out:
            out.write(json.dumps(vars(mail)) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def meets(self, word):
        """Call what a test wants to happen here."""
        self.hooks.get(word, lambda: None)()

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # a conversation whose client was frozen never ends
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that was killed hangs up in the middle: nothing to say about it."""


class _Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    answers = {"EHLO": "250 sink", "HELO": "250 sink", "MAIL": "250 ok", "RCPT": "250 ok", "RSET": "250 ok", "NOOP": "250 ok"}  # noqa: RUF012  # fmt: skip

    def handle(self):
        self._say("220 sink")
        recipient = ""
        while line := self.rfile.readline().decode("latin-1"):
            word = line[:4].upper()
            self.server.sink.meets(word)
            if word == "QUIT":
                return self._say("221 bye")
            if word == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if word == "DATA":
                if not self._take(recipient):
                    return None
            else:
                self._say(self.answers.get(word, "500 what"))
        return None

    def _take(self, recipient):
        """Take a message; False when the client hung up before its end."""
        sink = self.server.sink
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        sink.meets("BODY")
        time.sleep(sink.delay_s)
        sink.keep(recipient, b"".join(lines))
        sink.meets("TAKEN")
        self._say("250 taken")
        return True

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())
