"""Pages that a person looks at: the accounts, an account's posts, a post with its comments, the conversations.

Plain HTML without need of scripts; a small script renews what is read and leaves alone what somebody types.
Every text is escaped unless it is `Html`, which only this module makes.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Template
from urllib.parse import quote, urlencode

from sandbox.ledger import Account, Comment, Line, Picture, Post, Thread
from sandbox.wire import BadCall, Call, Platform, Reply, Route, as_page, route, see_other

TEMPLATES = Path(__file__).parent / "templates"
TEXT_MAX = 2200
NAME_MAX = 60


class Html(str):
    """Text that is HTML already."""


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))


def fill(template: str, /, **values: object) -> Html:
    """The template with its `$places` filled, escaped where the value is no Html."""
    safe = {key: value if isinstance(value, Html) else html.escape(str(value)) for key, value in values.items()}
    return Html(_template(template).substitute(safe))


def join(parts: Sequence[Html]) -> Html:
    return Html("".join(parts))


@dataclass(frozen=True, slots=True)
class Look:
    """How one platform's pages are named and where they stand."""

    platform: str
    label: str
    host: str
    mentions: bool = False
    """Whether citizens can name an account in posts of their own."""

    def profile(self, handle: str) -> str:
        return f"/{self.host}/{quote(handle)}/"

    def post(self, item: Post) -> str:
        return f"/{self.host}/p/{item.code}/"

    def inbox(self, handle: str) -> str:
        return f"/{self.host}/direct/inbox/{quote(handle)}/"

    def thread(self, item: Thread) -> str:
        return f"/{self.host}/direct/t/{item.pk}/"


def routes(look: Look) -> tuple[Route, ...]:
    """The pages of a platform that has accounts with posts, comments and conversations."""
    host = look.host.replace(".", r"\.")

    def bound(page: Callable[[Look, Call], Reply]) -> Callable[[Call], Reply]:
        return lambda call: page(look, call)

    return (
        route("GET", host + r"/p/([\w-]+)(?:/c/\d+)?/?", bound(show_post)),
        route("POST", host + r"/p/([\w-]+)/?", bound(write_comment)),
        route("GET", host + r"/direct/inbox/([\w.]+)/?", bound(show_inbox)),
        route("POST", host + r"/direct/inbox/([\w.]+)/?", bound(write_first)),
        route("GET", host + r"/direct/t/(\d+)/?", bound(show_thread)),
        route("POST", host + r"/direct/t/(\d+)/?", bound(write_message)),
        route("GET", host + r"/([\w.]+)/?", bound(show_profile)),
    )


def home(call: Call, platforms: Sequence[Platform]) -> str:
    parts = []
    for platform in platforms:
        accounts = [a for a in list(call.world.accounts.values()) if a.platform == platform.name]
        cards = [
            fill("home_account", href=platform.home(a.handle), handle=a.handle, posts=len(call.world.posts_of(a)))
            for a in accounts
        ]
        none = Html('<p class="soft">Belum ada akun. Akun muncul saat pertama kali masuk.</p>')
        parts.append(fill("home_platform", label=platform.label, accounts=join(cards) or none))
    return layout(call, "Tiruan media sosial", "media sosial", fill("home", platforms=join(parts)))


def show_profile(look: Look, call: Call) -> Reply:
    account = call.world.account(look.platform, call.found[0])
    if account is None:
        return _missing(look, call, f"Akun @{call.found[0]} belum ada. Akun muncul saat pertama kali masuk.")
    posts = call.world.posts_of(account)
    cells = [
        fill("profile_post", href=look.post(p), picture=_face(p), count=_comments(call, p), text=p.text[:80])
        for p in posts
    ]
    live = fill("profile_live", count=len(posts), grid=join(cells) or Html('<p class="soft">Belum ada kiriman.</p>'))
    body = fill("profile", name=account.name, handle=account.handle, inbox=look.inbox(account.handle), live=live)
    if look.mentions:
        body = join([body, fill("mention_form", action=look.profile(account.handle), handle=account.handle)])
    return as_page(layout(call, f"@{account.handle}", look.label, body))


