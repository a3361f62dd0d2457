"""The unpatched instagrapi client drives every verb that the service uses."""

import struct
from pathlib import Path

import pytest
import requests
from instagrapi import Client
from instagrapi.exceptions import BadPassword, LoginRequired, MediaNotFound, TwoFactorRequired, UnknownError
from PIL import Image

from tests.sandbox.conftest import HANDLE, PASSWORD, Citizen, NewClient


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(data), name) + data


def film(path: Path) -> Path:
    """The smallest MP4 whose size and length instagrapi can read: two seconds, 720 by 1280."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 2000) + bytes(80))
    tkhd = box(b"tkhd", bytes(20) + struct.pack(">I", 2000) + bytes(52) + struct.pack(">II", 720 << 16, 1280 << 16))
    mdhd = box(b"mdhd", struct.pack(">IIIII", 0, 0, 0, 1000, 2000) + bytes(4))
    hdlr = box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    moov = box(b"moov", mvhd + box(b"trak", tkhd + box(b"mdia", mdhd + hdlr)))
    path.write_bytes(box(b"ftyp", b"isom" + bytes(4) + b"isom") + moov + box(b"mdat", bytes(64)))
    return path


def test_fresh_login_then_the_session_alone(client: Client, new_client: NewClient, citizen: Citizen) -> None:
    assert client.account_info().username == HANDLE
    before = len(citizen.get("calls"))
    again = new_client(client.get_settings())
    assert again.login(HANDLE, PASSWORD)
    assert [call["path"] for call in citizen.get("calls")[before:]] == [
        "/i.instagram.com/api/v1/accounts/current_user/"
    ]


def test_a_wrong_password_is_a_bad_password(client: Client, new_client: NewClient) -> None:
    with pytest.raises(BadPassword):
        new_client().login(HANDLE, "salah")


def test_a_session_unknown_here_signs_in_again(client: Client, new_client: NewClient, citizen: Citizen) -> None:
    settings = client.get_settings()
    settings["authorization_data"]["sessionid"] = "1%3Aold%3A28"
    other = new_client(settings)
    with pytest.raises(LoginRequired):
        other.private_request("feed/user/1/")
    assert other.login(HANDLE, PASSWORD)


def test_two_factor_asks_for_the_code(new_client: NewClient, citizen: Citizen) -> None:
    citizen.post("accounts", account="dinkes", password="x", two_factor=True)
    with pytest.raises(TwoFactorRequired):
        new_client().login("dinkes", "x")
    with pytest.raises(TwoFactorRequired):
        new_client().login("dinkes", "x", verification_code="999999")
    client = new_client()
    assert client.login("dinkes", "x", verification_code="123456")
    assert client.account_info().username == "dinkes"


def test_a_photo_with_its_alt_text(client: Client, picture: Path, citizen: Citizen) -> None:
    alt = "Piring makan bergizi"
    media = client.photo_upload(
        picture, "Gizi seimbang 🥦", upload_id="1763700000000", extra_data={"custom_accessibility_caption": alt}
    )
    assert media.media_type == 1
    assert media.caption_text == "Gizi seimbang 🥦"
    [entry] = citizen.ledger()
    assert (entry["kind"], entry["id"], entry["account"], entry["media"]) == ("post", str(media.pk), HANDLE, 1)
    shown = client.media_info_v1(media.pk)
    assert shown.accessibility_caption == alt
    image = requests.get(str(shown.thumbnail_url), timeout=5)
    assert image.headers["Content-Type"] == "image/jpeg"
    assert alt in citizen.page(f"/www.instagram.com/p/{media.code}/")


def test_an_album_keeps_its_order_and_alt_texts(client: Client, tmp_path: Path, citizen: Citizen) -> None:
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.jpg")
        Image.new("RGB", (640, 640 + 10 * number), "navy").save(paths[-1])

    def with_alt(children, *args, **kwargs):  # type: ignore[no-untyped-def]
        for number, child in enumerate(children):
            child["custom_accessibility_caption"] = f"gambar {number}"
        return client.album_configure(children, *args, **kwargs)

    ids = {"client_sidecar_id": "1763700000001", "upload_id": "1763700000001"}
    media = client.album_upload(paths, "Tiga langkah", configure_handler=with_alt, extra_data=ids)
    assert media.media_type == 8
    assert len(media.resources) == 3
    children = client.private_request(f"media/{media.id}/info/")["items"][0]["carousel_media"]
    assert [child["accessibility_caption"] for child in children] == ["gambar 0", "gambar 1", "gambar 2"]
    assert [child["image_versions2"]["candidates"][0]["height"] for child in children] == [640, 650, 660]
    assert citizen.ledger()[0]["media"] == 3


def test_a_reel_with_its_cover(client: Client, picture: Path, tmp_path: Path, citizen: Citizen) -> None:
    path = film(tmp_path / "senam.mp4")
    media = client.clip_upload(path, "Senam pagi", thumbnail=picture)
    assert (media.media_type, media.product_type) == (2, "clips")
    assert requests.get(str(media.video_url), timeout=5).content == path.read_bytes()
    assert "<video" in citizen.page(f"/www.instagram.com/p/{media.code}/")


def test_a_configure_without_upload_is_refused(client: Client) -> None:
    with pytest.raises(Exception, match="media_needs_reupload"):
        client.photo_configure("42", 1, 1, "kosong")


def test_the_feed_pages_newest_first(client: Client, picture: Path) -> None:
    codes = [client.photo_upload(picture, f"nomor {number}").code for number in range(3)]
    first = client.private_request(f"feed/user/{client.user_id}/", params={"count": 2})
    assert [item["code"] for item in first["items"]] == codes[:0:-1]
    assert first["more_available"]
    rest = client.private_request(f"feed/user/{client.user_id}/", params={"count": 2, "max_id": first["next_max_id"]})
    assert [item["code"] for item in rest["items"]] == codes[:1]
    assert not rest["more_available"]
    assert len(client.user_medias_v1(client.user_id, amount=0)) == 3


def test_comments_page_and_answers_nest(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Posyandu")
    made = [citizen.comment(media.code, f"komentar {number}")["id"] for number in range(45)]
    comments, cursor = client.media_comments_chunk(media.id, 20)
    assert [comment.pk for comment in comments] == made[:24:-1] + made[24:4:-1]
    page, after, _ = client.media_comments_v1_chunk(media.id, min_id=str(cursor))
    assert [comment.pk for comment in page] == made[4::-1]
    assert not after

    answer = client.media_comment(media.id, "Terima kasih, Bu Sri.", replied_to_comment_id=int(made[0]))
    assert answer.replied_to_comment_id == made[0]
    below = citizen.comment(media.pk, "sama-sama", parent=answer.pk)
    answers, _ = client.media_comment_replies_chunk(media.id, made[0], 20)
    assert [(one.pk, one.text) for one in answers] == [(answer.pk, "Terima kasih, Bu Sri."), (below["id"], "sama-sama")]
    assert [entry["kind"] for entry in citizen.ledger()][-2:] == ["reply", "comment"]
    assert citizen.ledger("reply")[0]["parent"] == made[0]
    assert below["parent"] == answer.pk


def test_the_idempotence_token_is_kept(client: Client, picture: Path, sandbox) -> None:  # type: ignore[no-untyped-def]
    media = client.photo_upload(picture, "Posyandu")
    client.generate_uuid = lambda prefix="", suffix="": f"{prefix}tanda-1{suffix}"
    comment = client.media_comment(media.id, "Halo")
    assert sandbox.world.comments[comment.pk].token == "tanda-1"


def test_comments_and_posts_are_taken_back(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Salah unggah")
    comment = client.media_comment(media.id, "Halo")
    assert client.comment_bulk_delete(media.id, [int(comment.pk)])
    assert client.media_comments(media.id) == []
    assert client.media_delete(media.id)
    with pytest.raises((MediaNotFound, UnknownError, Exception), match="not found"):
        client.media_info_v1(media.pk)
    assert [entry["kind"] for entry in citizen.ledger()] == ["post", "reply"]


def test_a_stranger_waits_among_the_requests(client: Client, citizen: Citizen) -> None:
    entry = citizen.dm("Pak, loket tutup jam berapa?", author="pak.joko", name="Joko Santoso")
    assert client.direct_threads_chunk()[0] == []
    [thread], cursor = client.direct_pending_chunk()
    assert (thread.id, thread.pending, cursor) == (entry["parent"], True, None)
    assert thread.users[0].full_name == "Joko Santoso"
    assert thread.messages[0].text == "Pak, loket tutup jam berapa?"
    assert client.direct_pending_approve(int(thread.id))
    assert client.direct_pending_chunk()[0] == []
    assert client.direct_threads_chunk()[0][0].id == thread.id


def test_messages_carry_our_own_mark_back(client: Client, citizen: Citizen) -> None:
    thread_id = int(citizen.dm("Ada dokter gigi?")["parent"])
    client.generate_mutation_token = lambda: "6800012345678901234"
    sent = client.direct_send("Ada, tiap Selasa.", thread_ids=[thread_id])
    client.generate_mutation_token = lambda: "6800012345678901235"
    link = client.direct_send("Jadwal: https://contoh.example/jadwal", thread_ids=[thread_id])
    messages = client.direct_thread(thread_id, 20).messages
    assert [message.id for message in messages][:2] == [link.id, sent.id]
    assert [message.client_context for message in messages][:2] == ["6800012345678901235", "6800012345678901234"]
    assert messages[0].link is not None
    assert messages[0].link.text == "Jadwal: https://contoh.example/jadwal"
    assert [message.is_sent_by_viewer for message in messages] == [True, True, False]
    assert [entry["text"] for entry in citizen.ledger("dm")][1] == "Ada, tiap Selasa."


def test_a_long_thread_and_a_full_inbox_page(client: Client, citizen: Citizen) -> None:
    for number in range(45):
        thread_id = int(citizen.dm(f"pesan {number}")["parent"])
    texts = [message.text for message in client.direct_thread(thread_id, 0).messages]
    assert texts == [f"pesan {number}" for number in range(44, -1, -1)]
    for number in range(24):
        citizen.dm("halo", author=f"warga{number}")
    first, cursor = client.direct_pending_chunk()
    rest, end = client.direct_pending_chunk(cursor)
    assert (len(first), len(rest), end) == (20, 5, None)
