"""Chat services on loopback, each as strict as its published format: what it would refuse, it refuses here.

with Slack() as service:
    place = service.place()            # a block of channels.toml for it
    service.answers.append((429, {"Retry-After": "7"}, b""))   # to the next request, in place of its own
    service.taken                      -> the messages it took, decoded
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from monitor.deliver.channels.registry import kinds

SECRET = "s3cret-AAAA-0123456789"


class Service:
    """One service; a context manager."""

    kind = ""
    path = f"/hooks/{SECRET}"
    slow = (429, {"Retry-After": "77"}, b"slow down")  # how it asks to be left alone for 77 seconds
    own_wait = None  # the same said in its body alone

    def __init__(self):
        self.answers, self.taken, self.heard = [], [], []
        self.hook = lambda: None  # called before each request is answered
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def keys(self):
        """The further keys of its block."""
        return {}

    def secret(self):
        return f"{self.url}{self.path}"

    def place(self, name="desk"):
        return kinds()[self.kind](kind=self.kind, name=name, secret=self.secret(), **self.keys())

    def block(self, name="desk"):
        """The same as it stands in channels.toml."""
        keys = "".join(f"{key} = {json.dumps(value)}\n" for key, value in self.keys().items())
        return f'[[channel]]\nkind = "{self.kind}"\nname = "{name}"\n{keys}'

    def answer(self, method, path, headers, body):
        self.hook()
        self.heard.append((method, path, headers, body))
        if self.answers:
            return self.answers.pop(0)
        try:
            return (
                self.ask(path, headers)
                if method == "GET"
                else self.take(method, path, headers, json.loads(body))
            )
        except _WrongError as error:
            return 400, {}, json.dumps({"ok": False, "error": str(error)}).encode()

    def ask(self, path, headers):
        raise _WrongError(f"no such question: {path} {headers}")

    def text(self, message):
        """What a reader sees of a message it took."""
        return json.dumps(message, ensure_ascii=False)


class _WrongError(Exception):
    """The format is not the published one."""


def _must(is_right, why):
    if not is_right:
        raise _WrongError(why)


def _keys(value, required, optional=()):
    _must(set(required) <= set(value) <= {*required, *optional}, f"keys {sorted(value)}")


class Slack(Service):
    kind = "slack"

    def take(self, method, path, headers, message):
        _must((method, path, headers["content-type"]) == ("POST", self.path, "application/json"), "request")
        _keys(message, ("text", "blocks"))
        _must(1 <= len(message["blocks"]) <= 50, "invalid_blocks: count")
        for block in message["blocks"]:
            kind = block["type"]
            _must(kind in ("header", "section", "divider", "context"), f"block {kind}")
            if kind == "header":
                self._check(block["text"], "plain_text", 150)
            elif kind == "section":
                self._check(block["text"], "mrkdwn", 3000)
            elif kind == "context":
                _must(1 <= len(block["elements"]) <= 10, "elements")
                [self._check(each, "mrkdwn", 3000) for each in block["elements"]]
        self.taken.append(message)
        return 200, {}, b"ok"

    def _check(self, text, kind, limit):
        _must(text["type"] == kind and 0 < len(text["text"]) <= limit, f"text of {len(text['text'])}")
        if kind == "mrkdwn":
            bare = re.sub(r"<https?://[^<>|\s]+\|[^<>|]*>", "", text["text"])
            _must(not re.search(r"[<>]|&(?!amp;|lt;|gt;)", bare), f"not escaped: {bare}")


class Discord(Service):
    kind = "discord"
    path = f"/api/webhooks/1234/{SECRET}"
    own_wait = (429, {}, b'{"message": "You are being rate limited.", "retry_after": 77.5, "global": false}')

    def take(self, method, path, headers, message):
        _must((method, path) == ("POST", f"{self.path}?wait=true"), "request")
        _must(headers["content-type"] == "application/json", "type")
        _keys(message, ("embeds", "allowed_mentions"), ("content",))
        _must(message["allowed_mentions"] == {"parse": []}, "mentions")
        (embed,) = message["embeds"]
        _keys(embed, ("title", "description"), ("url",))
        sizes = [len(embed[key].encode("utf-16-le")) // 2 for key in ("title", "description")]
        _must(0 < sizes[0] <= 256 and sizes[1] <= 4096 and sum(sizes) <= 6000, f"sizes {sizes}")
        self.taken.append(message)
        return 200, {}, b'{"id": "1"}'

    def ask(self, path, headers):  # noqa: ARG002
        known = path == self.path
        return (
            (200, {}, b'{"type": 1}')
            if known
            else (404, {}, b'{"message": "Unknown Webhook", "code": 10015}')
        )


class Teams(Service):
    kind = "teams"

    def take(self, method, path, headers, message):
        _must((method, path, headers["content-type"]) == ("POST", self.path, "application/json"), "request")
        if int(headers["content-length"]) > 28 * 1024:
            return 413, {}, b"too large"
        _keys(message, ("type", "attachments"))
        (attachment,) = message["attachments"]
        card = attachment["content"]
        _must(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", "contentType")
        _must((card["type"], card["version"]) == ("AdaptiveCard", "1.4"), "card")
        for block in card["body"]:
            _must(block["type"] == "TextBlock" and block["wrap"] is True and block["text"], f"block {block}")
        for action in card.get("actions", ()):
            _keys(action, ("type", "title", "url"))
        self.taken.append(message)
        return 202, {}, b""


class _Tags(HTMLParser):
    """Telegram's HTML: only its tags, balanced."""

    def __init__(self, allowed):
        super().__init__()
        self.allowed, self.open, self.text = allowed, [], ""

    def handle_starttag(self, tag, attrs):
        _must(tag in self.allowed, f"unsupported start tag {tag}")
        _must({name for name, _ in attrs} <= ({"href"} if tag == "a" else set()), f"attributes {attrs}")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        _must(bool(self.open) and self.open.pop() == tag, f"unmatched end tag {tag}")

    def handle_data(self, data):
        self.text += data

    @classmethod
    def read(cls, html, allowed):
        parser = cls(allowed)
        parser.feed(html)
        parser.close()
        _must(not parser.open, f"open tags {parser.open}")
        return parser.text