def write_mention(look: Look, call: Call) -> Reply:
    account = call.world.account(look.platform, call.found[0])
    if account is None:
        return _missing(look, call, f"Akun @{call.found[0]} belum ada.")
    name, text, _form = _written(call, account)
    if f"@{account.handle}" not in text.lower():
        text = f"@{account.handle} {text}"
    return see_other(look.post(call.world.mention(account, call.world.person(look.platform, name), text)))


def show_post(look: Look, call: Call) -> Reply:
    item = call.world.post(look.platform, call.found[0])
    if item is None:
        return _missing(look, call, "Kiriman ini tidak ada, atau sudah dihapus.")
    comments = [_comment(look, call, item, comment) for comment in _shown(call, item)]
    live = fill(
        "post_live",
        handle=item.account.handle,
        profile=look.profile(item.account.handle),
        caption=item.text,
        at=shown_time(item.at_us),
        count=_comments(call, item),
        comments=join(comments) or Html('<p class="soft">Belum ada komentar.</p>'),
    )
    answered = call.world.standing_comment(item, call.query.get("balas", ""))
    body = fill(
        "post",
        pictures=join([_picture(picture) for picture in item.media]),
        live=live,
        form=_comment_form(look, call, item, answered),
    )
    return as_page(layout(call, f"Kiriman @{item.account.handle}", look.label, body))


def _shown(call: Call, item: Post, root: str = "") -> list[Comment]:
    """What everybody sees; the page's owner sees more by the platform's own interface."""
    return [comment for comment in call.world.comments_of(item, root) if not comment.state]


def _comment_form(look: Look, call: Call, item: Post, answered: Comment | None) -> Html:
    note = f"Membalas @{answered.author.handle}: {answered.text[:80]}" if answered else "Tulis komentar sebagai warga"
    return fill(
        "post_form",
        action=look.post(item),
        note=note,
        parent=answered.pk if answered else "",
        name=call.query.get("nama", ""),
    )


def _comment(look: Look, call: Call, item: Post, comment: Comment) -> Html:
    answers = [_comment(look, call, item, answer) for answer in _shown(call, item, comment.pk)]
    return fill(
        "comment",
        pk=comment.pk,
        name=comment.author.name,
        handle=comment.author.handle,
        own=" own" if comment.author is item.account else "",
        text=comment.text,
        at=shown_time(comment.at_us),
        answer=f"{asked(look.post(item), balas=comment.pk)}#tulis",
        answers=join(answers),
    )


def write_comment(look: Look, call: Call) -> Reply:
    item = call.world.post(look.platform, call.found[0])
    if item is None:
        return _missing(look, call, "Kiriman ini tidak ada, atau sudah dihapus.")
    name, text, form = _written(call, item.account)
    parent = call.world.standing_comment(item, form.get("parent", ""))
    made = call.world.comment(item, call.world.person(look.platform, name), text, parent)
    return see_other(f"{asked(look.post(item), nama=name)}#comment-{made.pk}")


def show_inbox(look: Look, call: Call) -> Reply:
    account = call.world.account(look.platform, call.found[0])
    if account is None:
        return _missing(look, call, f"Akun @{call.found[0]} belum ada.")
    cards = [
        fill(
            "inbox_thread",
            href=look.thread(thread),
            name=thread.person.name,
            last=thread.lines[-1].text[:90],
            state=" · permintaan pesan" if thread.pending else "",
        )
        for thread in call.world.threads_of(account)
    ]
    live = join(cards) or Html('<p class="soft">Belum ada percakapan.</p>')
    body = fill(
        "inbox",
        handle=account.handle,
        profile=look.profile(account.handle),
        action=look.inbox(account.handle),
        live=live,
    )
    return as_page(layout(call, f"Pesan ke @{account.handle}", look.label, body))


