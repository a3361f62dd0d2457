"""Topics send cases to their programme owners. An office adds its own, with the words by which they are known, edits
them and retires them; a case keeps the topic that it has."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from moderation.judging.models import Topic, Word
from offices.models import Event, Office, Officer

NAMES = {
    "antrian_pendaftaran": "Antrean dan pendaftaran",
    "bpjs_biaya": "BPJS dan biaya",
    "petugas": "Petugas",
    "dokter_pengobatan": "Dokter dan pengobatan",
    "obat": "Obat",
    "fasilitas_kebersihan": "Fasilitas dan kebersihan",
    "parkir": "Parkir",
    "imunisasi": "Imunisasi",
    "ibu_anak": "Ibu dan anak",
    "gizi": "Gizi",
    "gawat_darurat": "Gawat darurat dan ambulans",
    "wabah_lingkungan": "Wabah dan lingkungan",
    "informasi_jam": "Informasi dan jam layanan",
    "pers_informasi_publik": "Pers dan permintaan informasi publik",
    "lainnya": "Lainnya",
}
"""The names that an office starts with."""


def topics_of(office: Office) -> list[Topic]:
    """The office's topics; those that it lacks are made."""
    there = set(Topic.objects.filter(office=office).values_list("slug", flat=True))
    missing = [Topic(office=office, slug=slug, name=name) for slug, name in NAMES.items() if slug not in there]
    Topic.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Topic.objects.filter(office=office).select_related("owner"))


def owner_of(office_id: int, slug: str) -> Officer | None:
    """Who gets cases of this topic; nobody where none was named, or they are gone."""
    rows = Topic.objects.filter(office_id=office_id, slug=slug, retired_at=None, owner__is_active=True)
    row = rows.select_related("owner").first()
    return row.owner if row else None


LONGEST_SLUG = 22  # a word's list is "topic." and the slug, in 30 characters


def words_of(office: Office) -> dict[str, list[str]]:
    """By slug: the words that this office added to its topics."""
    rows = Word.objects.filter(office=office, list__startswith="topic.", taken_out=False).order_by("word")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.list.removeprefix("topic."), []).append(row.word)
    return found


@transaction.atomic
def add(office: Office, name: str, owner: Officer | None, words: Iterable[str], actor: Officer, at: datetime) -> Topic:
    """A topic of the office's own. Without words no message gets it by itself."""
    topics_of(office)
    row = Topic.objects.create(office=office, slug=_free_slug(office, name), name=name, owner=owner)
    _write_words(row, words, actor, at)
    Event.write(office.id, "topic.added", office, actor=actor, at=at, name=name)
    return row


@transaction.atomic
def edit(row: Topic, name: str, owner: Officer | None, words: Iterable[str], actor: Officer, at: datetime) -> None:
    Topic.objects.filter(pk=row.pk).update(name=name, owner=owner)
    _write_words(row, words, actor, at)
    Event.write(row.office_id, "topic.changed", row.office, actor=actor, at=at, name=name)


@transaction.atomic
def retire(row: Topic, actor: Officer, at: datetime) -> bool:
    """From now on no message gets it. False: it was retired already."""
    if not Topic.objects.filter(pk=row.pk, retired_at=None).update(retired_at=at):
        return False
    Event.write(row.office_id, "topic.retired", row.office, actor=actor, at=at, name=row.name)
    return True


@transaction.atomic
def bring_back(row: Topic, actor: Officer, at: datetime) -> bool:
    if not Topic.objects.filter(pk=row.pk, retired_at__isnull=False).update(retired_at=None):
        return False
    Event.write(row.office_id, "topic.back", row.office, actor=actor, at=at, name=row.name)
    return True


def _write_words(row: Topic, words: Iterable[str], actor: Officer, at: datetime) -> None:
    """These and no others are the office's words of the topic. They thank nobody: nothing is tested again."""
    role, wanted = f"topic.{row.slug}", set(words)
    mine = Word.objects.filter(office=row.office, list=role, taken_out=False)
    mine.exclude(word__in=wanted).delete()
    there = set(mine.values_list("word", flat=True))
    rows = [Word(office=row.office, list=role, word=word, by=actor, at=at) for word in sorted(wanted - there)]
    Word.objects.bulk_create(rows, ignore_conflicts=True)


def _free_slug(office: Office, name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", slugify(name))[:LONGEST_SLUG].strip("_") or "topik"
    taken = set(Topic.objects.filter(office=office).values_list("slug", flat=True))
    tries = (base, *(f"{base[: LONGEST_SLUG - 4]}_{number}" for number in range(2, 1000)))
    return next(slug for slug in tries if slug not in taken)
