"""What a person sees and writes in a browser; every text from outside is escaped."""

import re
from pathlib import Path

import requests
from instagrapi import Client

from tests.sandbox.conftest import HANDLE, Citizen

NASTY = "<script>alert('&')</script>"
SAFE = "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;"


def write(citizen: Citizen, path: str, **form: str) -> requests.Response:
    return requests.post(citizen.base + path, data=form, allow_redirects=False, timeout=5)


def test_home_and_profile_lead_to_the_post(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Posyandu")
    assert f'href="/www.instagram.com/{HANDLE}/"' in citizen.page("/")
    profile = citizen.page(f"/www.instagram.com/{HANDLE}/")
    assert f'href="/www.instagram.com/p/{media.code}/"' in profile
    [image] = re.findall(r'<a class="cell".*?<img src="([^"]+)"', profile)
    assert requests.get(citizen.base + image, timeout=5).content[:3] == b"\xff\xd8\xff"
    for page in (citizen.page("/"), profile, citizen.page(f"/www.instagram.com/p/{media.code}/")):
        assert "untuk latihan" in page
        assert 'http-equiv="refresh"' not in page
    assert "Tiruan Instagram untuk latihan" in profile


def test_every_text_is_escaped(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, NASTY, extra_data={"custom_accessibility_caption": '"><i>'})
    citizen.comment(media.code, NASTY, author=NASTY)
    thread = citizen.dm(NASTY, author=NASTY)["parent"]
    post = citizen.page(f"/www.instagram.com/p/{media.code}/")
    assert post.count(SAFE) == 3  # caption, comment, name
    pages = [post, citizen.page(f"/www.instagram.com/{HANDLE}/")]
    pages += [citizen.page(f"/www.instagram.com/direct/{path}/") for path in (f"inbox/{HANDLE}", f"t/{thread}")]
    for page in pages:
        assert "<script>" not in page
        assert '"><i>' not in page
        assert SAFE in page


def test_a_visitor_comments_and_the_answer_nests(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Posyandu")
    path = f"/www.instagram.com/p/{media.code}/"
    answer = write(citizen, path, name="Bu Sri", text="Jam berapa?", parent="")
    assert answer.status_code == 303
    entry = citizen.ledger("comment")[0]
    assert answer.headers["Location"].endswith(f"#comment-{entry['id']}")
    reply = client.media_comment(media.id, "Jam 8 pagi", replied_to_comment_id=int(entry["id"]))
    page = citizen.page(path)
    outer = page.index(f'id="comment-{entry["id"]}"')
    assert outer < page.index('<ol class="comments">', outer) < page.index(f'id="comment-{reply.pk}"')
    asked = citizen.page(f"{path}?balas={entry['id']}")
    assert f'name="parent" value="{entry["id"]}"' in asked
    write(citizen, path, name="Bu Sri", text="Baik", parent=entry["id"])
    assert citizen.ledger()[-1]["parent"] == entry["id"]


def test_a_visitor_writes_a_message_and_sees_the_answer(client: Client, citizen: Citizen) -> None:
    answer = write(citizen, f"/www.instagram.com/direct/inbox/{HANDLE}/", name="Pak Joko", text="Buka jam berapa?")
    thread = answer.headers["Location"]
    client.direct_send("Jam 7.30, Pak.", thread_ids=[int(citizen.ledger("dm")[0]["parent"])])
    write(citizen, thread, text="Terima kasih")
    page = citizen.page(thread)
    assert re.findall(r'<div class="line( own)?"', page) == ["", " own", ""]
    assert "Jam 7.30, Pak." in page
    assert "Pak Joko" in citizen.page(f"/www.instagram.com/direct/inbox/{HANDLE}/")


def test_a_visitor_cannot_pose_as_the_page_nor_write_nothing(client: Client, picture: Path, citizen: Citizen) -> None:
    path = f"/www.instagram.com/p/{client.photo_upload(picture, 'Posyandu').code}/"
    for form in ({"name": HANDLE, "text": "halo"}, {"name": "", "text": "halo"}, {"name": "Bu Sri", "text": " "}):
        assert write(citizen, path, **form).status_code == 400
    assert len(citizen.ledger()) == 1


def test_what_is_gone_says_so(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Posyandu")
    before = citizen.get("version")
    client.media_delete(media.id)
    assert citizen.get("version") != before
    answer = requests.get(f"{citizen.base}/www.instagram.com/p/{media.code}/", timeout=5)
    assert answer.status_code == 404
    assert "sudah dihapus" in answer.text
    assert requests.get(f"{citizen.base}/www.instagram.com/siapa/", timeout=5).status_code == 404
