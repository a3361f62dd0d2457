"""The stand-in of Instagram's private API, as instagrapi 3.2.2 calls it, and the pages of www.instagram.com.

Not known of the real server, and so deliberately unhelpful here: a configure call, a comment or a message that is
sent twice is taken twice (whether Instagram drops a repeated `upload_id` or `idempotence_token` is unproved), and
a comment's `idempotence_token` is kept but never shown again. A message's `client_context` does come back.
"""

from sandbox import pages
from sandbox.instagram import comments, direct, login, posts
from sandbox.instagram.login import NAME, own
from sandbox.instagram.refusals import refusal, refuse
from sandbox.instagram.shapes import current_user
from sandbox.ledger import Account
from sandbox.wire import Call, Platform, Reply, as_json, route


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
    route("POST", I + r"/rupload_igphoto/([\w-]+)", own(posts.take_photo), "upload"),
    route("GET", I + r"/rupload_igvideo/([\w-]+)", own(posts.open_film), "upload"),
    route("POST", I + r"/rupload_igvideo/([\w-]+)", own(posts.take_film), "upload"),
    route("POST", I + r"/upload_settings/([\w-]+)", own(posts.take_settings), "upload"),
    route("POST", API + r"/media/configure/", own(posts.configure), "publish"),
    route("POST", API + r"/media/configure_sidecar/", own(posts.configure_album), "publish"),
    route("POST", API + r"/media/configure_to_clips/", own(posts.configure_reel), "publish"),
    route("GET", API + r"/feed/user/(\d+)/", own(posts.show_feed), "fetch"),
    route("GET", MEDIA + r"/info/", own(posts.show_post), "fetch"),
    route("POST", MEDIA + r"/delete/", own(posts.delete_post), "delete"),
    route("GET|POST", MEDIA + r"/comments/", own(comments.show_comments), "fetch"),
    route("GET|POST", MEDIA + r"/comments/(\d+)/inline_child_comments/", own(comments.show_answers), "fetch"),
    route("POST", MEDIA + r"/comment/", own(comments.write_comment), "reply"),
    route("POST", MEDIA + r"/comment/bulk_delete/", own(comments.delete_comments), "delete"),
    route("GET", API + r"/direct_v2/inbox/", own(direct.show_inbox), "fetch"),
    route("GET", API + r"/direct_v2/pending_inbox/", own(direct.show_requests), "fetch"),
    route("GET", API + r"/direct_v2/threads/(\d+)/", own(direct.show_thread), "fetch"),
    route("POST", API + r"/direct_v2/threads/(\d+)/approve/", own(direct.approve), "approve"),
    route("POST", API + r"/direct_v2/threads/broadcast/text/", own(direct.say_text), "dm"),
    route("POST", API + r"/direct_v2/threads/broadcast/link/", own(direct.say_link), "dm"),
)

LOOK = pages.Look(NAME, "Instagram", "www.instagram.com")
PLATFORM = Platform(NAME, LOOK.label, ROUTES + pages.routes(LOOK), refusal, LOOK.profile)
