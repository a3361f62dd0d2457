"""The folder of one case, to take along: a PDF in the office's letterhead, the evidence as it was taken, the platform's
raw data, and a manifest with every digest and every link of the chain (a zip).

The manifest's `facts` are what each digest was taken over (canonical JSON: sorted keys, no blanks, UTF-8), so that
anybody can make the digests anew; the sums only the desk can (`verify_evidence --against manifest.json`).
"""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image

from moderation.capture.photographer import Photographer
from moderation.models import Case, Evidence, Message
from moderation.records import chain
from moderation.records.checking import CHUNK, chunks, go_through
from moderation.records.contents import canonical, facts_of, load
from moderation.records.models import ChainLink
from moderation.register import printing
from moderation.register.models import Export
from moderation.register.rows import chunk_of
from offices.history import history
from offices.letterhead import models as letterheads

PICTURES_IN_PDF = 6
PICTURE_WIDTH = 760
MESSAGES_IN_PDF = 100
"""Of a case of many people; the others stand in the folder's files."""
EVENTS_IN_PDF = 200
HOW = (
    "sha256 of each file; digest of each link: SHA-256 over its facts as canonical JSON (sorted keys, no blanks, "
    "UTF-8). Sums: python manage.py verify_evidence --against manifest.json"
)


def write(path: Path, case: Case, row: Export, photographer: Photographer) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as bundle:
        folder = Folder(bundle)
        pdf = printing.print_html(paper(case, row), photographer, zone=case.office.time_zone)
        folder.add("berkas.pdf", io.BytesIO(pdf.pdf))
        for number, picture in enumerate(pictures_of(case), 1):
            with file_of(picture).open("rb") as file:
                folder.add(f"bukti/{number:03}-{picture.kind}{file_of(picture).suffix}", file)
        for message in case.incoming_messages.prefetch_related("changes").order_by("id").iterator(CHUNK):
            folder.add(f"pesan/{message.pk}.json", io.BytesIO(as_json(message)))
        bundle.writestr("manifest.json", json.dumps(manifest(case, row, folder.files), ensure_ascii=False, indent=1))


class Folder:
    """A zip that remembers what was put into it, and its digest."""

    def __init__(self, bundle: ZipFile) -> None:
        self.bundle = bundle
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, content: IO[bytes]) -> None:
        digest = hashlib.sha256()
        size = 0
        kind = ZIP_STORED if name.endswith((".png", ".jpg", ".webp", ".pdf")) else ZIP_DEFLATED
        self.bundle.compression = kind
        with self.bundle.open(name, "w") as file:
            while some := content.read(1 << 20):
                digest.update(some)
                size += len(some)
                file.write(some)
        self.files.append({"name": name, "sha256": digest.hexdigest(), "size": size})


def pictures_of(case: Case) -> list[Evidence]:
    taken = case.evidence.filter(state=Evidence.State.TAKEN).select_related("message").order_by("id")
    return [one for one in taken if file_of(one).is_file()]


def file_of(picture: Evidence) -> Path:
    if picture.kind == Evidence.Kind.UPLOAD:
        return Path(settings.MEDIA_ROOT) / str(picture.message.upload.name)
    return Path(settings.EVIDENCE_ROOT) / picture.path


def as_json(message: Message) -> bytes:
    """What came in, in every version, with the platform's own JSON."""
    versions = [{"text": one.was_text, "raw": one.was_raw, "until": one.found_at} for one in message.changes.all()]
    facts = facts_of(f"message:{message.pk}", message, len(versions))
    return canonical({**facts, "earlier_versions": versions, "erased_at": message.erased_at})


def manifest(case: Case, row: Export, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "office": case.office.slug,
        "office_name": case.office.name,
        "case": case.number,
        "kind": row.kind,
        "made_at": timezone.now().isoformat(),
        "made_by": str(row.asked_by),
        "head": chain.short(chain.head(case.pk)),
        "how_to_verify": HOW,
        "files": files,
        "links": list(links_of(case)),
    }


def links_of(case: Case) -> Iterator[dict[str, Any]]:
    links = ChainLink.objects.filter(case=case).order_by("position")
    for some in chunks(links.iterator(CHUNK), CHUNK):
        rows = load({link.about for link in some})
        for link in some:
            facts = facts_of(link.about, rows[link.about], link.version) if link.about in rows else None
            yield {
                "position": link.position,
                "kind": link.kind,
                "about": link.about,
                "version": link.version,
                "digest": link.digest,
                "previous": link.previous,
                "sum": link.sum,
                "at": link.at.isoformat(),
                "facts": json.loads(canonical(facts)),
            }


# --- the paper


def paper(case: Case, row: Export) -> str:
    """The PDF's HTML, Indonesian and in the office's time (the caller sees to both)."""
    [line] = chunk_of([case.pk], whole=True, first=1)
    messages = case.incoming_messages.prefetch_related("changes").select_related("account").order_by("id")
    result = go_through(case)
    last = chain.head(case.pk)
    return render_to_string(
        "moderation/records/folder.html",
        {
            "case": case,
            "office": case.office,
            "letterhead": letterheads.of(case.office),
            "is_memo": row.kind == Export.Kind.MEMO,
            "line": printing.line_of(line),
            "row": line,
            "messages": messages[:MESSAGES_IN_PDF],
            "message_count": line.messages,
            "answers": case.answers.filter(followed_up=True).select_related("author", "outgoing").order_by("id")[:50],
            "history": history([case])[-EVENTS_IN_PDF:],
            "pictures": [small(one) for one in pictures_of(case)[:PICTURES_IN_PDF]],
            "evidence": case.evidence.exclude(sha256="").order_by("id"),
            "result": result,
            "head": chain.short(last),
            "asked_by": row.asked_by,
            "at": timezone.now(),
            "foot": printing.plain(f"{case.office.name} · Kasus {case.number}"),
        },
    )


def small(picture: Evidence) -> dict[str, object]:
    """The picture as wide as the paper needs it; the folder holds it whole."""
    try:
        with Image.open(file_of(picture)) as image:
            image.thumbnail((PICTURE_WIDTH, 10_000))
            made = io.BytesIO()
            image.convert("RGB").save(made, "JPEG", quality=80)
    except (OSError, ValueError, Image.DecompressionBombError):
        return {"row": picture, "data": ""}
    return {"row": picture, "data": "data:image/jpeg;base64," + base64.b64encode(made.getvalue()).decode()}
