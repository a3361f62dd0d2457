"""`python -m sandbox.citizens --base http://127.0.0.1:8900 --seconds 120`: some 60 citizens speak to the page.

They wait for the first post, then speak one by one, spread over the time, under whatever posts are there; a few
write direct messages, a few answer each other. Who says what is in `citizens.toml`, with the label that a person
would give; the stand-in never gets to see the label.
"""

import argparse
import json
import random
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("citizens.toml")
PLATFORMS = ("instagram", "facebook", "x", "youtube", "website")
LABELS = ("praise", "complaint", "question", "suggestion", "mixed", "sarcasm", "spam")
LANGUAGES = ("id", "jv", "en")
KINDS = ("comment", "dm")
LOOK_EVERY_S = 0.3
WAIT_S = 900.0
EARLY_TRIES = 30
"""Seconds, for each who came before there was a post."""
ORDER_SEED = 4


@dataclass(frozen=True, slots=True)
class Citizen:
    """One person with one thing to say. `to` is the handle of the citizen they answer."""

    label: str
    language: str
    kind: str
    handle: str
    name: str
    text: str
    to: str = ""
    platform: str = "instagram"


class Gone(Exception):
    """The stand-in does not answer."""


def load(file: Path = FILE) -> list[Citizen]:
    """The citizens in the order of the file. Raises ValueError where one is not well described."""
    citizens = [Citizen(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["citizen"]]
    for citizen in citizens:
        if citizen.platform not in PLATFORMS:
            raise ValueError(f"{file.name}: {citizen.handle} writes on an unknown platform")
        if citizen.label not in LABELS or citizen.language not in LANGUAGES or citizen.kind not in KINDS:
            raise ValueError(f"{file.name}: {citizen.handle} has an unknown label, language or kind")
    return citizens


def order(citizens: Sequence[Citizen]) -> list[Citizen]:
    """Mixed by label, always the same way; who answers somebody comes after all the others."""
    groups: dict[str, list[Citizen]] = defaultdict(list)
    for citizen in citizens:
        if not citizen.to:
            groups[citizen.label].append(citizen)
    # Dealt out evenly, so that the larger groups are not left alone at the end.
    places = [
        ((number + 0.5) / len(group), citizen) for group in groups.values() for number, citizen in enumerate(group)
    ]
    mixed = [citizen for _, citizen in sorted(places, key=lambda place: place[0])]
    return mixed + [citizen for citizen in citizens if citizen.to]


class Crowd:
    """Citizens in front of one stand-in, each on their own platform (`platform`: all on that one). `said` maps a handle
    to the post and comment it wrote."""

    def __init__(self, base: str, platform: str = "") -> None:
        self.base = base.rstrip("/")
        self.platform = platform
        self.chance = random.Random(ORDER_SEED)
        self.said: dict[str, tuple[dict[str, Any], str]] = {}

    def posts(self, platform: str = "") -> list[dict[str, Any]]:
        """What stands there; without a platform, on any of them."""
        found: list[dict[str, Any]] = self._ask("posts")
        wanted = self.platform or platform
        return [post for post in found if post["platform"] == wanted or not wanted]

    def speak(self, citizen: Citizen) -> bool:
        """Whether what they wrote was taken: there may be no post yet, it may have gone meanwhile, or whom they answer
        may not have spoken."""
        posts = self.posts(citizen.platform)
        if not posts or (citizen.to and citizen.to not in self.said):
            return False
        post, parent = self.said.get(citizen.to, (self.chance.choice(posts), ""))
        words = {"platform": post["platform"], "author": citizen.handle, "name": citizen.name, "text": citizen.text}
        try:
            if citizen.kind == "dm":
                self._ask("dm", words | {"account": post["account"]})
                return True
            place = {"account": post["account"], "post": post["id"]} | ({"parent": parent} if parent else {})
            self.said[citizen.handle] = (post, str(self._ask("comment", words | place)["id"]))
        except urllib.error.HTTPError as error:
            error.close()
            return False
        return True

    def _ask(self, path: str, data: dict[str, Any] | None = None) -> Any:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.base}/_sandbox/{path}", body)  # noqa: S310  an address of our own
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            raise Gone(f"the stand-in at {self.base} does not answer: {error}") from error


def run(crowd: Crowd, citizens: Sequence[Citizen], seconds: float, sleep: Callable[[float], None] = time.sleep) -> int:
    """All speak once over `seconds`, counted from the first post on; returns how many were heard."""
    waited = 0.0
    while not crowd.posts():
        if waited >= WAIT_S:
            raise Gone(f"no post appeared within {WAIT_S:.0f} s")
        sleep(LOOK_EVERY_S)
        waited += LOOK_EVERY_S
    start = time.monotonic()
    early: list[Citizen] = []
    for number, citizen in enumerate(citizens):
        sleep(max(0.0, start + seconds * number / len(citizens) - time.monotonic()))
        if not crowd.speak(citizen):
            early.append(citizen)
    return len(citizens) - len(early) + _later(crowd, early, sleep)


def _later(crowd: Crowd, early: Sequence[Citizen], sleep: Callable[[float], None]) -> int:
    """Those whose platform had no post yet wait for one; how many were heard."""
    heard = 0
    for citizen in early:
        for _ in range(EARLY_TRIES):
            if crowd.speak(citizen):
                heard += 1
                break
            sleep(1.0)
    return heard


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.citizens", description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8900")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--platform", default="", choices=["", *PLATFORMS], help="all on this one; else each on theirs")
    arguments = parser.parse_args()
    citizens = order(load())
    try:
        heard = run(Crowd(arguments.base, arguments.platform), citizens, arguments.seconds)
    except Gone as error:
        sys.stderr.write(f"sandbox.citizens: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    sys.stdout.write(f"sandbox.citizens: {heard} of {len(citizens)} citizens were heard\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
