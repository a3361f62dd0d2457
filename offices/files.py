"""Files of an office, shown only after its view has checked who asks."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from whitenoise.responders import StaticFile

SHOWN_IN_PLACE = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime"}
    | {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac"}
)


def show_file(path: Path, below: Path, mime: str, request: HttpRequest | None = None) -> FileResponse:
    """`path` as the type that we checked it to be, sandboxed: whatever is in it, no script of it runs here.

    Anything that is not `below` the folder it belongs to, or is gone, is a 404. With the `request` a part of it can be
    asked for (Range): phones play no film without.
    """
    whole = path.resolve()
    if not whole.is_relative_to(below.resolve()) or not whole.is_file():
        raise Http404
    kind = mime if mime in SHOWN_IN_PLACE else "application/octet-stream"
    response = _in_parts(whole, request) if request else FileResponse(whole.open("rb"))
    response["Content-Type"] = kind
    if kind != mime:
        response["Content-Disposition"] = f'attachment; filename="{whole.name}"'
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _in_parts(path: Path, request: HttpRequest) -> FileResponse:
    """As WhiteNoise answers: 200, 206 for a part, 304 for what is known, 416 for what is beyond its end."""
    answer = StaticFile(str(path), [("Accept-Ranges", "bytes")]).get_response(request.method, request.META)
    response = FileResponse(answer.file or (), status=answer.status)
    for name, value in answer.headers:
        response[name] = value
    return response


def send_file(path: Path, name: str) -> FileResponse:
    """`path` to be kept under `name`; never shown in place, whatever is in it. A 404 where it is gone."""
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="application/octet-stream", as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
