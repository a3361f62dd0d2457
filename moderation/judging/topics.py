"""Topics send cases to their programme owners."""

from moderation.judging.models import Topic
from offices.models import Office, Officer

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
    row = Topic.objects.filter(office_id=office_id, slug=slug, owner__is_active=True).select_related("owner").first()
    return row.owner if row else None
