"""Servers that only take what is sent to them: a mail server, and one for JSON by HTTP."""

import asyncio
import email
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Mailbox:
    """What a mail server took. `refuse`: it says no to every message."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refuse: bool = False

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """As much of SMTP (RFC 5321) as Django's backend speaks without TLS and sign-in."""
        writer.write(b"220 surat.test ESMTP\r\n")
        while line := await reader.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("RCPT TO:"):
                self.to.append(line.decode().strip()[8:].strip("<> "))
            if verb.startswith("DATA") and not self.refuse:
                writer.write(b"354 go on\r\n")
                self.take(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif verb.startswith("QUIT"):
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"554 not today\r\n" if self.refuse and verb.startswith("DATA") else b"250 fine\r\n")
        await writer.drain()
        writer.close()

    def take(self, raw: bytes) -> None:
        whole = raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        mail = email.message_from_bytes(whole, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box, ready, loop = Mailbox(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(box.talk, "127.0.0.1", 0)
        box.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        loop.close()


@dataclass
class Listener:
    """Every JSON body that came, and the status that it answers with."""

    address: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@contextmanager
def json_listener() -> Iterator[Listener]:
    told = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if told.status == 200:
                told.heard.append(json.loads(body))
            self.send_response(told.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()
