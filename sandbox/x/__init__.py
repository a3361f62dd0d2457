"""The stand-in of X's API v2, as tweepy 4.17 calls it (api.twitter.com and api.x.com alike), and the pages of x.com.

Its answers hold to X's published specification. Not known of the real server, and so guessed: the words of the 403 to
an answer that nobody asked for, how long a text counts as said, how soon lists show what was written.
"""

from functools import partial

from sandbox import pages
from sandbox.ledger import Post, Thread
from sandbox.wire import Call, Platform, Reply, route, see_other
from sandbox.x import lists, media, posts
from sandbox.x.doors import NAME, own, renew
from sandbox.x.refusals import refusal
from sandbox.x.shapes import status


class XLook(pages.Look):
    def profile(self, handle: str) -> str:
        return f"/{self.host}/{handle}"

    def post(self, item: Post) -> str:
        return f"/{self.host}/{item.account.handle}/status/{item.pk}"

    def inbox(self, handle: str) -> str:
        return f"/{self.host}/messages/{handle}"

    def thread(self, item: Thread) -> str:
        return f"/{self.host}/messages/t/{item.pk}"


LOOK = XLook(NAME, "X", "x.com", mentions=True)


def show_status(call: Call) -> Reply:
    """A post's page; an answer is shown on the page of the post that it stands under."""
    one = status(call.world, call.found[0])
    if one is not None and one.answered is not None:
        return see_other(f"{LOOK.post(one.root)}#comment-{one.pk}")
    return pages.show_post(LOOK, call)


API = r"api\.(?:twitter|x)\.com/2"
WEB = r"(?:www\.)?x\.com"

ROUTES = (
    route("POST", API + r"/oauth2/token", renew, "login"),
    route("GET", API + r"/users/me", own(lists.show_me), "login"),
    route("POST", API + r"/tweets", own(posts.write), "publish", lambda call: b"in_reply_to_tweet_id" not in call.body),
    route("POST", API + r"/tweets", own(posts.write), "reply"),
    route("GET", API + r"/tweets", own(lists.show_some), "fetch"),
    route("GET", API + r"/tweets/search/recent", own(lists.search), "fetch"),
    route("GET", API + r"/tweets/(\d+)", own(lists.show_tweet), "fetch"),
    route("DELETE", API + r"/tweets/(\d+)", own(posts.delete), "delete"),
    route("PUT", API + r"/tweets/(\d+)/hidden", own(posts.hide), "approve"),
    route("GET", API + r"/users/(\d+)/tweets", own(lists.show_posts), "fetch"),
    route("GET", API + r"/users/(\d+)/mentions", own(lists.show_mentions), "fetch"),
    route("POST", API + r"/media/upload", own(media.take_picture), "upload"),
    route("GET", API + r"/media/upload", own(media.show), "upload"),
    route("POST", API + r"/media/upload/initialize", own(media.begin), "upload"),
    route("POST", API + r"/media/upload/(\d+)/append", own(media.append), "upload"),
    route("POST", API + r"/media/upload/(\d+)/finalize", own(media.finish), "upload"),
    route("POST", API + r"/media/metadata", own(media.describe), "upload"),
    route("GET", API + r"/dm_events", own(lists.show_events), "fetch"),
    route("DELETE", API + r"/dm_events/(\d+)", own(posts.unsay), "delete"),
    route("GET", API + r"/dm_conversations/with/(\d+)/dm_events", own(lists.show_talk), "fetch"),
    route("GET", API + r"/dm_conversations/([\d-]+)/dm_events", own(lists.show_group), "fetch"),
    route("POST", API + r"/dm_conversations/with/(\d+)/messages", own(posts.say), "dm"),
    route("POST", API + r"/dm_conversations/([\d-]+)/messages", own(posts.say_here), "dm"),
    route("GET", WEB + r"/messages/t/(\d+)/?", partial(pages.show_thread, LOOK)),
    route("POST", WEB + r"/messages/t/(\d+)/?", partial(pages.write_message, LOOK)),
    route("GET", WEB + r"/messages/([\w.]+)/?", partial(pages.show_inbox, LOOK)),
    route("POST", WEB + r"/messages/([\w.]+)/?", partial(pages.write_first, LOOK)),
    route("GET", WEB + r"/[\w.]+/status/(\d+)/?", show_status),
    route("POST", WEB + r"/[\w.]+/status/(\d+)/?", partial(pages.write_comment, LOOK)),
    route("GET", WEB + r"/([\w.]+)/?", partial(pages.show_profile, LOOK)),
    route("POST", WEB + r"/([\w.]+)/?", partial(pages.write_mention, LOOK)),
)

PLATFORM = Platform(NAME, LOOK.label, ROUTES, refusal, LOOK.profile)
