"""Walking what citizens wrote under a channel's videos. Reads only.

YouTube has no "since", shows at most five answers with a thread, and keeps apart what its filter holds back. A citizen
must never be skipped, and neither the order of threads nor page tokens promise to hold still, so:
- threads are read newest first, until a page ends before the newest one of the fetch *before the last*: whatever
  came or went while pages were turned is met again;
- an answer below an old thread does not bring that up: every quarter of an hour threads are walked back to where
  the desk's watch began (at most a month, DEEP_PAGES pages). That is the longest delay;
- answers are read whole where their number says that some are not shown, or changed;
- all that was walked is handed over, repeats included: the database knows what it has.

The cursor: {"floor": s, "deep": s, "marks": {status: [s, s]}, "below": {thread: answers}}; seconds are Unix time.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import Batch, Incoming
from connectors.errors import Reason, Refused
from connectors.youtube.client import Api
from connectors.youtube.lookup import answers_below
from connectors.youtube.reading import HELD, Json, comment_in, snippet_of, written_at

FIRST_LOOK_S = 7 * 86_400
"""How far back an account's first fetch reaches: what is older was answered, or was not, before we came."""
DEEP_EVERY_S = 900
DEEP_S = 30 * 86_400
DEEP_PAGES = 10
THREADS_REMEMBERED = 100
LISTED = 50
"""Newest videos: as many as a page may have."""
STATUSES = ("published", HELD)
"""What is read: what everybody sees, and what YouTube's filter (or we) held back, complaints among it."""


class Comments:
    """One channel's comments. `own_id` is the channel: what it wrote itself is never handed over."""

    def __init__(self, api: Api, own_id: str, uploads: str, privacy: str = "public") -> None:
        self.api = api
        self.own_id = own_id
        self.uploads = uploads
        self.privacy = privacy
        self.below: dict[str, int] = {}

    def batches(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Everything since `cursor`. Each batch carries the cursor to keep once its messages are stored."""
        now = int(time.time())
        at: dict[str, Any] = {"floor": now - FIRST_LOOK_S, "deep": 0, "marks": {}, "below": {}, **cursor}
        uploads, whole = self._uploads()
        titles = {video: words_about(one) for video, one in uploads.items()}
        listed = frozenset(video for video, one in uploads.items() if is_shown(one, self.privacy))
        yield Batch((), dict(at), listed, complete_since(list(uploads.values()), whole))
        deep = now - int(at["deep"]) >= DEEP_EVERY_S
        self.below = dict(at["below"])
        for status in STATUSES:
            before, last = at["marks"].get(status) or (0, 0)
            until = max(int(at["floor"]), now - DEEP_S if deep else before)
            threads = self._threads(status, until, max(int(at["floor"]), before))
            found = [one for thread in threads for one in self._family(thread, titles, again=deep)]
            mark = max([last, *(_seconds(_top(thread)) for thread in threads)])
            below = dict(list(self.below.items())[-THREADS_REMEMBERED:])
            at = {**at, "marks": {**at["marks"], status: [last, mark]}, "below": below}
            if deep and status == STATUSES[-1]:
                at["deep"] = now
            fresh = [one for one in found if one.written_at.timestamp() >= int(at["floor"])]
            ours = tuple(one for one in fresh if one.author_id == self.own_id)
            citizens = sorted((one for one in fresh if one.author_id != self.own_id), key=lambda one: one.written_at)
            yield Batch(tuple(citizens), at, listed, own=ours)

    def _uploads(self) -> tuple[dict[str, Json], bool]:
        """Our newest videos by their ids, private ones too; and whether they are all that there are."""
        part = "snippet,contentDetails,status"
        pages = self.api.pages("playlistItems", playlistId=self.uploads, part=part, maxResults=LISTED)
        page = next(pages, [])
        found = {str((one.get("contentDetails") or {}).get("videoId") or ""): one for one in page}
        return found, len(page) < LISTED

    def _threads(self, status: str, until: int, new_until: int) -> list[Json]:
        """Threads back to `until`, each once; beyond DEEP_PAGES pages only back to `new_until`."""
        found: dict[str, Json] = {}
        pages = self.api.pages(
            "commentThreads",
            allThreadsRelatedToChannelId=self.own_id,
            part="snippet,replies",
            order="time",
            maxResults=100,
            textFormat="plainText",
            moderationStatus=status,
        )
        for number, page in enumerate(pages, start=1):
            found |= {str(thread.get("id")): thread for thread in page}
            if page and _seconds(_top(page[-1])) < (until if number < DEEP_PAGES else new_until):
                break
        return list(found.values())

    def _family(self, thread: Json, titles: Mapping[str, str], again: bool) -> Iterator[Incoming]:
        """The words in a thread, ours too."""
        video = str(snippet_of(thread).get("videoId") or "")
        for one in (_top(thread), *self._answers(thread, again)):
            yield comment_in(one, video, titles)

    def _answers(self, thread: Json, again: bool) -> list[Json]:
        """Those shown along with it, or all where more are there and their number changed since."""
        shown = list((thread.get("replies") or {}).get("comments") or ())
        count = int(snippet_of(thread).get("totalReplyCount") or 0)
        number = str(thread.get("id"))
        if count <= len(shown) or (self.below.get(number) == count and not again):
            return shown
        try:
            answers = [one for page in answers_below(self.api, number) for one in page]
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            return shown  # gone since it was listed: that stops nothing else
        self.below.pop(number, None)
        self.below[number] = count
        known = {str(one.get("id")) for one in answers}
        return answers + [one for one in shown if str(one.get("id")) not in known]


def words_about(upload: Json) -> str:
    said = snippet_of(upload)
    return f"{said.get('title', '')}\n{said.get('description', '')}".strip()


def is_shown(upload: Json, privacy: str) -> bool:
    """YouTube takes a video from the public by making it private; the list still names it."""
    return (upload.get("status") or {}).get("privacyStatus") != "private" or privacy == "private"


def complete_since(uploads: list[Json], whole: bool) -> datetime | None:
    """From when on they are all that stand. A longer list only tells where it is in order of time, which YouTube does
    not promise; an empty one tells nothing."""
    times = [written_at(one) for one in uploads]
    if not times or (not whole and times != sorted(times, reverse=True)):
        return None
    return datetime.fromtimestamp(0, UTC) if whole else times[-1] + timedelta(seconds=1)


def _top(thread: Json) -> Json:
    top = snippet_of(thread).get("topLevelComment")
    return top if isinstance(top, Mapping) else {}


def _seconds(comment: Json) -> int:
    return int(written_at(comment).timestamp())
