"""Asking whether it was solved, taking down a reply from the thread, and the citizen's own page."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation import form
from moderation.form_views import visitor
from moderation.models import Case, Message
from moderation.satisfaction import asking
from moderation.satisfaction.link import find
from moderation.satisfaction.models import Satisfaction
from moderation.views import said
from offices.requests import DeskRequest, whole
from offices.roles import Permission, may

LOOKS_MAX = 30
"""From one line within `form.WINDOW`: nobody finds a key by trying."""


@require_POST
@may(Permission.ANSWER)
def case_ask_solved(request: DeskRequest, pk: int) -> HttpResponse:
    """One tap: the question goes out, in the thread or (a link) in private."""
    rows = Case.objects.visible_to(request.user, Permission.ANSWER).select_related("office")
    case = get_object_or_404(rows, pk=pk)
    asked_about = case.incoming_messages.select_related("account", "office")
    message = get_object_or_404(asked_about, pk=whole(request.POST.get("message")))
    way = Satisfaction.Way.LINK if request.POST.get("way") == "link" else Satisfaction.Way.THREAD
    asked = asking.ask(case, message, way, timezone.now(), request.user)
    if asked is not None and asked.to_copy:
        messages.success(request, _("The link is made: copy the words and send them to this person alone."))
        return redirect(f"{reverse('case', args=[pk])}#teratasi")
    return said(request, asked is not None, _("The question is on its way."))


@require_POST
@may(Permission.ANSWER)
def solved_heard(request: DeskRequest, pk: int, message: int) -> HttpResponse:
    """One tap: this message says yes, or no."""
    rows = Satisfaction.objects.visible_to(request.user, Permission.ANSWER).select_related("case", "message")
    asked = get_object_or_404(rows, pk=pk)
    heard = get_object_or_404(Message.objects.in_thread_of(asked.message), pk=message)
    yes = request.POST.get("solved") == "yes"
    done = asking.say(asked, yes, heard.text[:300], timezone.now(), actor=request.user, heard=heard)
    words = _("Noted: solved.") if yes else _("Noted: not solved. Open the case again?")
    if not done:
        return said(request, False, words)
    messages.success(request, words)
    return redirect(f"{reverse('case', args=[asked.case_id])}#teratasi")


class SolvedForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("In a sentence (optional)"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": 300}),
        help_text=gettext_lazy("Please no names, numbers or illnesses."),
    )
    solved = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


@login_not_required
@never_cache
def solved(request: HttpRequest, token: str) -> HttpResponse:
    """The citizen's page: two buttons and a sentence. Nothing of the case stands on it but its number and office."""
    at = timezone.now()
    if form.too_many("solved", visitor(request), LOOKS_MAX, at):
        return _public(render(request, "moderation/solved_busy.html", status=429))
    asked = find(token, at)
    if asked is None:
        return _public(render(request, "moderation/solved_over.html", status=404))
    filled = SolvedForm(request.POST or None, initial={"words": asked.words})
    with timezone.override(asked.case.office.zone):
        if request.method == "POST" and filled.is_valid():
            given = filled.cleaned_data
            asking.say(asked, given["solved"] == "yes", given["words"].strip(), at)
            return _public(redirect("solved", token))
        return _public(render(request, "moderation/solved.html", {"asked": asked, "form": filled}))


def _public(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
