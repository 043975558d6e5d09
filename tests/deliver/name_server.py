"""A name server on loopback that answers as it is told to."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


def answer(asked, *rows, rcode=dns.rcode.NOERROR, flags=0):
    """A reply with these rows, each "TYPE data", of the name that was asked for."""
    reply = dns.message.make_response(dns.message.from_wire(asked), recursion_available=True)
    reply.set_rcode(rcode)
    reply.flags |= flags
    name = reply.question[0].name
    reply.answer = [dns.rrset.from_text(name, 60, "IN", *row.split(" ", 1)) for row in rows]
    return reply.to_wire()


@contextmanager
def serving(reply):
    """Give a resolver that asks a server which answers by `reply(question)`; None: it says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        talk.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(talk, reply), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], talk.getsockname()[1]
        try:
            yield resolver
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.sendto(b"", talk.getsockname())
            thread.join(5)


def _serve(talk, reply):
    while True:
        asked, who = talk.recvfrom(4096)
        if not asked:
            return
        said = reply(asked)
        if said is not None:
            talk.sendto(said, who)
