"""What tests of pictures stand on: web pages on loopback, and what can be seen in a PNG."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

SECRET = "rahasia-meja"
"""A setting of the desk that no other process may learn."""
RED = (0xC8, 0x10, 0x2E)
HEAD = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unggahan</title>'

Reply = tuple[int, dict[str, str], str]


class Site:
    """A web server on loopback whose pages a test writes; counts what it is asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Callable[[], Reply]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                reply = site.pages.get(self.path, (404, {}, "tidak ada"))
                status, headers, body = reply() if callable(reply) else reply
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def page(self, path: str, body: str, status: int = 200, **headers: str) -> str:
        self.pages[path] = (status, headers, HEAD + body)
        return f"http://{self.host}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    try:
        yield site
    finally:
        site.close()


def image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def red_rows(png: bytes) -> list[int]:
    """The rows (device pixels) in which the mark's outline stands."""
    seen = image(png)
    width, height = seen.size
    pixels = seen.tobytes()
    red = bytes(RED)
    return [row for row in range(height) if red * 8 in pixels[row * width * 3 : (row + 1) * width * 3]]
