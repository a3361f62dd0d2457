"""Reading back whether a write of unknown outcome stands: by the upload's own address, else by its looks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.base import Absent, CannotTell, Found, Item, Lookup, Sent
from connectors.errors import Reason, Refused
from connectors.youtube.client import Api
from connectors.youtube.reading import (
    Json,
    author_of,
    description_of,
    plain,
    snippet_of,
    thread_of,
    title_of,
    watch,
    words_of,
    written_at,
)
from connectors.youtube.uploads import progress

CLOCKS = timedelta(seconds=60)
"""By how much Google's clock may lag behind ours."""
PLAYLIST_PAGES = 10
"""How far the uploads are turned back before we say that we can't tell: 500 videos."""


def sent(video: str) -> Sent:
    return Sent(video, watch(video))


def find_video(api: Api, uploads: str, item: Item, since: datetime, privacy: str) -> Lookup:
    """By the upload's address where it still answers, else among our uploads."""
    if address := item.handle.get("upload_url"):
        state = progress(api, address)
        if state.video is not None:
            return _shown(state.video, str(state.video.get("id")), privacy)
        if not state.gone:
            return Absent()
    return find_upload(api, uploads, item, since, privacy)


def find_upload(api: Api, uploads: str, item: Item, since: datetime, privacy: str) -> Lookup:
    """By title, description and time, in our playlist of uploads (newest first; that it stays in order is not
    promised, so a page counts as too old only when all of it is)."""
    earliest = since - CLOCKS
    alike: dict[str, Json] = {}
    pages = api.pages(
        "playlistItems", PLAYLIST_PAGES, playlistId=uploads, part="snippet,contentDetails,status", maxResults=50
    )
    unread = False
    for number, page in enumerate(pages, start=1):
        young = [one for one in page if written_at(one) >= earliest]
        alike |= {str((one.get("contentDetails") or {}).get("videoId")): one for one in young if _same(one, item)}
        unread = number == PLAYLIST_PAGES and len(young) == len(page)
        if page and not young:
            break
    if not alike and unread:
        return CannotTell("the list of uploads does not reach back that far")
    if len(alike) > 1:
        return CannotTell(f"{len(alike)} videos that look the same")
    return next((_shown(one, video, privacy) for video, one in alike.items()), Absent())


def _same(upload: Json, item: Item) -> bool:
    snippet = snippet_of(upload)
    described = plain(str(snippet.get("description") or "")) == plain(description_of(item.text))
    return described and plain(str(snippet.get("title") or "")) == plain(title_of(item))


def _shown(video: Json, number: str, privacy: str) -> Lookup:
    """Found, unless YouTube keeps it from being seen: a person has to look at that."""
    found = (video.get("status") or {}).get("privacyStatus", privacy)
    return Found(sent(number)) if found == privacy else CannotTell(f"the video stands there as {found}")


def find_reply(api: Api, own_id: str, item: Item, since: datetime) -> Lookup:
    """By thread, author, text and time; YouTube takes no mark of ours. A thread that is gone holds no answer."""
    try:
        answers = [one for page in answers_below(api, thread_of(item.parent)) for one in page]
    except Refused as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
        return Absent()
    return _only(
        Sent(str(one.get("id")), watch(item.post, str(one.get("id"))))
        for one in answers
        if author_of(one) == own_id and written_at(one) >= since - CLOCKS and plain(words_of(one)) == plain(item.text)
    )


def answers_below(api: Api, thread: str) -> Iterable[list[Json]]:
    return api.pages("comments", parentId=thread, part="snippet", maxResults=100, textFormat="plainText")


def _only(found: Iterable[Sent]) -> Lookup:
    several = list(dict.fromkeys(found))
    if len(several) > 1:
        return CannotTell(f"{len(several)} that look the same")
    return Found(several[0]) if several else Absent()
