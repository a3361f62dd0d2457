"""Serving media to platforms that fetch them: `connectors/public_media.py` makes the addresses."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from PIL import Image

from connectors.base import Media
from connectors.errors import Refused
from connectors.models import Outgoing
from connectors.pictures import prepare
from connectors.public_media import PROBE, named_by
from offices.files import show_file

UNSENT = (Outgoing.State.QUEUED, Outgoing.State.SENDING, Outgoing.State.UNKNOWN)


@login_not_required
@require_safe
def public_media(request: HttpRequest, token: str) -> HttpResponseBase:
    """One file of a write that is on its way; 404 for everything else, whatever the reason.

    Pictures leave as the JPEG that Instagram takes, padded and without what the phone wrote into them.
    """
    what = named_by(token)
    if what == PROBE:
        return _jpeg(_blank())
    medium = _medium(what)
    if medium.mime.startswith("image/"):
        return _jpeg(_prepared(medium))
    response = show_file(medium.path, Path(settings.MEDIA_ROOT), medium.mime, request)
    _unlist(response)
    return response


def _medium(what: str) -> Media:
    row_id, _, part = what.partition(".")
    row = Outgoing.objects.filter(pk=int(row_id or 0), state__in=UNSENT).first()
    media = row.item().media if row else ()
    if not part or int(part) >= len(media):
        raise Http404
    return media[int(part)]


def _prepared(medium: Media) -> bytes:
    with TemporaryDirectory(prefix="tanggap-") as folder:
        try:
            return prepare(medium.path, Path(folder, "picture.jpg")).read_bytes()
        except Refused as error:
            raise Http404 from error


def _blank() -> bytes:
    Image.new("RGB", (320, 320), "white").save(jpeg := BytesIO(), "JPEG")
    return jpeg.getvalue()


def _jpeg(data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type="image/jpeg")
    _unlist(response)
    return response


def _unlist(response: HttpResponseBase) -> None:
    """No cache, no search engine keeps it."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
