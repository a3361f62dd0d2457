"""YouTube's resources as JSON: the fields of the discovery document that its schemas name, and no others.

Where the real service's value is not known the comment says "guess".
"""

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.ledger import Account, Comment, Person, Post, World
from sandbox.wire import Call

ANSWERS_SHOWN = 5
MODERATION = {"": "published", "hold": "heldForReview", "reject": "rejected", "spam": "likelySpam"}

Json = dict[str, Any]


def channel_id(who: Account | Person) -> str:
    return f"UC{int(who.pk):022d}"


def uploads_id(account: Account) -> str:
    return f"UU{int(account.pk):022d}"


def time_of(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(*of: object) -> str:
    return f"{abs(hash(of)):x}"


def parts(call: Call) -> set[str]:
    return set(call.query.get("part", "").split(","))


def chosen(whole: Json, wanted: set[str]) -> Json:
    """The resource with the parts that were asked for."""
    return {key: value for key, value in whole.items() if key in wanted or key in {"kind", "etag", "id"}}


def listing(call: Call, kind: str, items: Sequence[Json], most: int) -> Json:
    """A page of a list. Page tokens are offsets."""
    size = min(int(call.query.get("maxResults") or 5), most)
    start = int(call.query.get("pageToken", "o0")[1:])
    page = items[start : start + size]
    answer: Json = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": etag(kind, len(items), start),
        "pageInfo": {"totalResults": len(items), "resultsPerPage": size},
        "items": list(page),
    }
    return answer | ({"nextPageToken": f"o{start + size}"} if start + size < len(items) else {})


def channel(account: Account, base: str) -> Json:
    return {
        "kind": "youtube#channel",
        "etag": etag(account.pk),
        "id": channel_id(account),
        "snippet": {
            "title": account.name,
            "description": "",
            "customUrl": f"@{account.handle}",
            "publishedAt": "2020-01-01T00:00:00Z",
            "thumbnails": {"default": {"url": f"{base}/_sandbox/static/avatar.svg", "width": 88, "height": 88}},
            "country": "ID",
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_id(account)}},
    }


def thumbnails(item: Post, base: str) -> Json:
    cover = item.media[0].cover
    url = f"{base}/_sandbox/media/{cover.name}" if cover else f"{base}/_sandbox/static/avatar.svg"
    return {"default": {"url": url, "width": 120, "height": 90}}


def video(world: World, item: Post, base: str) -> Json:
    known = world.details[item.pk]
    snippet = {
        "publishedAt": time_of(item.at_us),
        "channelId": channel_id(item.account),
        "title": known["title"],
        "description": item.text,
        "thumbnails": thumbnails(item, base),
        "channelTitle": item.account.name,
        "categoryId": known["category"],
        "liveBroadcastContent": "none",
        "localized": {"title": known["title"], "description": item.text},
    }
    status = {
        "uploadStatus": "uploaded",
        "privacyStatus": known["privacy"],
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
        "madeForKids": False,
        "selfDeclaredMadeForKids": False,
    }
    shown = snippet | ({"tags": known["tags"]} if known["tags"] else {})
    return {"kind": "youtube#video", "etag": etag(item.pk), "id": item.pk, "snippet": shown, "status": status}


def playlist_item(world: World, item: Post, position: int, base: str) -> Json:
    known = world.details[item.pk]
    snippet = {
        "publishedAt": time_of(item.at_us),
        "channelId": channel_id(item.account),
        "title": known["title"],
        "description": item.text,
        "thumbnails": thumbnails(item, base),
        "channelTitle": item.account.name,
        "playlistId": uploads_id(item.account),
        "position": position,
        "resourceId": {"kind": "youtube#video", "videoId": item.pk},
        "videoOwnerChannelTitle": item.account.name,
        "videoOwnerChannelId": channel_id(item.account),
    }
    return {
        "kind": "youtube#playlistItem",
        "etag": etag("item", item.pk),
        "id": f"UEL{item.pk}",
        "snippet": snippet,
        "contentDetails": {"videoId": item.pk, "videoPublishedAt": time_of(item.at_us)},
        "status": {"privacyStatus": known["privacy"]},
    }


def comment(call: Call, item: Comment) -> Json:
    author, owner = item.author, item.post.account
    words = item.text if call.query.get("textFormat") == "plainText" else html.escape(item.text).replace("\n", "<br>")
    snippet: Json = {
        "channelId": channel_id(owner),
        "videoId": item.post.pk,
        "textDisplay": words,
        "authorDisplayName": f"@{author.handle}",
        "authorProfileImageUrl": f"{call.base}/_sandbox/static/avatar.svg",
        "authorChannelUrl": f"http://www.youtube.com/@{author.handle}",
        "authorChannelId": {"value": channel_id(author)},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": time_of(item.at_us),
        "updatedAt": time_of(item.at_us),
    }
    if author is owner:
        snippet["textOriginal"] = item.text  # shown to its own author alone
    if item.state:
        snippet["moderationStatus"] = MODERATION[item.state]
    if item.root:
        snippet["parentId"] = item.root
    return {"kind": "youtube#comment", "etag": etag(item.pk, item.state), "id": item.pk, "snippet": snippet}


def thread(call: Call, top: Comment, answers: Sequence[Comment]) -> Json:
    """A thread with the oldest of its answers (guess: the real choice is not documented)."""
    snippet = {
        "channelId": channel_id(top.post.account),
        "videoId": top.post.pk,
        "topLevelComment": comment(call, top),
        "canReply": True,
        "totalReplyCount": len(answers),
        "isPublic": not top.state,
    }
    whole: Json = {
        "kind": "youtube#commentThread",
        "etag": etag(top.pk, len(answers)),
        "id": top.pk,
        "snippet": snippet,
    }
    if answers:
        whole["replies"] = {"comments": [comment(call, one) for one in answers[:ANSWERS_SHOWN]]}
    return chosen(whole, parts(call))
