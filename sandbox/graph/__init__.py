"""The stand-in of Meta's Graph API as facebook-sdk calls it: a Facebook Page, and an Instagram business account.

Both speak on graph.facebook.com; a call belongs to the one whose token it brings (`tokens`). Ids of comments and
messages are plain numbers here, the ledger's own; the real ones carry more in front.
"""

from collections.abc import Callable

from sandbox import pages
from sandbox.graph import facebook, instagram, messages, news, tokens
from sandbox.graph.asked import form_of
from sandbox.graph.batch import batch
from sandbox.graph.refusals import instagram_refusal, refusal
from sandbox.graph.tokens import FACEBOOK, INSTAGRAM, own
from sandbox.wire import Call, Platform, Reply, Route, route

SEVERAL = r"graph\.facebook\.com/(v\d+\.\d+)/?"
G = r"graph\.facebook\.com/(v\d+\.\d+)/"
NODE = G + r"(\d+(?:_\d+)?)"
TALK = G + r"((?:t_|aWdf)\d+)"


def _shared(platform: str) -> tuple[Route, ...]:
    mine = tokens.of_platform(platform)
    permission = {FACEBOOK: "pages_messaging", INSTAGRAM: "instagram_manage_messages"}[platform]
    return (
        route("GET", G + r"me/?", own(tokens.show_me), "login", mine),
        route("GET", G + r"me/accounts", own(tokens.show_accounts), "login", mine),
        route("POST", NODE + "/subscribed_apps", own(tokens.subscribe), "", mine),
        route("GET", G + r"debug_token", tokens.debug_token, "login", mine),
        route("GET", G + r"oauth/access_token", tokens.extend, "login", mine),
        route("GET", NODE + "/conversations", own(messages.list_conversations, permission), "fetch", mine),
        route("GET", TALK + "/messages", own(messages.list_lines, permission), "fetch", mine),
        route("POST", NODE + "/messages", own(messages.send, permission), "dm", mine),
    )


def _facebook() -> tuple[Route, ...]:
    mine = tokens.of_platform(FACEBOOK)

    def said(name: str, value: str) -> Callable[[Call], bool]:
        return lambda call: mine(call) and form_of(call).texts.get(name) == value

    posts, comments = "pages_manage_posts", "pages_manage_engagement"
    return (
        route("POST", NODE + "/feed", own(facebook.write_feed, posts), "publish", mine),
        route("POST", NODE + "/photos", own(facebook.write_photo, posts), "upload", said("published", "false")),
        route("POST", NODE + "/photos", own(facebook.write_photo, posts), "publish", mine),
        route("POST", NODE + "/videos", own(facebook.start_film, posts), "upload", said("upload_phase", "start")),
        route("POST", NODE + "/videos", own(facebook.take_piece, posts), "upload", said("upload_phase", "transfer")),
        route("POST", NODE + "/videos", own(facebook.finish_film, posts), "publish", said("upload_phase", "finish")),
        route("GET", NODE + "/posts", own(facebook.list_posts, "pages_read_engagement"), "fetch", mine),
        route("GET", NODE + "/tagged", own(facebook.list_tagged, "pages_read_user_content"), "fetch", mine),
        route("GET", NODE + "/comments", own(facebook.list_comments, "pages_read_user_content"), "fetch", mine),
        route("POST", NODE + "/comments", own(facebook.write_comment, comments), "reply", mine),
        route("GET", NODE, own(facebook.show_node), "fetch", mine),
        route("POST", SEVERAL, own(batch(facebook.show_node)), "fetch", mine),
        route("POST", NODE, own(facebook.change_node, comments), "approve", mine),
        route("DELETE", NODE, own(facebook.delete_node), "delete", mine),
    )


def _instagram() -> tuple[Route, ...]:
    mine = tokens.of_platform(INSTAGRAM)
    publishing, comments = "instagram_content_publish", "instagram_manage_comments"
    return (
        route("POST", NODE + "/media", own(instagram.make_container, publishing), "upload", mine),
        route("POST", NODE + "/media_publish", own(instagram.publish, publishing), "publish", mine),
        route("GET", NODE + "/content_publishing_limit", own(instagram.show_limit), "fetch", mine),
        route("GET", NODE + "/media", own(instagram.list_media, "instagram_basic"), "fetch", mine),
        route("GET", NODE + "/tags", own(instagram.list_tags, comments), "fetch", mine),
        route("GET", NODE + "/comments", own(instagram.list_comments, comments), "fetch", mine),
        route("POST", NODE + "/comments", own(instagram.write_under_post, comments), "reply", mine),
        route("GET", NODE + "/replies", own(instagram.list_replies, comments), "fetch", mine),
        route("POST", NODE + "/replies", own(instagram.write_reply, comments), "reply", mine),
        route("GET", NODE, own(instagram.show_node), "fetch", mine),
        route("POST", SEVERAL, own(batch(instagram.show_node)), "fetch", mine),
        route("POST", NODE, own(instagram.change_node, comments), "approve", mine),
        route("DELETE", NODE, own(instagram.delete_node), "delete", mine),
    )


FACEBOOK_LOOK = pages.Look(FACEBOOK, "Facebook", "www.facebook.com")
INSTAGRAM_LOOK = pages.Look(INSTAGRAM, "Instagram (resmi)", "www.instagram.com")


def _stands(look: pages.Look) -> Callable[[Call], bool]:
    """Whether a page of www.instagram.com is this platform's: the unofficial connector's accounts stand there too."""

    def mine(call: Call) -> bool:
        name = call.found[0]
        thread = call.world.threads.get(name)
        if thread is not None:
            return thread.account.platform == look.platform
        return call.world.post(look.platform, name) is not None or call.world.account(look.platform, name) is not None

    return mine


def _pages(look: pages.Look) -> tuple[Route, ...]:
    shown = _stands(look)
    return tuple(Route(one.methods, one.pattern, one.handler, one.operation, shown) for one in pages.routes(look))


def _show_facebook_post(call: Call) -> Reply:
    return pages.show_post(FACEBOOK_LOOK, call)


FACEBOOK_PAGES = (route("GET", r"www\.facebook\.com/\d+/posts/(\d+)/?", _show_facebook_post), *_pages(FACEBOOK_LOOK))
FACEBOOK_PLATFORM = Platform(
    FACEBOOK,
    FACEBOOK_LOOK.label,
    _shared(FACEBOOK) + _facebook() + FACEBOOK_PAGES,
    refusal,
    FACEBOOK_LOOK.profile,
    news=news.page_news,
)
INSTAGRAM_PLATFORM = Platform(
    INSTAGRAM,
    INSTAGRAM_LOOK.label,
    _shared(INSTAGRAM) + _instagram() + _pages(INSTAGRAM_LOOK),
    instagram_refusal,
    INSTAGRAM_LOOK.profile,
    news=news.instagram_news,
)
