"""News that the stand-in brings by itself: each entry of the ledger, in the platform's own words, signed, to whoever
asked for it. A desk that is away for a moment is tried again, a few times (the real ones try for days)."""

import hashlib
import hmac
import json
import logging
import queue
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.ledger import Entry, World
from sandbox.wire import BadCall

CHALLENGE = "1158201444"
TRIES = 4
PAUSE_S = 0.5
WAIT_S = 10.0
News = Callable[[World, Entry], list[dict[str, Any]]]

log = logging.getLogger("sandbox")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where news goes. `account` is empty for all accounts of the platform."""

    platform: str
    url: str
    secret: str
    account: str = ""


class Webhooks:
    """One thread posts, in the order in which things happened. `posted` keeps each body and what came back (0: nothing
    did)."""

    def __init__(self, world: World, news: Mapping[str, News]) -> None:
        self.world = world
        self.news = news
        self.hooks: list[Hook] = []
        self.posted: list[dict[str, Any]] = []
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._waiting: queue.Queue[Entry | None] = queue.Queue()
        self._stopping = threading.Event()
        world.listeners.append(self._note)

    def add(self, hook: Hook, verify_token: str) -> None:
        """Raises BadCall where the address does not know the token."""
        if not hook.url.startswith(("http://", "https://")):
            raise BadCall("url: no web address")
        asked = {"hub.mode": "subscribe", "hub.challenge": CHALLENGE, "hub.verify_token": verify_token}
        request = urllib.request.Request(f"{hook.url}?{urllib.parse.urlencode(asked)}")  # noqa: S310
        if self._fetch(request) != (200, CHALLENGE):
            raise BadCall("url: it did not answer with the challenge")
        if not self.hooks:
            threading.Thread(target=self._post_all, name="webhooks", daemon=True).start()
        self.hooks.append(hook)

    def stop(self) -> None:
        self._stopping.set()
        self._waiting.put(None)

    def _note(self, entry: Entry) -> None:
        if self.hooks:
            self._waiting.put(entry)

    def _post_all(self) -> None:
        while (entry := self._waiting.get()) is not None:
            try:
                for hook in [one for one in self.hooks if wants(one, entry)]:
                    for body in self.news[entry.platform](self.world, entry):
                        self._post(hook, json.dumps(body, ensure_ascii=False).encode())
            except Exception:
                log.exception("the news of %s could not be told", entry.id)

    def _post(self, hook: Hook, body: bytes) -> None:
        digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        for _ in range(TRIES):
            request = urllib.request.Request(hook.url, body, headers, method="POST")  # noqa: S310
            status, _text = self._fetch(request)
            self.posted.append({"platform": hook.platform, "status": status, "body": json.loads(body)})
            if status == 200 or self._stopping.wait(PAUSE_S):
                return

    def _fetch(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=WAIT_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""
        except (OSError, ValueError):
            return 0, ""


def wants(hook: Hook, entry: Entry) -> bool:
    return hook.platform == entry.platform and hook.account in ("", entry.account)
