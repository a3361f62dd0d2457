"""The one place where HTTP sessions get their manners: real timeouts, no silent resend, and the sandbox.

Pure. Client libraries bring sessions of their own; `Network.dress` mounts one adapter on them, so that no call
waits for ever, none is repeated behind our back (urllib3's retries are off), and with a sandbox set every request
goes there with its real host and path kept in the address: `http://127.0.0.1:8900/i.instagram.com/api/v1/…`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

CONNECT_S = 5.0
READ_S = 30.0

Guard = Callable[[requests.PreparedRequest], None]
"""Called right before a request leaves; what it raises stops the request."""


@dataclass(frozen=True, slots=True)
class Network:
    """How the platforms are reached. `sandbox` is the stand-in's base address, empty for the real world."""

    sandbox: str = ""
    connect_s: float = CONNECT_S
    read_s: float = READ_S

    def address(self, url: str) -> str:
        """The address to ask for `url`: itself, or its place in the sandbox."""
        if not self.sandbox:
            return url
        parts = urlsplit(url)
        return f"{self.sandbox}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def dress(
        self,
        session: requests.Session,
        prefixes: tuple[str, ...],
        guard: Guard | None = None,
        inner: BaseAdapter | None = None,
    ) -> None:
        """Mount our adapter on `session` for `prefixes` (a library may re-mount "https://": longer ones survive)."""
        for prefix in prefixes:
            session.mount(prefix, MannersAdapter(self, guard, inner))


class MannersAdapter(BaseAdapter):
    """Timeouts always, retries never, the sandbox where one is set. `inner` may be a library's own adapter."""

    def __init__(self, network: Network, guard: Guard | None, inner: BaseAdapter | None) -> None:
        super().__init__()
        self.network = network
        self.guard = guard
        # The sandbox speaks plain HTTP/1.1, which a library's own transport may not.
        self.inner = inner if inner is not None and not network.sandbox else HTTPAdapter(max_retries=0)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        if self.guard is not None:
            self.guard(request)
        assert request.url is not None
        request.url = self.network.address(request.url)
        return self.inner.send(
            request,
            stream=stream,
            timeout=timeout or (self.network.connect_s, self.network.read_s),
            verify=verify,
            cert=cert,
            proxies=None if self.network.sandbox else proxies,
        )

    def close(self) -> None:
        self.inner.close()
