"""The page behind the link in a mail: the masked picture, the question, an answer in one's own words, or one of the two
other taps. Whoever holds the link is the officer; nobody signs in, and nothing else of the desk shows."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation import form as public_form
from moderation.consultation import hearing, mailing, picture, waiting
from moderation.consultation.link_forms import LinkAnswerForm, PassOnForm
from moderation.consultation.models import Consultation
from moderation.models import Evidence
from offices.files import show_file

WRITES_MAX = 20
"""So many things may one question's link do within ten minutes."""
LOOKS_MAX = 120
"""So many pages of links may one address open within ten minutes: nobody tries signatures here."""
Linked = Callable[[HttpRequest, Consultation, str], HttpResponseBase]


def linked(view: Linked) -> Callable[..., HttpResponseBase]:
    """For whoever holds a link that still works: the question that it is for, in its office's time."""

    @login_not_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponseBase:
        at = timezone.now()
        address = request.META.get("REMOTE_ADDR", "")
        if public_form.too_many("link", address, LOOKS_MAX, at):
            return _page(request, "moderation/link_busy.html", 429)
        one = mailing.opened_by(token, at)
        if one is None:
            return _page(request, "moderation/link_over.html", 410)
        if request.method == "POST" and public_form.too_many("link.write", f"q{one.id}", WRITES_MAX, at):
            return _page(request, "moderation/link_busy.html", 429)
        with timezone.override(one.case.office.zone):
            response = view(request, one, token)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return opened


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, status=status)


@linked
def link(request: HttpRequest, one: Consultation, token: str) -> HttpResponse:
    form = LinkAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hearing.take_by_link(one, form.cleaned_data["text"], form.key_given, timezone.now())
        messages.success(request, _("Thank you: your answer stands with the case now."))
        return redirect("consultation_link", token)
    context = {"one": one, "form": form, "token": token, "pass_form": PassOnForm(one=one), "said": one.replies.all()}
    return render(request, "moderation/link.html", context, status=422 if form.errors else 200)


@require_POST
@linked
def link_time(request: HttpRequest, one: Consultation, token: str) -> HttpResponse:
    if waiting.need_time(one, timezone.now()):
        messages.success(request, _("Noted: you are reminded later. This link goes on working."))
    else:
        messages.warning(request, _("Not noted: you have answered, or have asked for time before."))
    return redirect("consultation_link", token)


@require_POST
@linked
def link_pass(request: HttpRequest, one: Consultation, token: str) -> HttpResponse:
    form = PassOnForm(request.POST, one=one)
    if form.is_valid() and waiting.pass_on(one, form.cleaned_data["officer"], timezone.now()):
        return render(request, "moderation/link_passed.html", {"to": form.cleaned_data["officer"]})
    messages.error(request, _("Not passed on: choose somebody from the list."))
    return redirect("consultation_link", token)


@linked
def link_picture(request: HttpRequest, one: Consultation, token: str) -> FileResponse:
    """The masked one alone."""
    if one.picture is None or one.picture.state != Evidence.State.TAKEN:
        raise Http404
    return show_file(picture.file_of(one.picture), Path(settings.EVIDENCE_ROOT), "image/png")