class Telegram(Service):
    kind = "telegram"
    token = f"123456:{SECRET}"
    own_wait = (
        429,
        {},
        b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":77}}',
    )

    def keys(self):
        return {"chat": "-100200", "server": self.url}

    def secret(self):
        return self.token

    def take(self, method, path, headers, message):
        _must(method == "POST" and headers["content-type"] == "application/json", "request")
        if path == f"/bot{self.token}/getChat":
            is_there = message == {"chat_id": "-100200"}
            return (200, {}, b'{"ok":true,"result":{}}') if is_there else self._wrong("chat not found")
        if path != f"/bot{self.token}/sendMessage":
            return 401, {}, b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
        _keys(message, ("chat_id", "text", "parse_mode", "link_preview_options"))
        _must((message["chat_id"], message["parse_mode"]) == ("-100200", "HTML"), "chat or mode")
        text = _Tags.read(message["text"], {"b", "i", "u", "a"})
        if not 1 <= len(text.encode("utf-16-le")) // 2 <= 4096:
            return self._wrong("message is too long")
        self.taken.append(message)
        return 200, {}, json.dumps({"ok": True, "result": {"message_id": 1, "text": text}}).encode()

    def _wrong(self, why):
        return (
            400,
            {},
            json.dumps({"ok": False, "error_code": 400, "description": f"Bad Request: {why}"}).encode(),
        )


class Ntfy(Service):
    kind = "ntfy"

    def keys(self):
        return {"topic": "desk-s3cret-topic", "server": self.url}

    def secret(self):
        return f"tk_{SECRET}"

    def take(self, method, path, headers, message):
        _must((method, path) == ("POST", "/"), "request")
        if headers.get("authorization") != f"Bearer tk_{SECRET}":
            return 403, {}, b'{"code":40301,"http":403,"error":"forbidden"}'
        _keys(message, ("topic", "title", "message"), ("click",))
        _must(message["topic"] == "desk-s3cret-topic", "topic")
        _must(0 < len(message["message"].encode()) <= 4096, "it would become an attachment")
        self.taken.append(message)
        return 200, {}, b'{"id":"x","event":"message","topic":"desk-s3cret-topic"}'

    def ask(self, path, headers):
        is_open = path == "/desk-s3cret-topic/auth" and headers.get("authorization") == f"Bearer tk_{SECRET}"
        return (200, {}, b'{"success":true}') if is_open else (403, {}, b'{"code":40301,"error":"forbidden"}')


class Matrix(Service):
    kind = "matrix"
    own_wait = (429, {}, b'{"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":77000}')

    def __init__(self):
        super().__init__()
        self.events = {}  # transaction -> content: a repeat makes no second event

    def keys(self):
        return {"server": self.url, "room": "!abc:example.org"}

    def secret(self):
        return SECRET

    def take(self, method, path, headers, message):
        found = re.fullmatch(
            r"/_matrix/client/v3/rooms/%21abc%3Aexample.org/send/m.room.message/([0-9a-f]{40})", path
        )
        _must(method == "PUT" and found is not None, f"request {method} {path}")
        if headers.get("authorization") != f"Bearer {SECRET}":
            return 401, {}, b'{"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token"}'
        if int(headers["content-length"]) > 65_536 - 8_192:
            return 413, {}, b'{"errcode":"M_TOO_LARGE"}'
        _keys(message, ("msgtype", "body", "format", "formatted_body"))
        _must((message["msgtype"], message["format"]) == ("m.text", "org.matrix.custom.html"), "type")
        _Tags.read(message["formatted_body"], {"p", "strong", "em", "a", "br"})
        if found[1] not in self.events:
            self.events[found[1]] = message
            self.taken.append(message)
        return 200, {}, b'{"event_id":"$1"}'

    def ask(self, path, headers):
        is_open = headers.get("authorization") == f"Bearer {SECRET}" and path.endswith("/v3/account/whoami")
        return (
            (200, {}, b'{"user_id":"@bot:example.org"}')
            if is_open
            else (401, {}, b'{"errcode":"M_UNKNOWN_TOKEN"}')
        )


SERVICES = {each.kind: each for each in (Slack, Discord, Teams, Telegram, Ntfy, Matrix)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that hangs up in the middle: nothing to say about it."""


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the sender went away before the end: nothing was heard
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.service.answer(self.command, self.path, headers, body)
        if answer is None:
            return  # hangs up without a word
        status, more, said = answer
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_PUT = do_GET = _serve  # noqa: N815

    def log_message(self, *_):
        pass
