"""The connector against a real WordPress."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from requests.adapters import HTTPAdapter

from connectors.base import Absent, Found, Incoming, Item, Kind, Sent
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused, Unreachable
from tests import servers
from tests.conftest import or_skip
from tests.connectors.instagram.between import Answer, Between, Seen
from tests.connectors.website.conftest import Site
from tests.wordpress import Wordpress, wordpress

pytestmark = pytest.mark.servers


@pytest.fixture
def site(website: Wordpress, picture: Path) -> Iterator[Site]:
    secrets = {"user": website.user, "password": website.application_password}
    site = Site(handle=urlsplit(website.url).netloc, secrets=secrets, file=picture)
    site.connector().check()
    # As on a first day: what other tests wrote before is read.
    site.poll()
    site.stored.clear()
    yield site
    site.close()


class Visitor(HTTPAdapter):
    """From an address of its own: WordPress lets one write every 15 seconds."""

    numbers = itertools.count(2)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, source_address=(f"127.0.0.{next(self.numbers)}", 0))


def citizen(site: Site, post: str, text: str, parent: str = "0", name: str = "") -> None:
    """By the form on the page, as a visitor who was never approved before."""
    who = name or f"Warga {uuid4().hex[:8]}"
    form = {"author": who, "email": f"{uuid4().hex}@warga.example", "comment": text, "comment_post_ID": post}
    address = f"http://{site.handle}/wp-comments-post.php"
    with requests.Session() as browser:
        browser.mount("http://", Visitor())
        answer = browser.post(address, data=form | {"comment_parent": parent}, allow_redirects=False, timeout=120)
    assert answer.status_code == 302, answer.text


def decide(site: Site, kind: Kind, message: Incoming) -> Sent:
    return site.connector().moderate(Item(kind, "", uuid4(), post=message.post, parent=message.remote_id))


def seen_by_visitors(address: str) -> str:
    return requests.get(address, timeout=120).text


def test_a_post_with_pictures_and_alt_texts(site: Site) -> None:
    item = site.pictures("Enam langkah cuci tangan\n\nPakai sabun & air < 20 detik: https://cuci.example/a?b=1&c=2", 3)
    begun = datetime.now(UTC)
    sent = site.connector().publish(item, site.remember)
    page = seen_by_visitors(sent.permalink)
    assert "Enam langkah cuci tangan" in page
    assert "Pakai sabun &amp; air &lt; 20 detik" in page
    assert 'href="https://cuci.example/a?b=1&amp;c=2"' in page or 'href="https://cuci.example/a?b=1&#038;c=2"' in page
    assert all(f'alt="gambar &quot;{number}&quot;"' in page for number in range(3))
    assert 'class="attachment-post-thumbnail' in page  # the theme shows the first as the post's own picture
    assert requests.get(site.connector().permalink(sent.remote_id), timeout=120).url == sent.permalink
    assert site.connector().find_own(item, begun) == Found(sent)
    site.poll()
    assert sent.remote_id in site.posts_seen


def test_what_wordpress_itself_is_to_publish_later_is_not_seen_yet(site: Site, website: Wordpress) -> None:
    """An editor may schedule by hand; only its cron makes it public."""
    at = datetime.now(UTC) + timedelta(seconds=61)
    post = {"title": "Nanti", "content": "x", "status": "future", "date_gmt": f"{at:%Y-%m-%dT%H:%M:%S}"}
    made = requests.post(f"{website.url}/wp-json/wp/v2/posts", json=post, auth=website.login, timeout=120).json()
    assert made["status"] == "future"
    site.poll()
    assert str(made["id"]) not in site.posts_seen


def test_a_picture_that_is_none_is_a_clear_no(site: Site, tmp_path: Path) -> None:
    site.file = tmp_path / "x.jpg"
    site.file.write_bytes(b"no picture")
    with pytest.raises(Refused) as caught:
        site.connector().publish(site.pictures("Rusak"), site.remember)
    assert caught.value.reason is Reason.MEDIA_REFUSED
    site.file.write_bytes(b"\xff\xd8\xff\xe0" + bytes(21_000_000))
    with pytest.raises(Refused) as caught:
        site.connector().publish(site.pictures("Terlalu besar"), site.remember)
    assert caught.value.reason is Reason.MEDIA_REFUSED


def test_a_held_comment_comes_and_is_seen_once_it_is_approved(site: Site) -> None:
    post = site.post("Posyandu")
    citizen(site, post, "Antrinya <b>lama</b> & panas, a < b\n\nTolong ya", name="Siti Aminah")
    (message,) = site.poll()
    assert message.text == "Antrinya lama & panas, a < b\n\nTolong ya"
    assert (message.author_name, message.post, message.permalink) == ("Siti Aminah", post, "")
    assert message.raw["status"] == "hold"
    assert message.post_text.startswith("Posyandu")
    page = site.connector().permalink(post)
    assert "Tolong ya" not in seen_by_visitors(page)
    approved = decide(site, Kind.APPROVE, message)
    assert f'id="comment-{message.remote_id}"' in seen_by_visitors(approved.permalink)
    assert "Tolong ya" in seen_by_visitors(approved.permalink)
    decide(site, Kind.APPROVE, message)
    decide(site, Kind.HIDE, message)
    assert "Tolong ya" not in seen_by_visitors(page)
    assert site.poll() == []


def test_spam_is_gone_from_lists(site: Site) -> None:
    citizen(site, site.post("Posyandu"), "obat kuat murah")
    (message,) = site.poll()
    decide(site, Kind.SPAM, message)
    with pytest.raises(Refused) as caught:
        site.connector().reply(site.answer(message.post, message.remote_id), site.remember)
    assert caught.value.reason is Reason.NOT_FOUND


def test_an_answer_stands_under_its_comment_and_is_found_again(site: Site) -> None:
    citizen(site, site.post("Posyandu"), "Jam berapa?")
    (message,) = site.poll()
    decide(site, Kind.APPROVE, message)
    item = site.answer(message.post, message.remote_id, 'Jam 8 & 9, "Bu" <3\n\nhttps://jadwal.example')
    begun = datetime.now(UTC)
    assert site.connector().find_own(item, begun) == Absent()
    sent = site.connector().reply(item, site.remember)
    page = seen_by_visitors(sent.permalink)
    assert f'id="comment-{sent.remote_id}"' in page
    assert "Jam 8 &amp; 9" in page
    assert "&lt;3" in page
    assert site.connector().find_own(item, begun) == Found(sent)
    assert site.connector().reply(item, site.remember) == sent  # 409: the same again is looked up
    with pytest.raises(Refused) as caught:
        site.connector().reply(site.answer(message.post, message.remote_id, item.text), site.remember)
    assert caught.value.reason is Reason.DUPLICATE
    assert site.poll() == []
    site.connector().delete_own(item, sent.remote_id)
    site.connector().delete_own(item, sent.remote_id)
    assert site.connector().find_own(item, begun) == Absent()


def test_a_colleague_s_words_are_ours_and_a_reader_s_are_a_citizen_s(site: Site, website: Wordpress) -> None:
    """Users of the site who may write posts are staff; those who only read there are citizens like all others."""
    post = site.post("Posyandu")
    citizen(site, post, "Jam berapa?")
    (question,) = site.poll()
    decide(site, Kind.APPROVE, question)
    for login, text in zip(website.others, ("Jam 8, Bu.", "Saya juga mau tahu"), strict=True):
        body = {"post": post, "parent": question.remote_id, "content": text}
        made = requests.post(f"{website.url}/wp-json/wp/v2/comments", json=body, auth=login, timeout=120)
        assert made.status_code == 201, made.text
    connector = site.connector()
    batches = list(connector.fetch(site.cursor))
    assert [one.text for batch in batches for one in batch.messages] == ["Saya juga mau tahu"]
    own = {(one.text, one.parent) for batch in batches for one in batch.own}
    assert own == {("Jam 8, Bu.", question.remote_id)}


def test_a_comment_that_is_not_there_is_not_answered(site: Site) -> None:
    with pytest.raises(Refused) as caught:
        site.connector().reply(site.answer(site.post("Posyandu"), "99999"), site.remember)
    assert caught.value.reason is Reason.NOT_FOUND


def test_closed_comments_are_named(site: Site, website: Wordpress) -> None:
    closed = {"title": "x", "content": "x", "status": "publish", "comment_status": "closed"}
    made = requests.post(f"{website.url}/wp-json/wp/v2/posts", json=closed, auth=website.login, timeout=120).json()
    with pytest.raises(Refused) as caught:
        site.connector().reply(Item(Kind.REPLY, "x", uuid4(), post=str(made["id"])), site.remember)
    assert caught.value.reason is Reason.COMMENTS_CLOSED


def test_a_wrong_password_needs_a_person(site: Site) -> None:
    site.secrets = {**site.secrets, "password": "salah"}
    for ask in (lambda: site.connector().check(), lambda: site.post(), lambda: site.poll()):
        with pytest.raises(LoginNeeded) as caught:
            ask()
        assert caught.value.reason is Reason.BAD_PASSWORD


def test_permissions_are_named(site: Site) -> None:
    assert site.connector().permissions() == dict.fromkeys(("publish_posts", "upload_files", "moderate_comments"), True)


def test_addresses_that_are_not_rewritten(site: Site, website: Wordpress) -> None:
    """The same site by its plain addresses."""
    site.made[-1].close()
    site.made.clear()
    site.session = {"root": f"{website.url}/index.php?rest_route=/", "user": ""}
    item = site.pictures("Tanpa alamat cantik", 1)
    sent = site.connector().publish(item, site.remember)
    assert site.connector().find_own(item, datetime.now(UTC)) == Found(sent)
    citizen(site, sent.remote_id, "Bagus")
    assert [message.text for message in site.poll()] == ["Bagus"]


def through(site: Site, wire: Between) -> None:
    """The site's requests go over a wire that can be cut."""
    session = site.made[-1].session()
    site.made.clear()
    site.handle = urlsplit(wire.base).netloc
    site.session = {**session, "root": f"{wire.base}/wp-json/"}


