"""A mail server on loopback that does one thing wrong, once: the first conversation meets the fault, all later ones are well served.

    with FaultyServer({"RCPT": b"450 busy"}) as server:
        ... send to 127.0.0.1:server.port ...
        server.taken  ->  [bytes of each message it said yes to, or would have]

A fault stands at a step of the conversation: "banner", a command's word, "body" (some of the message was read), "dot" (all of it was, it is
not kept yet) or "kept" (it is, and nothing was answered yet). It is an answer, or DROP, SILENCE or DRIP.
"""

from __future__ import annotations

import contextlib
import socket
import threading

DROP, SILENCE, DRIP = object(), object(), object()
REFUSED, BLACKHOLE = object(), object()  # at the step "connect"
ANSWERS = {
    "EHLO": b"250 sink",
    "HELO": b"250 sink",
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go",
    "QUIT": b"221 bye",
}


class FaultyServer:
    """The server; a context manager."""

    def __init__(self, *faults, refuses=""):
        self.faults = list(faults)  # one for each conversation
        self.refuses = refuses  # an address, always
        self.taken = []
        self.conversations = 0
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))  # nobody listens yet: a caller is refused
        self.port = self._socket.getsockname()[1]
        self._over = threading.Event()
        self._crowd = []

    def open(self):
        """Serve from now on."""
        for one in self._crowd:
            one.close()
        self._crowd.clear()
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def swallow(self):
        """Let connecting last for ever: the kernel drops a SYN for which the queue has no room."""
        self._socket.listen(0)
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(self._socket.getsockname())
            self._crowd.append(one)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._crowd:
            one.close()

    def _serve(self):
        while not self._over.is_set():
            try:
                talk, _ = self._socket.accept()
            except OSError:
                return
            fault = self.faults.pop(0) if self.faults else {}
            self.conversations += 1
            threading.Thread(target=self._talk, args=(talk, fault), daemon=True).start()

    def _talk(self, talk, fault):
        with talk, talk.makefile("rb") as lines, contextlib.suppress(OSError):
            if not self._say(talk, fault.get("banner", b"220 sink")):
                return
            while line := lines.readline():
                word = line[:4].strip().upper().decode("latin-1")
                if word == "RCPT" and self.refuses and self.refuses.encode() in line:
                    talk.sendall(b"550 5.1.1 no such user\r\n")
                    continue
                if not self._say(talk, fault.get(word, ANSWERS.get(word, b"500 what"))) or word == "QUIT":
                    return
                if word == "DATA" and word not in fault and not self._take(talk, lines, fault):
                    return

    def _take(self, talk, lines, fault):
        message = []
        while (line := lines.readline()) != b".\r\n":
            message.append(line)
            if not line or ("body" in fault and len(message) > 5):
                return False
        if "dot" in fault:
            return self._say(talk, fault["dot"])
        self.taken.append(b"".join(message))
        return self._say(talk, fault.get("kept", b"250 taken"))

    def _say(self, talk, answer):
        """Answer; False when the conversation is over."""
        if answer is DROP:
            return False
        if answer is SILENCE:
            self._over.wait(60)
            return False
        if answer is DRIP:
            while not self._over.wait(0.05):
                talk.sendall(b"2")
            return False
        talk.sendall(answer + b"\r\n")
        return not answer.startswith(b"421")  # RFC 5321 3.8: who says so hangs up
