"""The stand-in of Instagram's private API, as instagrapi 3.2.2 calls it, and the pages of www.instagram.com.

Not known of the real server, and so deliberately unhelpful here: a configure call, a comment or a message that is
sent twice is taken twice (whether Instagram drops a repeated `upload_id` or `idempotence_token` is unproved), and
a comment's `idempotence_token` is kept but never shown again. A message's `client_context` does come back.
"""

import io
import json
from collections.abc import Callable
from itertools import islice

from PIL import Image, UnidentifiedImageError

from sandbox import instagram_login as login
from sandbox import pages
from sandbox.instagram_json import Json, code_of, comment, current_user, post, thread, user
from sandbox.instagram_login import signed_body, signed_in
from sandbox.ledger import Account, Blob, Person, Picture, Post, Thread
from sandbox.wire import Call, Platform, Reply, as_json, route

NAME = login.NAME
CAPTION_MAX = 2200
ALBUM = range(2, 21)
COMMENTS_A_PAGE = 20
LINES_A_PAGE = 20
THREADS_A_PAGE = 20

REFUSALS: dict[str, tuple[int, Json]] = {
    "429": (429, {"message": "Too many requests", "status": "fail"}),
    "500": (500, {"message": "Oops, an error occurred.", "status": "fail"}),
    "login-required": (403, {"message": "login_required", "logout_reason": 2, "status": "fail"}),
    "challenge": (
        400,
        {
            "message": "challenge_required",
            "challenge": {
                "url": "https://i.instagram.com/challenge/?next=/api/v1/",
                "api_path": "/challenge/",
                "hide_webview_header": True,
                "lock": True,
                "logout": False,
                "native_flow": True,
            },
            "status": "fail",
        },
    ),
}

Own = Callable[[Call, Account], Reply]


def refusal(fault: str) -> Reply:
    """How Instagram words a fault."""
    status, body = REFUSALS["500" if fault.startswith("500") else fault]
    return as_json(body, status)


def own(handler: Own) -> Callable[[Call], Reply]:
    """The handler with the account whose session the call carries, else what Instagram says to a stranger."""

    def guarded(call: Call) -> Reply:
        account = signed_in(call)
        return handler(call, account) if account else refusal("login-required")

    return guarded


def refuse(message: str, status: int = 400) -> Reply:
    return as_json({"message": message, "status": "fail"}, status)


GONE = "Media not found or unavailable"


# Accounts


def show_current_user(call: Call, account: Account) -> Reply:
    return as_json({"user": current_user(account, call.base), "status": "ok"})


def show_user(call: Call, account: Account) -> Reply:
    who = call.world.account_by_pk(call.found[0])
    if who is None:
        return refuse("User not found", 404)
    counts = {"media_count": len(call.world.posts_of(who)), "follower_count": 0, "following_count": 0}
    return as_json({"user": current_user(who, call.base) | counts, "status": "ok"})


def sign_out(call: Call, account: Account) -> Reply:
    for session in [key for key, owner in call.world.sessions.items() if owner is account]:
        del call.world.sessions[session]
    return as_json({"status": "ok"})


def empty_home(call: Call, account: Account) -> Reply:
    """What the app asks for right after signing in: stories and the home feed."""
    return as_json({"tray": [], "feed_items": [], "num_results": 0, "more_available": False, "status": "ok"})


# Uploads


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


# Posts


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
    before = _number(call.query.get("max_id", ""))
    count = _number(call.query.get("count", "")) or 12
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


# Comments


def show_comments(call: Call, account: Account) -> Reply:
    """Comments on the post itself, newest first (the answers below them have their own address).

    The real order is by rank or by time, as the account chose: guess. Older ones follow by `min_id`; `max_id` is
    taken alike.
    """
    item = call.world.post(NAME, call.found[0])
    if item is None:
        return refuse(GONE)
    before = _server_cursor(call)
    comments = [c for c in reversed(call.world.comments_of(item)) if not before or int(c.pk) < before]
    page = comments[:COMMENTS_A_PAGE]
    more = len(comments) > len(page)
    answer: Json = {
        "comments": [comment(call.world, each, call.base) for each in page],
        "comment_count": len(call.world.comments_of(item)),
        "caption_is_edited": False,
        "threading_enabled": True,
        "has_more_comments": False,
        "has_more_headload_comments": more,
        "status": "ok",
    }
    if more:
        answer["next_min_id"] = json.dumps({"server_cursor": page[-1].pk, "is_server_cursor_inverse": True})
    return as_json(answer)


