"""`manage.py web`: the console, served by waitress."""

import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

THREADS = 8


class Command(BaseCommand):
    help = "Serves the console (waitress, one process, threads)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1: this machine alone")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--trusted-proxy",
            default=os.environ.get("TANGGAP_TRUSTED_PROXY", ""),
            help="address of the proxy whose X-Forwarded-For and -Proto are believed; `*` where only it can reach us",
        )

    def handle(self, *, host: str, port: int, trusted_proxy: str, **_: Any) -> None:
        proxy: dict[str, Any] = {}
        if trusted_proxy:
            proxy = {"trusted_proxy": trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
        server = create_server(
            get_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            ident="",
            clear_untrusted_proxy_headers=True,
            **proxy,
        )
        signal.signal(signal.SIGTERM, end)
        self.stdout.write(f"The desk is open at http://{host}:{port}/")
        self.stdout.flush()
        server.run()  # ends by SystemExit or Ctrl-C, and lets running requests finish first


def end(*_: object) -> None:
    raise SystemExit
