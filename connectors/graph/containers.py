"""Instagram's containers: a post before it is one. Instagram fetches the files from their public addresses; nobody sees
a container until it is published, and one that is never published ends after a day."""

import time
from enum import StrEnum

from connectors.base import Capability, Item, Kind
from connectors.errors import Reason, Refused, Unreachable
from connectors.graph.client import Graph
from connectors.graph.reading import id_of

POLLS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0, 60.0, 60.0)
"""Pauses while Instagram fetches and works on our files: five minutes, as its guide says."""


class Status(StrEnum):
    """How far a container is."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    GONE = "GONE"
    """Ours: Instagram knows no such container (any more)."""


class Containers:
    """Those of one account."""

    def __init__(self, graph: Graph, own: str) -> None:
        self.graph = graph
        self.own = own

    def make(self, item: Item) -> str:
        if item.kind is Kind.CAROUSEL:
            children = [
                self._made(image_url=medium.url, is_carousel_item="true", **_alt_text(medium.alt_text))
                for medium in item.media
            ]
            return self._made(media_type="CAROUSEL", children=",".join(children), caption=item.text)
        if item.kind is Kind.PHOTO:
            medium = item.media[0]
            return self._made(image_url=medium.url, caption=item.text, **_alt_text(medium.alt_text))
        film = next(medium for medium in item.media if medium.mime.startswith("video/"))
        cover = dict([("cover_url", medium.url) for medium in item.media if medium is not film][:1])
        return self._made(media_type="REELS", video_url=film.url, caption=item.text, share_to_feed="true", **cover)

    def _made(self, **data: str) -> str:
        container = id_of(self.graph.post(self.own, "media", **data))
        if not container:
            raise Unreachable(Reason.UNREADABLE, "a container without id")
        return container

    def status(self, container: str) -> Status:
        try:
            answer = self.graph.get(container, fields="status_code,status")
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            return Status.GONE
        try:
            return Status(str(answer.get("status_code")))
        except ValueError:
            raise Unreachable(Reason.UNREADABLE, "a container without status") from None

    def is_ready(self, container: str) -> bool:
        """Waits until Instagram has worked on it; False where it takes too long."""
        for pause in (*POLLS_S, 0.0):
            status = self.status(container)
            if status is Status.FINISHED:
                return True
            if status is not Status.IN_PROGRESS:
                raise Refused(Reason.MEDIA_REFUSED, f"the container is {status}")
            time.sleep(pause)
        return False

    def reachable(self, url: str) -> bool:
        """Whether Instagram can fetch a picture from `url`: a container is made of it and left to expire."""
        try:
            container = self._made(image_url=url)
            return self.status(container) in (Status.FINISHED, Status.IN_PROGRESS)
        except Refused as error:
            if error.reason is not Reason.MEDIA_UNREACHABLE:
                raise
            return False


def _alt_text(text: str) -> dict[str, str]:
    return {"alt_text": text} if text else {}


def examine(item: Item, capability: Capability) -> None:
    """Refuse what can't become a post before anything is sent."""
    films = [medium for medium in item.media if medium.mime.startswith("video/")]
    count = len(item.media)
    fits = {
        Kind.PHOTO: count == 1 and not films,
        Kind.CAROUSEL: capability.carousel_min <= count <= capability.carousel_max and not films,
        Kind.REEL: len(films) == 1 and count <= 2,
    }
    if not fits.get(item.kind, False):
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {count} files, {len(films)} of them films")
    if any(not medium.url for medium in item.media):
        raise Refused(Reason.MEDIA_UNREACHABLE, "the desk has no public address for its pictures")