def show_answers(call: Call, account: Account) -> Reply:
    """The thread below a comment, oldest first; `min_id` goes on where the page before it ended."""
    item = call.world.post(NAME, call.found[0])
    top = call.world.standing_comment(item, call.found[1]) if item else None
    if item is None or top is None:
        return refuse(GONE)
    after = _server_cursor(call)
    answers = [c for c in call.world.comments_of(item, top.pk) if int(c.pk) > after]
    page = answers[:COMMENTS_A_PAGE]
    answer: Json = {
        "child_comments": [comment(call.world, each, call.base) for each in page],
        "parent_comment": comment(call.world, top, call.base),
        "child_comment_count": len(call.world.comments_of(item, top.pk)),
        "has_more_head_child_comments": len(answers) > len(page),
        "has_more_tail_child_comments": False,
        "status": "ok",
    }
    if len(answers) > len(page):
        answer["next_min_child_cursor"] = json.dumps({"server_cursor": page[-1].pk})
    return as_json(answer)


def _server_cursor(call: Call) -> int:
    """The number in a cursor that we gave out; 0 for none or a strange one.

    instagrapi's `media_comments_chunk` and `media_comment_replies…` ask for the first page by GET and, by a slip of
    an argument, for the next ones by a signed POST. Both are answered; whether the real server does is not known.
    """
    given = call.query if call.method == "GET" else signed_body(call)
    try:
        return int(json.loads(given.get("min_id") or given.get("max_id") or "")["server_cursor"])
    except (ValueError, TypeError, KeyError):
        return 0


def _number(text: str) -> int:
    """The number a cursor or limit begins with (`ID_OWNER` too); 0 for none."""
    head = text.split("_")[0]
    return int(head) if head.isascii() and head.isdigit() else 0


