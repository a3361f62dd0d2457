"""A site as its visitors see it: first page, posts, comments that are not held, and a form to write one."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from sandbox import pages
from sandbox.ledger import Post
from sandbox.pages import Html, Look, fill, join
from sandbox.website.rest import NAME
from sandbox.wire import Call, Reply, as_page


@dataclass(frozen=True, slots=True)
class SiteLook(Look):
    """Each site stands on a host of its own."""

    def profile(self, handle: str) -> str:
        return address(handle)

    def post(self, item: Post) -> str:
        return f"/{item.account.handle}/kiriman/{item.pk}/"


def address(handle: str) -> str:
    return f"/{quote(handle)}/"


def is_plain(host: str) -> bool:
    """Whether the site has no rewritten addresses."""
    return host.startswith("polos.")


LOOK = SiteLook(NAME, "situs web", "")
LINKS_HELD = 2


def root_of(host: str) -> str:
    return f"https://{host}/" + ("?rest_route=/" if is_plain(host) else "wp-json/")


def home(call: Call) -> Reply:
    """The first page; its header names the REST interface, as WordPress's does on every page."""
    host = call.found[0]
    account = call.world.account(NAME, host)
    posts = call.world.posts_of(account) if account else []
    lines = [fill("website_post", href=LOOK.post(item), text=item.text.partition("\n")[0][:120]) for item in posts]
    none = Html('<p class="soft">Belum ada kiriman.</p>')
    body = fill("website_home", name=account.name if account else host, host=host, posts=join(lines) or none)
    page = as_page(pages.layout(call, host, LOOK.label, body))
    return Reply(page.status, page.body, page.type, {"Link": f'<{root_of(host)}>; rel="https://api.w.org/"'})


def look(call: Call, number: str) -> Reply:
    """A post's page; another site's post is not there."""
    item = call.world.post(NAME, number)
    here = item is not None and item.account.handle == call.found[0].lower()
    return pages.show_post(LOOK, replace(call, found=(number if here else "0",)))


def write_comment(call: Call) -> Reply:
    """As WordPress does by default, one with several links waits until somebody approves it."""
    reply = pages.write_comment(LOOK, replace(call, found=(call.found[1],)))
    made = call.world.comments.get(reply.headers.get("Location", "").rpartition("#comment-")[2])
    if made is not None and made.text.count("http") >= LINKS_HELD:
        call.world.decide(made, "hold")
    return reply
