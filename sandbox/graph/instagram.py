"""An Instagram business account's Graph: containers, media, comments.

A picture is fetched from the address that is named, as the real one does; from this machine alone, since nothing here
asks a foreign host. Not known of the real server: what a container says that is published a second time (guess below).
"""

import http.client
import io
from collections.abc import Mapping
from urllib.parse import urlsplit

from PIL import Image, UnidentifiedImageError

from sandbox.graph.asked import Json, Wanted, form_of, page, pick, wanted
from sandbox.graph.facebook import HIDDEN, here, when
from sandbox.graph.refusals import gone, refuse
from sandbox.graph.tokens import INSTAGRAM, instagram_id
from sandbox.ledger import Account, Blob, Comment, Person, Picture, Post
from sandbox.wire import Call, Reply, as_json

CAPTION_MAX = 2200
COMMENT_MAX = 2200
CHILDREN = range(2, 11)
BYTES_MAX = 8 * 1024 * 1024
RATIOS = (0.8, 1.91)
QUOTA = 50
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SHAPES = {"CAROUSEL": "CAROUSEL_ALBUM", "REELS": "VIDEO"}


class CannotFetchError(Exception):
    """Its arguments are those of `refuse`."""


# --- containers


def make_container(call: Call, account: Account) -> Reply:
    texts = form_of(call).texts
    if call.found[1] != instagram_id(account):
        return gone(call.found[1])
    if len(texts.get("caption", "")) > CAPTION_MAX:
        return refuse(36004, "The caption is too long", 2207010)
    try:
        pictures = _pictures(call, account, texts)
    except CannotFetchError as error:
        return refuse(*error.args)
    container = call.world.new_id()
    call.world.details[container] = {
        "owner": account.pk,
        "status": "FINISHED",
        "polls": 1 if texts.get("media_type") == "REELS" else 0,  # a film is worked on for a while
        "pictures": pictures,
        "caption": texts.get("caption", ""),
        "type": SHAPES.get(texts.get("media_type", ""), "IMAGE"),
        "child": texts.get("is_carousel_item") == "true",
    }
    return as_json({"id": container})


def _pictures(call: Call, account: Account, texts: Mapping[str, str]) -> tuple[Picture, ...]:
    if texts.get("media_type") == "CAROUSEL":
        children = [_container(call, account, one) for one in texts.get("children", "").split(",")]
        if len(children) not in CHILDREN or not all(child and child["child"] for child in children):
            raise CannotFetchError(100, "The children of a carousel are 2 to 10 containers made for it")
        return tuple(picture for child in children if child for picture in child["pictures"])
    alt = texts.get("alt_text", "")
    if texts.get("media_type") == "REELS":
        film = call.world.keep("video/mp4", _fetch(texts.get("video_url", "")))
        cover = _photo(call, texts["cover_url"]) if texts.get("cover_url") else film
        return (Picture(film, alt, cover),)
    return (Picture(_photo(call, texts.get("image_url", "")), alt),)


def _fetch(url: str) -> bytes:
    parts = urlsplit(url)
    why = (9004, f"The media could not be fetched from this URI: {url}", 2207052)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
        raise CannotFetchError(*why)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        answer = connection.getresponse()
        data = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise CannotFetchError(*why) from error
    finally:
        connection.close()
    if answer.status != 200 or not data:
        raise CannotFetchError(*why)
    return data


def _photo(call: Call, url: str) -> Blob:
    data = _fetch(url)
    try:
        with Image.open(io.BytesIO(data)) as image:
            size, kind = image.size, image.format
    except (UnidentifiedImageError, OSError) as error:
        raise CannotFetchError(9004, "Only photo or video can be accepted as media type.", 2207052) from error
    if kind != "JPEG":
        raise CannotFetchError(36001, f"The image format {kind} is not supported", 2207005)
    if len(data) > BYTES_MAX:
        raise CannotFetchError(36000, "The image is too big", 2207004)
    if not RATIOS[0] - 0.01 <= size[0] / size[1] <= RATIOS[1] + 0.01:
        raise CannotFetchError(36003, "The submitted image has an aspect ratio outside the range", 2207009)
    return call.world.keep("image/jpeg", data, *size)


def _container(call: Call, account: Account, pk: str) -> Json | None:
    found = call.world.details.get(pk)
    return found if found and found.get("owner") == account.pk and "status" in found else None


def show_container(call: Call, kept: Json) -> Reply:
    status = kept["status"]
    if kept["polls"] > 0:
        kept["polls"] -= 1
        status = "IN_PROGRESS"
    fields = wanted(call.query.get("fields", "id"))
    whole = {"id": call.found[1], "status_code": status, "status": f"{status.capitalize()}: the stand-in says so."}
    return as_json(pick(whole, fields))


def publish(call: Call, account: Account) -> Reply:
    pk = form_of(call).texts.get("creation_id", "")
    kept = _container(call, account, pk)
    if kept is None or kept["status"] == "PUBLISHED":  # guess, for one that was published
        return refuse(24, "The requested resource does not exist", 2207006)
    if kept["polls"] > 0 or kept["status"] != "FINISHED" or kept["child"]:
        return refuse(9007, "Media ID is not available", 2207027)
    if len(call.world.posts_of(account)) >= QUOTA:
        return refuse(9, "Application request limit reached", 2207042, 403)
    number = call.world.new_id()
    post = Post(number, _code(number), account, kept["caption"], kept["pictures"], call.world.now_us(), kept["type"])
    call.world.publish(post)
    kept["status"] = "PUBLISHED"
    return as_json({"id": post.pk})


