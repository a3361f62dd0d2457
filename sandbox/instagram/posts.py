"""Uploads and posts: `rupload…` keeps a file, `media/configure…/` makes a post of it."""

import io
import json

from PIL import Image, UnidentifiedImageError

from sandbox.instagram.login import NAME, signed_body
from sandbox.instagram.refusals import GONE, refuse
from sandbox.instagram.shapes import Json, code_of, number, post, user
from sandbox.ledger import Account, Blob, Picture, Post
from sandbox.wire import Call, Reply, as_json

CAPTION_MAX = 2200
ALBUM = range(2, 21)


def take_photo(call: Call, account: Account) -> Reply:
    try:
        with Image.open(io.BytesIO(call.body)) as image:
            size, kind = image.size, Image.MIME.get(image.format or "", "image/jpeg")
    except (UnidentifiedImageError, OSError):
        return refuse("The stand-in cannot read this picture")
    return _keep(call, account, "photo", call.world.keep(kind, call.body, *size))


def open_film(call: Call, account: Account) -> Reply:
    return as_json({"offset": 0})


def take_film(call: Call, account: Account) -> Reply:
    params = _upload_params(call)
    size = (int(params.get("upload_media_width", 0)), int(params.get("upload_media_height", 0)))
    return _keep(call, account, "film", call.world.keep("video/mp4", call.body, *size))


def take_settings(call: Call, account: Account) -> Reply:
    return as_json({"status": "ok"})


def _upload_params(call: Call) -> Json:
    params = json.loads(call.headers.get("x-instagram-rupload-params", "{}"))
    return params if isinstance(params, dict) else {}


def _keep(call: Call, account: Account, kind: str, blob: Blob) -> Reply:
    # The address is UPLOAD_0_RANDOM; the header says the same number.
    upload_id = str(_upload_params(call).get("upload_id") or call.found[0].split("_")[0])
    call.world.uploads.setdefault((account.pk, upload_id), {})[kind] = blob
    return as_json({"upload_id": upload_id, "xsharing_nonces": {}, "status": "ok"})


def configure(call: Call, account: Account) -> Reply:
    """`media/configure/`: a photo becomes a post."""
    return _publish(call, account, "feed", [signed_body(call)])


def configure_album(call: Call, account: Account) -> Reply:
    """`media/configure_sidecar/`: several become one. Each child may bring its own alt text."""
    data = signed_body(call)
    children = data.get("children_metadata") or []
    if len(children) not in ALBUM:
        return refuse("Uploaded an invalid number of media")
    return _publish(call, account, "carousel_container", children)


def configure_reel(call: Call, account: Account) -> Reply:
    """`media/configure_to_clips/`: a film with its cover becomes a reel, ready at once (no transcoding here)."""
    return _publish(call, account, "clips", [signed_body(call)])


def _publish(call: Call, account: Account, shape: str, children: list[Json]) -> Reply:
    data = signed_body(call)
    caption = str(data.get("caption") or "")
    if len(caption) > CAPTION_MAX:
        return refuse("Caption is too long")  # guess: the words
    if data.get("publish_mode") == "scheduled":
        return refuse("The stand-in does not schedule")
    pictures = [_picture(call, account, child) for child in children]
    found = tuple(picture for picture in pictures if picture)
    upload_id = str(data.get("upload_id", ""))
    if len(found) < len(pictures) or (shape == "clips" and not found[0].cover):
        again = {"error_title": "bad image input extra:{}", "message": "media_needs_reupload", "status": "ok"}
        return as_json(again | {"media": {"upload_id": upload_id}})
    world = call.world
    pk = world.new_id()
    made = world.publish(Post(pk, code_of(pk), account, caption, found, world.now_us(), shape, upload_id))
    return as_json({"media": post(world, made, call.base), "upload_id": upload_id, "status": "ok"})


def _picture(call: Call, account: Account, child: Json) -> Picture | None:
    """The uploaded file that this part of a configure call names; a film brings its cover along."""
    files = call.world.uploads.get((account.pk, str(child.get("upload_id", ""))), {})
    alt = str(child.get("custom_accessibility_caption") or "")
    if "film" in files:
        return Picture(files["film"], alt, files.get("photo"))
    return Picture(files["photo"], alt) if "photo" in files else None


def show_feed(call: Call, account: Account) -> Reply:
    """`feed/user/ID/`: newest first, `count` a page, older ones than `max_id`."""
    who = call.world.account_by_pk(call.found[0])
    if who is None:
        return refuse("User not found", 404)
    before = number(call.query.get("max_id", ""))
    count = number(call.query.get("count", "")) or 12
    posts = [item for item in call.world.posts_of(who) if not before or int(item.pk) < before]
    page = posts[:count]
    answer: Json = {
        "items": [post(call.world, item, call.base) for item in page],
        "num_results": len(page),
        "more_available": len(posts) > count,
        "user": user(who, call.base),
        "status": "ok",
    }
    if len(posts) > count:
        answer["next_max_id"] = f"{page[-1].pk}_{who.pk}"
    return as_json(answer)


def show_post(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    if item is None:
        return refuse(GONE)
    shown = [post(call.world, item, call.base)]
    return as_json({"items": shown, "num_results": 1, "more_available": False, "status": "ok"})


def delete_post(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    if item is None or item.account is not account:
        return refuse(GONE)
    call.world.delete_post(item)
    return as_json({"did_delete": True, "status": "ok"})