def write_comment(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    data = signed_body(call)
    text = str(data.get("comment_text") or "").strip()
    if item is None:
        return refuse(GONE)
    if not text:
        return refuse("Comment text is empty")
    parent = None
    if answered := str(data.get("replied_to_comment_id") or ""):
        parent = call.world.standing_comment(item, answered)
        if parent is None:
            return refuse("Comment not found")  # guess: the words
    made = call.world.comment(item, account, text, parent, token=str(data.get("idempotence_token") or ""))
    return as_json({"comment": comment(call.world, made, call.base), "status": "ok"})


def delete_comments(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    if item is None or item.account is not account:
        return refuse(GONE)
    call.world.delete_comments(item, str(signed_body(call).get("comment_ids_to_delete", "")).split(","))
    return as_json({"status": "ok"})


# Direct messages


def show_inbox(call: Call, account: Account) -> Reply:
    return _inbox(call, account, pending=False)


def show_requests(call: Call, account: Account) -> Reply:
    return _inbox(call, account, pending=True)


def _inbox(call: Call, account: Account, pending: bool) -> Reply:
    """Conversations, the liveliest first; `cursor` (a time in microseconds) goes on to older ones."""
    before = _number(call.query.get("cursor", ""))
    limit = _number(call.query.get("thread_message_limit", "")) or 10
    threads = [t for t in call.world.threads_of(account, pending) if not before or t.lines[-1].at_us < before]
    page = threads[:THREADS_A_PAGE]
    inbox: Json = {
        "threads": [thread(t, list(islice(reversed(t.lines), limit)), call.base) for t in page],
        "has_older": len(threads) > len(page),
        "unseen_count": 0,
        "unseen_count_ts": call.world.now_us(),
        "blended_inbox_enabled": True,
    }
    if len(threads) > len(page):
        inbox["oldest_cursor"] = str(page[-1].lines[-1].at_us)
    requests = len(call.world.threads_of(account, pending=True))
    answer: Json = {"inbox": inbox, "seq_id": len(call.world.entries), "pending_requests_total": requests}
    return as_json(answer | {"viewer": user(account, call.base), "status": "ok"})


def show_thread(call: Call, account: Account) -> Reply:
    """One conversation, newest message first; `cursor` (a message's id) goes on to older ones."""
    item = _thread(call, account, call.found[0])
    if item is None:
        return refuse("Thread does not exist", 404)
    before = _number(call.query.get("cursor", ""))
    lines = [line for line in reversed(item.lines) if not before or int(line.pk) < before]
    page = lines[: _number(call.query.get("limit", "")) or LINES_A_PAGE]
    shown = thread(item, page, call.base) | {"has_older": len(lines) > len(page), "has_newer": False}
    if len(lines) > len(page):
        shown["oldest_cursor"] = page[-1].pk
    return as_json({"thread": shown, "status": "ok"})


def approve(call: Call, account: Account) -> Reply:
    item = _thread(call, account, call.found[0])
    if item is None:
        return refuse("Thread does not exist", 404)
    item.pending = False
    return as_json({"status": "ok"})


def say_text(call: Call, account: Account) -> Reply:
    return _say(call, account, "text")


def say_link(call: Call, account: Account) -> Reply:
    return _say(call, account, "link_text")


def _say(call: Call, account: Account, key: str) -> Reply:
    """`broadcast/text/` and `broadcast/link/`: into the first thread named, or to the first person."""
    form = signed_body(call)
    item = _addressed(call, account, form)
    text = str(form.get(key) or "")
    if item is None:
        return refuse("Thread does not exist", 404)
    if not text.strip():
        return refuse("Message text is empty")
    item.pending = False  # guess: writing into a request accepts it
    token = str(form.get("client_context") or "")
    made = call.world.say(item, account, text, token, is_link=key == "link_text")
    ack: Json = {
        "item_id": made.pk,
        "thread_id": item.pk,
        "client_context": token,
        "timestamp": str(made.at_us),
        "canonical": True,
    }
    return as_json({"action": "item_ack", "status_code": "200", "payload": ack, "status": "ok"})


def _addressed(call: Call, account: Account, form: Json) -> Thread | None:
    threads = json.loads(str(form.get("thread_ids") or "[]"))
    if threads:
        return _thread(call, account, str(threads[0]))
    people = json.loads(str(form.get("recipient_users") or "[]"))
    person = _person(call, str(people[0][0])) if people else None
    return call.world.thread_of(account, person) if person else None


def _thread(call: Call, account: Account, pk: str) -> Thread | None:
    found = call.world.threads.get(pk)
    return found if found and found.account is account else None


def _person(call: Call, pk: str) -> Person | None:
    return next((p for (platform, _), p in call.world.people.items() if platform == NAME and p.pk == pk), None)


I = r"(?:i|b\.i)\.instagram\.com"  # noqa: E741  the app's two hosts; it signs in by the second
API = I + r"/api/v1"
CAA = API + r"/bloks/async_action/com\.bloks\.www\."
MEDIA = API + r"/media/(\d+(?:_\d+)?)"

ROUTES = (
    route("POST", I + r"/graphql_www", login.register_device),
    route("POST", CAA + r"bloks\.caa\.login\.process_client_data_and_redirect/", login.open_login),
    route("POST", API + r"/attestation/create_android_keystore/", login.give_nonces),
    route("POST", CAA + r"caa\.login\.oauth\.token\.fetch\.async/", login.bloks_ok),
    route("GET", API + r"/qe/sync/", login.give_password_key),
    route("POST", API + r"/(?:qe|launcher)/sync/", login.give_password_key),
    route("POST", CAA + r"bloks\.caa\.login\.async\.send_login_request/", login.sign_in, "login"),
    route("POST", API + r"/accounts/login/", login.sign_in_older, "login"),
    route("POST", API + r"/accounts/two_factor_login/", login.finish_older, "login"),
    route("POST", CAA + r"two_step_verification\.verify_code\.async/", login.verify_code, "login"),
    route("POST", CAA + r"two_step_verification\.[a-z_.]+/", login.bloks_ok),
    route(
        "POST", API + r"/bloks/apps/com\.bloks\.www\.(?:two_step_verification|two_factor_login)\.\w+/", login.bloks_ok
    ),
    route("GET", API + r"/accounts/current_user/", own(show_current_user), "login"),
    route("POST", API + r"/accounts/logout/", own(sign_out)),
    route("POST", API + r"/feed/(?:reels_tray|timeline)/", own(empty_home)),
    route("GET", API + r"/users/(\d+)/info/", own(show_user), "fetch"),
    route("POST", I + r"/rupload_igphoto/([\w-]+)", own(take_photo), "upload"),
    route("GET", I + r"/rupload_igvideo/([\w-]+)", own(open_film), "upload"),
    route("POST", I + r"/rupload_igvideo/([\w-]+)", own(take_film), "upload"),
    route("POST", I + r"/upload_settings/([\w-]+)", own(take_settings), "upload"),
    route("POST", API + r"/media/configure/", own(configure), "publish"),
    route("POST", API + r"/media/configure_sidecar/", own(configure_album), "publish"),
    route("POST", API + r"/media/configure_to_clips/", own(configure_reel), "publish"),
    route("GET", API + r"/feed/user/(\d+)/", own(show_feed), "fetch"),
    route("GET", MEDIA + r"/info/", own(show_post), "fetch"),
    route("POST", MEDIA + r"/delete/", own(delete_post), "delete"),
    route("GET|POST", MEDIA + r"/comments/", own(show_comments), "fetch"),
    route("GET|POST", MEDIA + r"/comments/(\d+)/inline_child_comments/", own(show_answers), "fetch"),
    route("POST", MEDIA + r"/comment/", own(write_comment), "reply"),
    route("POST", MEDIA + r"/comment/bulk_delete/", own(delete_comments), "delete"),
    route("GET", API + r"/direct_v2/inbox/", own(show_inbox), "fetch"),
    route("GET", API + r"/direct_v2/pending_inbox/", own(show_requests), "fetch"),
    route("GET", API + r"/direct_v2/threads/(\d+)/", own(show_thread), "fetch"),
    route("POST", API + r"/direct_v2/threads/(\d+)/approve/", own(approve), "approve"),
    route("POST", API + r"/direct_v2/threads/broadcast/text/", own(say_text), "dm"),
    route("POST", API + r"/direct_v2/threads/broadcast/link/", own(say_link), "dm"),
)

LOOK = pages.Look(NAME, "Instagram", "www.instagram.com")
PLATFORM = Platform(NAME, LOOK.label, ROUTES + pages.routes(LOOK), refusal, LOOK.profile)
