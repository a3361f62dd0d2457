"""Kept under the digest of what was checked, or not kept at all."""

from pathlib import Path

import pytest

from scheduler.calendar_file.media_files import MediaFile
from scheduler.stored_media import MediaStore


def found(path: Path, content: bytes = b"gambar") -> MediaFile:
    path.write_bytes(content)
    return MediaFile(path.name, path, "image/jpeg", len(content))


def test_one_content_is_kept_once(tmp_path: Path) -> None:
    store = MediaStore(tmp_path / "store", 7)
    one, same = (store.look(found(tmp_path / name)) for name in ("a.jpg", "b.jpg"))
    store.keep(one)
    store.keep(same)
    assert one.path == same.path == f"posts/7/{one.sha256}.jpg"
    assert [path.name for path in (tmp_path / "store" / "posts" / "7").iterdir()] == [f"{one.sha256}.jpg"]


def test_what_was_torn_in_the_store_is_kept_anew(tmp_path: Path) -> None:
    stored = MediaStore(tmp_path / "store", 7).look(found(tmp_path / "a.jpg"))
    torn = tmp_path / "store" / stored.path
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"gam")
    MediaStore(tmp_path / "store", 7).keep(stored)
    assert torn.read_bytes() == b"gambar"


def test_a_file_that_changed_since_it_was_checked_is_not_kept(tmp_path: Path) -> None:
    store = MediaStore(tmp_path / "store", 7)
    stored = store.look(found(tmp_path / "a.jpg"))
    (tmp_path / "a.jpg").write_bytes(b"lain")
    with pytest.raises(OSError, match="changed"):
        store.keep(stored)
    assert list((tmp_path / "store" / "posts" / "7").iterdir()) == []


def test_a_link_put_in_its_place_is_not_followed(tmp_path: Path) -> None:
    file = found(tmp_path / "a.jpg")
    (tmp_path / "rahasia").write_bytes(b"gambar")
    file.path.unlink()
    file.path.symlink_to(tmp_path / "rahasia")
    with pytest.raises(OSError, match=r"a\.jpg"):
        MediaStore(tmp_path / "store", 7).look(file)
