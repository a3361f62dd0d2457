"""A channel and its videos as everybody sees them, with a place to write as a citizen."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from sandbox import pages
from sandbox.ledger import Post
from sandbox.pages import Html, Look, fill, join
from sandbox.wire import Call, Reply, as_page
from sandbox.youtube.oauth import NAME


@dataclass(frozen=True, slots=True)
class Channel(Look):
    def profile(self, handle: str) -> str:
        return f"/{self.host}/@{quote(handle)}"

    def post(self, item: Post) -> str:
        return f"/{self.host}/watch?v={item.code}"


LOOK = Channel(NAME, "YouTube", "www.youtube.com")


def _video(call: Call) -> Call:
    """The call with the video's id where the pages look for it; a private one is not there."""
    number = call.query.get("v", "")
    private = call.world.details.get(number, {}).get("privacy") == "private"
    return replace(call, found=("0" if private else number,))


def show_video(call: Call) -> Reply:
    return pages.show_post(LOOK, _video(call))


def write_comment(call: Call) -> Reply:
    return pages.write_comment(LOOK, _video(call))


def show_channel(call: Call) -> Reply:
    account = call.world.account(NAME, call.found[0])
    if account is None:
        why = f"Kanal @{call.found[0]} belum ada. Kanal muncul saat pertama kali terhubung."
        return as_page(pages.layout(call, "Tidak ada", LOOK.label, fill("missing", why=why)), 404)
    public = [one for one in call.world.posts_of(account) if call.world.details[one.pk]["privacy"] == "public"]
    lines = [fill("youtube_video", href=LOOK.post(one), title=call.world.details[one.pk]["title"]) for one in public]
    none = Html('<p class="soft">Belum ada video.</p>')
    body = fill("youtube_channel", name=account.name, handle=account.handle, videos=join(lines) or none)
    return as_page(pages.layout(call, f"@{account.handle}", LOOK.label, body))
