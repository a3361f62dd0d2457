"""A Facebook Page's Graph: posts, photos, films, comments.

Not known of the real server, and so deliberately unhelpful here: the same post sent twice is taken twice (the real
one sometimes answers 506).
"""

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from PIL import Image, UnidentifiedImageError

from sandbox.graph.asked import Json, Wanted, form_of, page, pick, wanted
from sandbox.graph.refusals import gone, refuse
from sandbox.graph.tokens import FACEBOOK
from sandbox.ledger import Account, Comment, Picture, Post
from sandbox.wire import Call, Reply, as_json

MESSAGE_MAX = 63_206
COMMENT_MAX = 8000
PHOTO_BYTES_MAX = 10_000_000
PIECE = 256 * 1024
HIDDEN = "hidden"


def when(at_us: int) -> str:
    """Meta's times have whole seconds."""
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def here(call: Call) -> str:
    """The start of a ready-made next address; Meta puts the token into it."""
    return f"https://graph.facebook.com/{call.path.partition('/')[2]}?access_token={call.query.get('access_token', '')}"


# --- posts


def write_feed(call: Call, account: Account) -> Reply:
    texts = form_of(call).texts
    message = texts.get("message", "")
    if call.found[1] != account.pk:
        return gone(call.found[1])
    photos = [str(one.get("media_fbid")) for one in json.loads(texts.get("attached_media") or "[]")]
    if not (message or photos or texts.get("link")):
        return refuse(100, "(#100) You must provide one of message, link or attached_media")
    if len(message) > MESSAGE_MAX:
        return refuse(100, "(#100) Param message is too long")
    unknown = [photo for photo in photos if (account.pk, photo) not in call.world.uploads]
    if unknown:
        return refuse(100, f"(#100) Param attached_media: {unknown[0]} is no unpublished photo")
    pictures = tuple(
        Picture(call.world.uploads[account.pk, photo]["photo"], call.world.details[photo]["alt"]) for photo in photos
    )
    made = _publish(call, account, message, pictures, "photo" if photos else "status")
    call.world.details[made.pk] = {"files": photos, "link": texts.get("link", "")}
    return as_json({"id": made.pk})


def _publish(call: Call, account: Account, text: str, media: tuple[Picture, ...], shape: str) -> Post:
    number = call.world.new_id()
    post = Post(f"{account.pk}_{number}", number, account, text, media, call.world.now_us(), shape)
    return call.world.publish(post)


def write_photo(call: Call, account: Account) -> Reply:
    """Unpublished: kept for a post. Published: a post by itself."""
    form = form_of(call)
    file = form.files.get("source")
    if file is None:
        return refuse(324, "(#324) Requires upload file")
    try:
        with Image.open(io.BytesIO(file.data)) as image:
            size, mime = image.size, Image.MIME.get(image.format or "", "image/jpeg")
    except (UnidentifiedImageError, OSError):
        return refuse(1, "Invalid image file")
    if len(file.data) > PHOTO_BYTES_MAX:
        return refuse(100, "(#100) The image is too big")
    photo = f"122{call.world.new_id()}"
    call.world.uploads[account.pk, photo] = {"photo": call.world.keep(mime, file.data, *size)}
    call.world.details[photo] = {"alt": form.texts.get("alt_text_custom", "")}
    if form.texts.get("published") == "false":
        return as_json({"id": photo})
    picture = Picture(call.world.uploads[account.pk, photo]["photo"], call.world.details[photo]["alt"])
    made = _publish(call, account, form.texts.get("message", ""), (picture,), "photo")
    call.world.details[made.pk] = {"files": [photo]}
    return as_json({"id": photo, "post_id": made.pk})


def list_posts(call: Call, account: Account) -> Reply:
    fields = wanted(call.query.get("fields", "id,message,created_time"))
    posts = call.world.posts_of(account)
    shown = [pick(post_json(call, post, fields), fields) for post in posts]
    return as_json(page(shown, [post.code for post in posts], call.query, here(call)))


def list_tagged(call: Call, account: Account) -> Reply:
    """Others' posts that name the Page: nobody writes such here."""
    return as_json({"data": []})


def post_json(call: Call, post: Post, fields: Mapping[str, Wanted]) -> Json:
    detail = call.world.details.get(post.pk, {})
    whole: Json = {
        "id": post.pk,
        "from": {"id": post.account.pk, "name": post.account.name},
        "created_time": when(post.at_us),
        "updated_time": when(post.at_us),
        "permalink_url": f"https://www.facebook.com/{post.account.pk}/posts/{post.code}",
        "is_published": True,
        "status_type": {"photo": "added_photos", "video": "added_video"}.get(post.shape, "mobile_status_update"),
    }
    if post.text:
        whole["message"] = post.text  # a post without words has no such field
    files = [{"target": {"id": file}, "type": post.shape} for file in detail.get("files", [])]
    if files:
        several = {"type": "album", "target": {"id": post.code}, "subattachments": {"data": files}}
        whole["attachments"] = {"data": files if len(files) == 1 else [several]}
    if "comments" in fields:
        whole["comments"] = _comments(
            call, _standing(call, post), fields["comments"].options, fields["comments"].inside
        )
    return whole


# --- films


def start_film(call: Call, account: Account) -> Reply:
    size = int(form_of(call).texts.get("file_size") or 0)
    if size < 1:
        return refuse(100, "(#100) The parameter file_size is required")
    upload, video = call.world.new_id(), f"122{call.world.new_id()}"
    call.world.details[upload] = {"video": video, "size": size, "data": bytearray(), "owner": account.pk}
    return as_json({"upload_session_id": upload, "video_id": video} | _offsets(0, size))


def _offsets(start: int, size: int) -> Json:
    return {"start_offset": str(start), "end_offset": str(min(start + PIECE, size))}


