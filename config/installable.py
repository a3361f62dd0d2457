"""The desk on a phone's home screen: its manifest, and a page that says that there is no connection.

The service worker keeps that one page, its style and mark; nothing of an office or a citizen is ever kept by it.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

A_DAY = 60 * 60 * 24
TEAL = "#0b4644"


def icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    address = static(f"config/{name}-{size}.png")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def shortcut(name: str, page: str) -> dict[str, str]:
    return {"name": name, "url": reverse(page)}


@login_not_required
@cache_control(max_age=A_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    about = {
        "id": "/",
        "name": "Tanggap",
        "short_name": "Tanggap",
        "description": _("The desk where your health office answers its citizens."),
        "lang": get_language(),
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6ed",
        "theme_color": TEAL,
        "icons": [icon("icon", 192), icon("icon", 512), icon("maskable", 512, "maskable")],
        "shortcuts": [
            shortcut(_("Inbox"), "inbox"),
            shortcut(_("Cases"), "cases"),
            shortcut(_("Enter a message by hand"), "message_enter"),
        ],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@login_not_required
@cache_control(max_age=A_DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for beside what is no page of ours and names no mark: a picture of the evidence, a PDF."""
    return redirect(static("config/icon-192.png"))


@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it stands for every page; asked anew each time, so that a new one comes at once."""
    parts = {"page": reverse("offline"), "style": static("config/desk.css"), "mark": static("config/mark.svg")}
    answer = render(request, "config/worker.js", parts, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker where the network is gone. Made without the request: the same for everybody."""
    return HttpResponse(render_to_string("config/offline.html"))
