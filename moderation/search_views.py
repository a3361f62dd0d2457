"""One box for everything that an officer may see: names, texts, case numbers."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from moderation.city import centres
from moderation.models import Case, Message
from offices.centres import narrowed
from offices.paging import Page, page_of
from offices.requests import DeskRequest
from offices.roles import Permission, may

FIRST_ROWS = 6
"""Of each group while both are shown; a group alone goes page by page."""
GROUPS = ("kasus", "pesan")
WORDS_MAX = 100
SHORTEST = 2
"""One letter stands in nearly every message."""


@may(Permission.READ)
def search(request: DeskRequest) -> HttpResponse:
    """`q` what, `hanya` which group alone, `kantor` which centre: all in the address."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:WORDS_MAX]
    alone = request.GET.get("hanya", "")
    alone = alone if alone in GROUPS else ""
    pages = {group: found(request, words, group, bool(alone)) for group in GROUPS if alone in ("", group)}
    context = {"words": words, "alone": alone, "too_short": 0 < len(words) < SHORTEST, "pages": pages}
    return render(request, "moderation/search.html", context)


@may(Permission.READ)
def city_page(request: DeskRequest) -> HttpResponse:
    """Every centre that one sees, the worst first. Whoever has one office alone has the page of today for it."""
    rows = centres(request.user, timezone.now())
    if len(rows) < 2:
        return redirect("today")
    template = "moderation/_city.html" if request.htmx else "moderation/city.html"
    return render(request, template, {"centres": rows})


def found(request: DeskRequest, words: str, group: str, alone: bool) -> Page[Case] | Page[Message] | None:
    """One page of a group, the newest first; None while too little is asked for."""
    if len(words) < SHORTEST:
        return None
    after, size = (request.GET.get("after", ""), 30) if alone else ("", FIRST_ROWS)
    if group == "kasus":
        cases = narrowed(request, Case.objects.visible_to(request.user)).saying(words)
        return page_of(cases, ("-id",), after, size, Case.objects.listed())
    messages = narrowed(request, Message.objects.visible_to(request.user)).saying(words)
    return page_of(messages, ("-id",), after, size, Message.objects.listed())
