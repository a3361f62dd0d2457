"""The public question form's pages. Nobody signs in; nothing of the desk shows but the office's name."""

import unicodedata
import uuid
from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from moderation import form
from moderation.models import Message
from offices.models import Office

TEXT_MAX = 2200
SHOWN = "LNPS"
"""Letters, numbers, punctuation, signs (emoji, too): Unicode's categories of what can be seen."""
View = Callable[..., HttpResponse]


class QuestionForm(forms.Form):
    """`subject` is a trap: people do not see it, machines fill it in."""

    text = forms.CharField(
        label=_("Your question, suggestion or complaint"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "data-count": TEXT_MAX}),
        help_text=_("Please do not write your ID number or what illness somebody has."),
    )
    name = forms.CharField(label=_("Your name (optional)"), max_length=100, required=False)
    contact = forms.CharField(
        label=_("Phone or e-mail (optional)"),
        max_length=100,
        required=False,
        help_text=_("Only if you want us to call or write to you. The answer is also on your ticket's page."),
    )
    consent = forms.BooleanField(
        label=_("I have read how my data is used, and I agree."),
        error_messages={"required": _("Without your consent we may not keep your question.")},
    )
    subject = forms.CharField(required=False, label=_("Leave this empty"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if not any(unicodedata.category(letter)[0] in SHOWN for letter in text):
            raise forms.ValidationError(_("There is nothing to read in it."))
        return text

    def clean_subject(self) -> str:
        if self.cleaned_data["subject"]:
            raise forms.ValidationError(_("This field has to stay empty."))
        return ""

    def question(self) -> form.Question:
        given = self.cleaned_data
        language = "en" if get_language() == "en" else "id"
        return form.Question(given["text"], given["key"], given["name"], given["contact"], language)


class TicketForm(forms.Form):
    ticket = forms.CharField(
        label=_("Ticket number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


def public(view: View) -> View:
    """For everybody: with the office of the address, in its own time; kept by no cache, found by no search engine."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        office = get_object_or_404(Office, slug=slug)
        with timezone.override(office.zone):
            response = view(request, office, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    public_view: View = login_not_required(never_cache(shown))
    return public_view


def visitor(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def busy(request: HttpRequest, office: Office) -> HttpResponse:
    return render(request, "moderation/form_busy.html", {"office": office}, status=429)


@public
def ask(request: HttpRequest, office: Office) -> HttpResponse:
    """The form; once it is sent, its ticket's page."""
    filled = QuestionForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and filled.is_valid():
        if form.too_many("ask", visitor(request), form.QUESTIONS_MAX, timezone.now()):
            return busy(request, office)
        ticket = form.ask(office, filled.question(), timezone.now())
        return redirect("question_ticket", office.slug, ticket)
    context = {"office": office, "form": filled, "ticket_form": TicketForm()}
    return render(request, "moderation/form_ask.html", context, status=422 if filled.errors else 200)


@public
def look_up(request: HttpRequest, office: Office) -> HttpResponse:
    """A ticket number is typed in."""
    filled = TicketForm(request.POST or None)
    if request.method == "POST" and filled.is_valid():
        return redirect("question_ticket", office.slug, form.typed(filled.cleaned_data["ticket"]) or "-")
    return render(request, "moderation/form_look_up.html", {"office": office, "ticket_form": filled})


@public
def ticket(request: HttpRequest, office: Office, number: str) -> HttpResponse:
    """What became of a question, and the answer. Who tries number after number is stopped."""
    if form.too_many("look_up", visitor(request), form.LOOKUPS_MAX, timezone.now()):
        return busy(request, office)
    message = form.find(office, form.typed(number))
    if message is None:
        context = {"office": office, "ticket_form": TicketForm({"ticket": number}), "missing": True}
        return render(request, "moderation/form_look_up.html", context, status=404)
    context = {
        "office": office,
        "message": message,
        "number": form.grouped(message.remote_id),
        "answers": form.answers_to(message),
        "done": message.state == Message.State.DONE,
    }
    return render(request, "moderation/form_ticket.html", context)
