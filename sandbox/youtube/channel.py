"""The channel, its list of uploads, and its videos."""

from sandbox.ledger import Account, Post
from sandbox.wire import Call, Reply, as_json
from sandbox.youtube import shapes
from sandbox.youtube.oauth import NAME
from sandbox.youtube.refusals import refuse

NO_CONTENT = Reply(204)


def show_channels(call: Call, account: Account) -> Reply:
    if call.query.get("mine") != "true":
        return refuse("missingRequiredParameter", 400, "No filter selected: the stand-in knows mine=true.")
    items = [shapes.chosen(shapes.channel(account, call.base), shapes.parts(call))]
    return as_json(shapes.listing(call, "channel", items, 50))


def show_uploads(call: Call, account: Account) -> Reply:
    """Newest first, private ones too: only the channel itself asks here."""
    if call.query.get("playlistId") != shapes.uploads_id(account):
        return refuse("playlistNotFound", 404, "The playlist identified with the request's playlistId cannot be found.")
    items = [
        shapes.chosen(shapes.playlist_item(call.world, item, number, call.base), shapes.parts(call))
        for number, item in enumerate(call.world.posts_of(account))
    ]
    return as_json(shapes.listing(call, "playlistItem", items, 50))


def show_videos(call: Call, account: Account) -> Reply:
    """Ids that are not there are left out."""
    found = [own_video(call, account, number) for number in call.query.get("id", "").split(",")]
    items = [
        shapes.chosen(shapes.video(call.world, item, call.base), shapes.parts(call))
        for item in found
        if item is not None
    ]
    return as_json(shapes.listing(call, "video", items, 50))


def delete_video(call: Call, account: Account) -> Reply:
    item = own_video(call, account, call.query.get("id", ""))
    if item is None:
        return refuse("videoNotFound", 404, "The video that you are trying to delete cannot be found.")
    call.world.delete_post(item)
    return NO_CONTENT


def own_video(call: Call, account: Account, number: str) -> Post | None:
    item = call.world.post(NAME, number)
    return item if item and item.account is account else None