def take_piece(call: Call, account: Account) -> Reply:
    form = form_of(call)
    kept = call.world.details.get(form.texts.get("upload_session_id", ""))
    file = form.files.get("video_file_chunk")
    if kept is None or file is None:
        return refuse(6001, "There was a problem uploading your video. Please try again.")
    if int(form.texts.get("start_offset") or 0) != len(kept["data"]):
        return refuse(6001, "The start offset is not the one that was asked for", 1363037)
    kept["data"] += file.data
    return as_json(_offsets(len(kept["data"]), kept["size"]))


def finish_film(call: Call, account: Account) -> Reply:
    texts = form_of(call).texts
    kept = call.world.details.get(texts.get("upload_session_id", ""))
    if kept is None or len(kept["data"]) != kept["size"]:
        return refuse(6000, "There was a problem uploading your video file. Please try again.")
    blob = call.world.keep("video/mp4", bytes(kept["data"]))
    made = _publish(call, account, texts.get("description", ""), (Picture(blob, "", blob),), "video")
    call.world.details[made.pk] = {"files": [kept["video"]]}
    call.world.details[kept["video"]] = {"post": made.pk, "title": texts.get("title", "")}
    return as_json({"success": True})


def show_node(call: Call, account: Account) -> Reply:
    """A post, a comment or a film by its id."""
    node = call.found[1]
    fields = wanted(call.query.get("fields", "id"))
    detail = call.world.details.get(node, {})
    post = call.world.post(FACEBOOK, node) if "_" in node else None
    comment = call.world.comments.get(node)
    if post is not None:
        return as_json(pick(post_json(call, post, fields), fields))
    if comment is not None and not comment.deleted:
        return as_json(pick(comment_json(comment), fields))
    if "post" in detail:
        made = call.world.posts[detail["post"]]
        film = {"id": node, "post_id": made.pk, "published": True, "status": {"video_status": "ready"}}
        return as_json(pick(film | {"permalink_url": f"/{account.pk}/videos/{node}/"}, fields))
    return gone(node)


def delete_node(call: Call, account: Account) -> Reply:
    node = call.found[1]
    post, comment = call.world.post(FACEBOOK, node), call.world.comments.get(node)
    if post is not None and post.account is account:
        call.world.delete_post(post)
    elif comment is not None and not comment.deleted and comment.post.account is account:
        call.world.delete_comments(comment.post, [comment.pk])
    else:
        return gone(node)
    return as_json({"success": True})


# --- comments


def _standing(call: Call, post: Post) -> list[Comment]:
    """All comments of a post, answers among them, oldest first."""
    everything = list(call.world.comments.values())
    return [c for c in everything if c.post is post and not c.deleted and call.world.lists(c.pk)]


def _under(call: Call, node: str) -> tuple[Post, Comment | None] | None:
    """The post that a node is, or the comment with its post; None where neither stands."""
    comment = call.world.comments.get(node)
    if comment is not None:
        return None if comment.deleted or comment.post.deleted else (comment.post, comment)
    post = call.world.post(FACEBOOK, node) if "_" in node else None
    return (post, None) if post else None


def list_comments(call: Call, account: Account) -> Reply:
    found = _under(call, call.found[1])
    if found is None:
        return gone(call.found[1])
    post, top = found
    comments = [c for c in _standing(call, post) if top is None or c.root == top.pk]
    fields = wanted(call.query.get("fields", "id,from,message,created_time"))
    return as_json(_comments(call, comments, call.query, fields))


def _comments(call: Call, comments: list[Comment], options: Mapping[str, str], fields: Mapping[str, Wanted]) -> Json:
    if options.get("filter", "toplevel") == "toplevel":
        comments = [c for c in comments if not c.root or not any(c.root == other.pk for other in comments)]
    if options.get("since"):
        comments = [c for c in comments if c.at_us // 1_000_000 >= int(options["since"])]
    if options.get("order") == "reverse_chronological":
        comments = comments[::-1]
    answer = page([pick(comment_json(c), fields) for c in comments], [c.pk for c in comments], options, here(call))
    if options.get("limit") == "0":
        answer = {"data": []}
    if options.get("summary") in ("true", "1", "total_count"):
        answer["summary"] = {"order": "chronological", "total_count": len(comments), "can_comment": True}
    return answer


def comment_json(comment: Comment) -> Json:
    below = f"https://www.facebook.com/{comment.post.account.pk}/posts/{comment.post.code}"
    whole: Json = {
        "id": comment.pk,
        "from": {"id": comment.author.pk, "name": comment.author.name},
        "message": comment.text,
        "created_time": when(comment.at_us),
        "permalink_url": f"{below}?comment_id={comment.pk}",
        "is_hidden": comment.state == HIDDEN,
        "can_hide": comment.author is not comment.post.account,
    }
    if comment.root:
        whole["parent"] = {"id": comment.root}  # the one at the top of the thread, whichever was answered
    return whole


def write_comment(call: Call, account: Account) -> Reply:
    found = _under(call, call.found[1])
    text = form_of(call).texts.get("message", "").strip()
    if found is None:
        return gone(call.found[1])
    if not text or len(text) > COMMENT_MAX:
        return refuse(100, "(#100) The parameter message is required, and not longer than 8000 characters")
    return as_json({"id": call.world.comment(found[0], account, text, found[1]).pk})


def change_node(call: Call, account: Account) -> Reply:
    """Hide a comment, or show it again."""
    comment = call.world.comments.get(call.found[1])
    hidden = form_of(call).texts.get("is_hidden")
    if comment is None or comment.deleted or hidden not in ("true", "false"):
        return gone(call.found[1])
    call.world.decide(comment, HIDDEN if hidden == "true" else "")
    return as_json({"success": True})
