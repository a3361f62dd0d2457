"""The request as every view of the desk gets it: somebody is signed in, and htmx says what it wants."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from offices.models import Officer


class DeskRequest(HttpRequest):
    user: Officer
    htmx: HtmxDetails


UNDO = "undo:"


def whole(text: str | None) -> int:
    """An id or a count, as addresses and hidden fields bring it; 0, which no row has, where it is none. (Python takes
    other alphabets' digits, too, and the databases no more than 18 of them.)"""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def undoable(address: str) -> str:
    """The extra tag of a message whose bar offers "Undo" (a POST to this address)."""
    return UNDO + address if address else ""


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page that the form came from (its `next`), else to the named one. Never to another host."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect(otherwise)