def test_an_answer_that_was_lost_is_found(site: Site, website: Wordpress) -> None:
    """WordPress acts, the line breaks: reading back tells, by post and by comment."""
    citizen(site, site.post("Posyandu"), "Jam berapa?")
    (message,) = site.poll()
    with Between(website.url) as wire:
        through(site, wire)
        for item in (site.text("Hilang di jalan"), site.answer(message.post, message.remote_id)):
            begun, connector = datetime.now(UTC), site.connector()
            wire.tell(r"wp/v2/(posts|comments)$", Answer(201, b"{", after=True, cut=True))
            with pytest.raises(OutcomeUnknown):
                (connector.publish if item.kind.is_post else connector.reply)(item, site.remember)
            assert isinstance(connector.find_own(item, begun), Found)


def test_a_server_that_stops_in_the_middle_of_a_write(picture: Path) -> None:
    with or_skip(wordpress) as running, ExitStack() as rest:
        site = Site(handle=urlsplit(running.url).netloc, file=picture)
        site.secrets = {"user": running.user, "password": running.application_password}
        site.connector().check()
        wire = rest.enter_context(Between(running.url))
        through(site, wire)

        def stop(seen: Seen) -> None:
            if seen.method == "POST" and seen.path.endswith("wp/v2/posts"):
                running.server.stop()

        wire.meanwhile = stop
        item = site.pictures("Di tengah jalan")
        with pytest.raises(OutcomeUnknown):
            site.connector().publish(item, site.remember)
        with pytest.raises(Unreachable):
            site.connector().find_own(item, datetime.now(UTC))
        wire.meanwhile = lambda _: None
        running.server.start()
        assert site.connector().find_own(item, datetime.now(UTC)) == Absent()
        sent = site.connector().publish(item, site.remember)
        assert site.connector().find_own(item, datetime.now(UTC)) == Found(sent)
        assert len(site.remembered) == 2
        site.close()


def test_nobody_listens_any_more(site: Site) -> None:
    """Surely not done, and said so."""
    item = site.text("Posyandu")
    site.handle = f"127.0.0.1:{servers.free_port()}"
    site.session = {"root": f"http://{site.handle}/wp-json/", "user": "2"}
    site.made.clear()
    for ask in (
        lambda: site.connector().publish(item, site.remember),
        lambda: site.connector().find_own(item, datetime.now(UTC)),
        lambda: site.poll(),
        lambda: site.connector().check(),
    ):
        with pytest.raises(Unreachable) as caught:
            ask()
        assert caught.value.reason is Reason.OFFLINE