def _code(pk: str) -> str:
    """The short code in a post's address: a number in base 64, not the one that the Graph calls it."""
    number, code = int(pk) // 7, ""
    while number:
        number, rest = divmod(number, 64)
        code = ALPHABET[rest] + code
    return code


def show_limit(call: Call, account: Account) -> Reply:
    used = len(call.world.posts_of(account))
    return as_json({"data": [{"quota_usage": used, "config": {"quota_total": QUOTA, "quota_duration": 86_400}}]})


# --- media and comments


def list_media(call: Call, account: Account) -> Reply:
    fields = wanted(call.query.get("fields", "id"))
    posts = call.world.posts_of(account)
    shown = [pick(_media(call, post), fields) for post in posts]
    return as_json(page(shown, [post.pk for post in posts], call.query, here(call)))


def list_tags(call: Call, account: Account) -> Reply:
    """Others' pictures with this account in them: nobody puts such here."""
    return as_json({"data": []})


def _media(call: Call, post: Post) -> Json:
    whole: Json = {
        "id": post.pk,
        "permalink": f"https://www.instagram.com/p/{post.code}/",
        "shortcode": post.code,
        "timestamp": when(post.at_us),
        "media_type": post.shape,
        "username": post.account.handle,
        "comments_count": len(_standing(call, post)),
    }
    return whole | ({"caption": post.text} if post.text else {})


def _standing(call: Call, post: Post) -> list[Comment]:
    everything = list(call.world.comments.values())
    return [c for c in everything if c.post is post and not c.deleted and call.world.lists(c.pk)]


def show_node(call: Call, account: Account) -> Reply:
    """A container, a post or a comment by its id."""
    node = call.found[1]
    fields = wanted(call.query.get("fields", "id"))
    kept, post, comment = _container(call, account, node), call.world.post(INSTAGRAM, node), _comment(call, node)
    if kept is not None:
        return show_container(call, kept)
    if post is not None:
        return as_json(pick(_media(call, post), fields))
    return as_json(pick(_comment_json(comment), fields)) if comment else gone(node)


def _comment(call: Call, pk: str) -> Comment | None:
    found = call.world.comments.get(pk)
    return found if found and not found.deleted and not found.post.deleted else None


def delete_node(call: Call, account: Account) -> Reply:
    post, comment = call.world.post(INSTAGRAM, call.found[1]), _comment(call, call.found[1])
    if post is not None and post.account is account:
        call.world.delete_post(post)
    elif comment is not None and comment.post.account is account:
        call.world.delete_comments(comment.post, [comment.pk])
    else:
        return gone(call.found[1])
    return as_json({"success": True})


def list_comments(call: Call, account: Account) -> Reply:
    """The comments right under a post, newest first."""
    post = call.world.post(INSTAGRAM, call.found[1])
    if post is None:
        return gone(call.found[1])
    fields = wanted(call.query.get("fields", "id,text,timestamp"))
    tops = [c for c in reversed(_standing(call, post)) if not c.root]
    shown = [pick(_comment_json(top) | _replies(call, top, fields), fields) for top in tops]
    return as_json(page(shown, [top.pk for top in tops], call.query, here(call)))


def _replies(call: Call, top: Comment, fields: Mapping[str, Wanted]) -> Json:
    below = [c for c in _standing(call, top.post) if c.root == top.pk]
    if "replies" not in fields or not below:
        return {}
    asked = fields["replies"]
    shown = [pick(_comment_json(c), asked.inside) for c in below]
    return {"replies": page(shown, [c.pk for c in below], asked.options, here(call))}


def list_replies(call: Call, account: Account) -> Reply:
    top = _comment(call, call.found[1])
    if top is None:
        return gone(call.found[1])
    below = [c for c in _standing(call, top.post) if c.root == top.pk]
    fields = wanted(call.query.get("fields", "id,text,timestamp"))
    shown = [pick(_comment_json(c), fields) for c in below]
    return as_json(page(shown, [c.pk for c in below], call.query, here(call)))


def _comment_json(comment: Comment) -> Json:
    own = not isinstance(comment.author, Person)
    author = instagram_id(comment.post.account) if own else comment.author.pk
    whole: Json = {
        "id": comment.pk,
        "text": comment.text,
        "timestamp": when(comment.at_us),
        "username": comment.author.handle,
        "from": {"id": author, "username": comment.author.handle},
        "hidden": comment.state == HIDDEN,
        "like_count": 0,
    }
    return whole | ({"parent_id": comment.root} if comment.root else {})


def write_under_post(call: Call, account: Account) -> Reply:
    post = call.world.post(INSTAGRAM, call.found[1])
    return _write(call, account, post, None) if post else gone(call.found[1])


def write_reply(call: Call, account: Account) -> Reply:
    above = _comment(call, call.found[1])
    return _write(call, account, above.post, above) if above else gone(call.found[1])


def _write(call: Call, account: Account, post: Post, above: Comment | None) -> Reply:
    text = form_of(call).texts.get("message", "").strip()
    if not text or len(text) > COMMENT_MAX:
        return refuse(100, "(#100) The parameter message is required, and not longer than 2200 characters")
    return as_json({"id": call.world.comment(post, account, text, above).pk})


def change_node(call: Call, account: Account) -> Reply:
    """Hide a comment, or show it again."""
    comment = _comment(call, call.found[1])
    hide = form_of(call).texts.get("hide")
    if comment is None or hide not in ("true", "false"):
        return gone(call.found[1])
    call.world.decide(comment, HIDDEN if hide == "true" else "")
    return as_json({"success": True})