def write_first(look: Look, call: Call) -> Reply:
    account = call.world.account(look.platform, call.found[0])
    if account is None:
        return _missing(look, call, f"Akun @{call.found[0]} belum ada.")
    name, text, _form = _written(call, account)
    person = call.world.person(look.platform, name)
    thread = call.world.thread_of(account, person)
    call.world.say(thread, person, text)
    return see_other(look.thread(thread))


def show_thread(look: Look, call: Call) -> Reply:
    thread = _thread(look, call)
    if thread is None:
        return _missing(look, call, "Percakapan ini tidak ada.")
    handle = thread.account.handle
    body = fill(
        "thread",
        name=thread.person.name,
        handle=handle,
        inbox=look.inbox(handle),
        action=look.thread(thread),
        live=join([_line(thread, line) for line in thread.lines]),
    )
    return as_page(layout(call, f"{thread.person.name} dan @{handle}", look.label, body))


def _line(thread: Thread, line: Line) -> Html:
    own = " own" if line.author is thread.account else ""
    return fill("line", pk=line.pk, own=own, name=line.author.name, text=line.text, at=shown_time(line.at_us))


def write_message(look: Look, call: Call) -> Reply:
    thread = _thread(look, call)
    if thread is None:
        return _missing(look, call, "Percakapan ini tidak ada.")
    text = call.form().get("text", "").strip()
    if not text or len(text) > TEXT_MAX:
        raise BadCall(f"tulis pesan, paling banyak {TEXT_MAX} huruf")
    made = call.world.say(thread, thread.person, text)
    return see_other(f"{look.thread(thread)}#line-{made.pk}")


def _thread(look: Look, call: Call) -> Thread | None:
    thread = call.world.threads.get(call.found[0])
    return thread if thread and thread.account.platform == look.platform and thread.lines else None


def _written(call: Call, account: Account) -> tuple[str, str, dict[str, str]]:
    """The citizen's name and words out of a form. Raises BadCall for a person to read."""
    form = call.form()
    name, text = form.get("name", "").strip(), form.get("text", "").strip()
    if not name or not text or len(name) > NAME_MAX or len(text) > TEXT_MAX:
        raise BadCall(f"isi nama (paling banyak {NAME_MAX} huruf) dan tulisan (paling banyak {TEXT_MAX} huruf)")
    if name.lower().lstrip("@") == account.handle:
        raise BadCall("pakai nama lain: itu nama akun ini sendiri")
    return name, text, form


def _comments(call: Call, item: Post) -> int:
    return sum(c.post is item and not c.deleted and not c.state for c in list(call.world.comments.values()))


def _picture(picture: Picture) -> Html:
    if picture.cover or picture.blob.mime.startswith("video/"):
        poster = _src(picture.cover.name) if picture.cover else ""
        return fill("film", src=_src(picture.blob.name), poster=poster, alt=picture.alt)
    return fill("picture", src=_src(picture.blob.name), alt=picture.alt)


def _face(item: Post) -> Html:
    """What stands for a post in a list: its first picture, else its words."""
    first = item.media[0] if item.media else None
    if first is None or (first.cover is None and first.blob.mime.startswith("video/")):
        return fill("profile_words", text=item.text[:160])
    return _still(first)


def _still(picture: Picture) -> Html:
    return fill("picture", src=_src((picture.cover or picture.blob).name), alt=picture.alt)


def asked(address: str, **query: str) -> str:
    """The address with a query, where it may have one already."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _src(name: str) -> str:
    return f"/_sandbox/media/{name}"


def shown_time(at_us: int) -> Html:
    """Shown in the reader's own zone by the script; UTC without it."""
    at = datetime.fromtimestamp(at_us / 1_000_000, UTC)
    return Html(f'<time datetime="{at.isoformat()}">{at:%d-%m-%Y %H.%M} UTC</time>')


def _missing(look: Look, call: Call, why: str) -> Reply:
    return as_page(layout(call, "Tidak ada", look.label, fill("missing", why=why)), 404)


def layout(call: Call, title: str, label: str, body: Html) -> str:
    return fill("layout", title=title, label=label, body=body, version=call.world.changes)
