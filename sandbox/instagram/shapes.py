"""What Instagram's private API says about users, posts, comments and conversations, as far as instagrapi reads it.

Field names are those that instagrapi 3.2.2's extractors and models ask for; where the real server's value is not
known the comment says "guess".
"""

from collections.abc import Sequence
from typing import Any

from sandbox.ledger import Account, Comment, Line, Person, Picture, Post, Thread, World

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MEDIA_TYPE = {"feed": 1, "clips": 2, "carousel_container": 8}
PREVIEW_REPLIES = 1

Json = dict[str, Any]


def code_of(pk: str) -> str:
    """The short code in a post's public address: its number in base 64."""
    number, code = int(pk), ""
    while number:
        number, rest = divmod(number, 64)
        code = ALPHABET[rest] + code
    return code


def user(who: Person | Account, base: str) -> Json:
    return {
        "pk": int(who.pk),
        "pk_id": who.pk,
        "id": who.pk,
        "strong_id__": who.pk,
        "username": who.handle,
        "full_name": who.name,
        "is_private": False,
        "is_verified": False,
        "profile_pic_url": f"{base}/_sandbox/static/avatar.svg",
        "account_badges": [],
        "has_anonymous_profile_picture": True,
    }


def current_user(account: Account, base: str) -> Json:
    """The signed-in account about itself (`accounts/current_user/`)."""
    return user(account, base) | {"biography": "", "external_url": "", "is_business": True, "email": "", "gender": 3}


def post(world: World, item: Post, base: str) -> Json:
    """A post in a feed, in `media/…/info/` and in the answer to a configure call."""
    first = item.media[0]
    shown: Json = {
        "pk": int(item.pk),
        "id": f"{item.pk}_{item.account.pk}",
        "strong_id__": f"{item.pk}_{item.account.pk}",
        "code": item.code,
        "taken_at": item.at_us // 1_000_000,
        "device_timestamp": item.at_us,
        "media_type": MEDIA_TYPE[item.shape],
        "product_type": item.shape,
        "user": user(item.account, base),
        "caption": _caption(item, base),
        "caption_is_edited": False,
        "like_count": 0,
        "has_liked": False,
        "comment_count": sum(c.post is item and not c.deleted for c in list(world.comments.values())),
        "comments_disabled": False,
        "original_width": first.blob.width,
        "original_height": first.blob.height,
        # Guess: whether the real feed gives the client's own upload number back is not known; the service must not
        # lean on it, so it is left out here.
    }
    if item.shape == "carousel_container":
        shown["carousel_media"] = [_child(item, number, base) for number in range(len(item.media))]
        shown["carousel_media_count"] = len(item.media)
        return shown
    return shown | _frames(first, base)


def _caption(item: Post, base: str) -> Json | None:
    if not item.text:
        return None
    return {
        "pk": str(int(item.pk) + 1),
        "text": item.text,
        "type": 1,
        "user_id": int(item.account.pk),
        "user": user(item.account, base),
        "created_at": item.at_us // 1_000_000,
        "created_at_utc": item.at_us // 1_000_000,
        "content_type": "comment",
        "status": "Active",
        "media_id": int(item.pk),
    }


def _child(item: Post, number: int, base: str) -> Json:
    picture = item.media[number]
    pk = int(item.pk) + 2 + number
    kind = 2 if picture.cover else 1
    head = {"pk": pk, "id": f"{pk}_{item.account.pk}", "media_type": kind, "carousel_parent_id": item.pk}
    return head | _frames(picture, base)


def _frames(picture: Picture, base: str) -> Json:
    still = picture.cover or picture.blob
    size = {"width": still.width or 1080, "height": still.height or 1080}
    frames: Json = {
        "image_versions2": {"candidates": [size | {"url": f"{base}/_sandbox/media/{still.name}"}]},
        "accessibility_caption": picture.alt or None,
    }
    if picture.cover:
        film = picture.blob
        url = f"{base}/_sandbox/media/{film.name}"
        frames["video_versions"] = [{"type": 101, "width": film.width, "height": film.height, "url": url}]
        frames["video_duration"] = 0.0  # guess: the stand-in does not measure films
    return frames


def comment(world: World, item: Comment, base: str) -> Json:
    """A comment. `replied_to_comment_id` is the very comment answered, `parent_comment_id` the top of its thread."""
    shown: Json = {
        "pk": item.pk,
        "user_id": int(item.author.pk),
        "user": user(item.author, base),
        "text": item.text,
        "type": 2 if item.root else 0,
        "created_at": item.at_us // 1_000_000,
        "created_at_utc": item.at_us // 1_000_000,
        "content_type": "comment",
        "status": "Active",
        "media_id": int(item.post.pk),
        "has_liked_comment": False,
        "comment_like_count": 0,
        "share_enabled": False,
        "is_covered": False,
    }
    if item.root:
        return shown | {"parent_comment_id": item.root, "replied_to_comment_id": item.parent}
    below = world.comments_of(item.post, item.pk)
    shown["child_comment_count"] = len(below)
    # Guess: the newest ones; the app shows a few answers under a comment and asks for the rest.
    shown["preview_child_comments"] = [comment(world, answer, base) for answer in below[-PREVIEW_REPLIES:]]
    return shown


def line(item: Line, thread: Thread) -> Json:
    """A direct message. The client's own mark comes back as `client_context`, in listings too."""
    shown: Json = {
        "item_id": item.pk,
        "user_id": int(item.author.pk),
        "timestamp": item.at_us,
        "item_type": "link" if item.is_link else "text",
        "client_context": item.token or item.pk,
        "otid": item.token or item.pk,
        "is_sent_by_viewer": item.author is thread.account,
        "show_forward_attribution": False,
        "is_shh_mode": False,
    }
    if item.is_link:
        url = next((word for word in item.text.split() if word.startswith(("http://", "https://"))), "")
        context = {"link_url": url, "link_title": "", "link_summary": "", "link_image_url": ""}
        return shown | {"link": {"text": item.text, "link_context": context, "client_context": item.token}}
    return shown | {"text": item.text}


def thread(item: Thread, lines: Sequence[Line], base: str) -> Json:
    """A conversation with these of its messages (newest first)."""
    return {
        "thread_id": item.pk,
        "thread_v2_id": item.pk[-17:],
        "users": [user(item.person, base)],
        "left_users": [],
        "admin_user_ids": [],
        "inviter": user(item.person, base),
        "items": [line(each, item) for each in lines],
        "last_activity_at": item.lines[-1].at_us,
        "muted": False,
        "is_pin": False,
        "named": False,
        "canonical": True,
        "pending": item.pending,
        "archived": False,
        "thread_type": "private",
        "thread_title": item.person.name,
        "folder": 0,
        "vc_muted": False,
        "is_group": False,
        "mentions_muted": False,
        "approval_required_for_new_members": False,
        "input_mode": 0,
        "read_state": 1,
        "is_close_friend_thread": False,
        "shh_mode_enabled": False,
        "last_seen_at": {},
    }


def number(text: str) -> int:
    """The number a cursor or limit begins with (`ID_OWNER` too); 0 for none."""
    head = text.split("_")[0]
    return int(head) if head.isascii() and head.isdigit() else 0
