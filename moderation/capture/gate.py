"""The one door of the capture browser to any network: a proxy on loopback that knows which hosts a job may reach.

Pure. A proxy rather than the browser's own request interception, because that never sees the later hops of a
redirect, WebSockets, prefetches or the browser's private errands; what does not pass here cannot leave. A host
that is allowed by name must also have a public address, so that no name can lead into the office's own network;
only a host named with its port (`127.0.0.1:8900`) may be a private one.
"""

import contextlib
import http.client
import ipaddress
import select
import socket
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

WEB_PORTS = {"http": 80, "https": 443}
CONNECT_S = 10.0
SILENCE_S = 60.0
CHUNK = 64 * 1024
HOP_BY_HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


class RefusedHostError(Exception):
    """The job may not speak to this host."""


def covering(hosts: Iterable[str], host: str, port: int) -> str | None:
    """The entry of `hosts` that lets `host:port` in: exact where the entry names a port, else it and all below it."""
    for entry in hosts:
        wanted = urlsplit(f"//{entry}")
        name = (wanted.hostname or "").lower()
        if wanted.port is not None:
            if (host, port) == (name, wanted.port):
                return entry
        elif name and port in WEB_PORTS.values() and (host == name or host.endswith(f".{name}")):
            return entry
    return None


def allows(hosts: Iterable[str], url: str) -> bool:
    """Whether a page at `url` is one of `hosts`: only http and https, never file, data or the browser's own."""
    parts = urlsplit(url)
    if parts.scheme not in WEB_PORTS or not parts.hostname:
        return False
    return covering(hosts, parts.hostname, parts.port or WEB_PORTS[parts.scheme]) is not None


def connect(hosts: Iterable[str], host: str, port: int) -> socket.socket:
    """Open the way to an allowed host, at an address that was looked at: RefusedHostError, or OSError."""
    entry = covering(hosts, host.lower(), port)
    if entry is None:
        raise RefusedHostError(host)
    addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if urlsplit(f"//{entry}").port is None and not all(
        ipaddress.ip_address(address).is_global for address in addresses
    ):
        raise RefusedHostError(f"{host} (a private address)")
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout=CONNECT_S)
    return socket.create_connection((addresses[-1], port), timeout=CONNECT_S)


class Gate:
    """Opened for one job at a time: `allow` names its hosts, `refused` collects what else was asked for."""

    def __init__(self) -> None:
        self.hosts: tuple[str, ...] = ()
        self.refused: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gate = self
        threading.Thread(target=self._server.serve_forever, name="gate", daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def allow(self, hosts: tuple[str, ...]) -> None:
        self.hosts = hosts
        self.refused = set()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gate: Gate

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that goes away in the middle of a request is everyday life, not news."""


class _Handler(BaseHTTPRequestHandler):
    """One request a connection, for plain http; a tunnel that is not looked into, for https and WebSockets."""

    server: _Server
    timeout = SILENCE_S

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        with self._way_to(host.strip("[]"), int(port)) as upstream:
            if upstream is not None:
                self.send_response_only(200, "Connection established")
                self.end_headers()
                _join(self.connection, upstream)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        with self._way_to(parts.hostname or "", parts.port or WEB_PORTS["http"]) as upstream:
            if upstream is not None:
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                self._forward(upstream, target)

    def do_POST(self) -> None:
        self.do_GET()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_OPTIONS(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: addresses of citizens' pages have no place in a log."""

    @contextlib.contextmanager
    def _way_to(self, host: str, port: int) -> Any:
        gate = self.server.gate
        upstream = None
        try:
            upstream = connect(gate.hosts, host, port)
        except RefusedHostError as error:
            gate.refused.add(str(error))
            self.send_error(403, "Not one of this job's hosts")
        except OSError:
            self.send_error(502, "Unreachable")
        try:
            yield upstream
        finally:
            self.close_connection = True
            if upstream is not None:
                upstream.close()

    def _forward(self, upstream: socket.socket, target: str) -> None:
        upstream.settimeout(SILENCE_S)
        connection = http.client.HTTPConnection("upstream")
        connection.sock = upstream
        connection.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                connection.putheader(name, value)
        connection.putheader("Connection", "close")
        connection.endheaders(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None)
        answer = connection.getresponse()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while chunk := answer.read1(CHUNK):
            self.wfile.write(chunk)


def _join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends or both are silent for SILENCE_S."""
    ways = {one: other, other: one}
    while ready := select.select(list(ways), [], [], SILENCE_S)[0]:
        for source in ready:
            data = source.recv(CHUNK)
            if not data:
                return
            ways[source].sendall(data)
