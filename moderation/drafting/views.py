"""Answering a message, and what becomes of drafts."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from moderation.drafting import begun, rules, soon, writing
from moderation.drafting.answering import Wish, Words, act
from moderation.drafting.forms import ReturnForm
from moderation.drafting.models import Draft
from moderation.drafting.turns import Overtaken, turns_since
from moderation.drafting.window import NoPrivateReply
from moderation.forms import AnswerForm
from moderation.models import Case, Message
from moderation.views import said, thread_of
from offices.models import Officer
from offices.requests import DeskRequest, back, whole
from offices.roles import NotAllowed, Permission, holds, may

DONE = {
    Wish.SEND: gettext_lazy("Your answer is on its way."),
    Wish.PRIVATE: gettext_lazy("Your answer is on its way, as a direct message."),
    Wish.NOTE: gettext_lazy("Noted as answered."),
    Wish.KEEP: gettext_lazy("Kept as a draft."),
    Wish.SUBMIT: gettext_lazy("Submitted: it goes out once it is approved."),
    Wish.SUBMIT_PRIVATE: gettext_lazy("Submitted: it goes out once it is approved."),
}
NOT_PRIVATELY = gettext_lazy(
    "Not sent: the platform takes one private answer to a comment, and only for some days. Write to the citizen in the "
    "platform's own app, or answer in public without anything personal."
)


@require_POST
@may(Permission.ANSWER, Permission.DRAFT)
def message_answer(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer a message, in its case where it has one; or draft the answer, or note that it was said outside."""
    to = Permission.ANSWER if holds(request.user, Permission.ANSWER) else Permission.DRAFT
    row = get_object_or_404(Message.objects.visible_to(request.user, to).listed(), pk=pk)
    form = AnswerForm(request.POST, message=row)
    if not form.is_valid():
        return refused(request, form, row)
    wish = wish_of(request) if to is Permission.ANSWER else drafted(wish_of(request), row)
    words = words_of(form, row, request.user)
    try:
        done = act(wish, words, timezone.now())
    except Overtaken:
        return overtaken(request, form, words, wish)
    except NoPrivateReply:
        form.add_error(None, NOT_PRIVATELY)
        return refused(request, form, row)
    begun.drop(row, request.user)
    messages.success(request, DONE[done])
    return redirect("case", row.case_id) if row.case_id else back(request, "inbox")


@may(Permission.ANSWER, Permission.DRAFT)
def message_begun(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep what is typed, as it is typed (POST); and say who else is writing. Without htmx: back to its page."""
    to = Permission.ANSWER if holds(request.user, Permission.ANSWER) else Permission.DRAFT
    row, at = get_object_or_404(Message.objects.visible_to(request.user, to), pk=pk), timezone.now()
    if request.method == "POST":
        replaces = Draft.objects.live().filter(message=row, id=whole(request.POST.get("replaces"))).first()
        seen = whole(request.POST.get("seen")) if "seen" in request.POST else row.turns
        begun.keep(row, request.user, request.POST.get("text", ""), at, seen=seen, replaces=replaces)
    if not request.htmx:
        return redirect("case", row.case_id) if row.case_id else redirect("message", pk)
    return render(request, "moderation/_writing.html", {"writing": begun.writing(row, request.user, at)})


def refused(request: DeskRequest, form: AnswerForm, row: Message) -> HttpResponse:
    """The words are still in the field, beside what is wrong with them."""
    context = {"message": row, "form": form, "thread": thread_of(row), "labels": Message.Label.choices}
    return render(request, "moderation/message.html", context, status=422)


def wish_of(request: DeskRequest) -> Wish:
    """By the button; those of the plain form have names of their own."""
    for name, wish in (("by_hand", Wish.NOTE), ("private", Wish.PRIVATE)):
        if name in request.POST:
            return wish
    named = request.POST.get("wish", "")
    return Wish(named) if named in list(Wish) else Wish.SEND


def drafted(wish: Wish, row: Message) -> Wish:
    """Whoever may only draft does no more: it is kept, or submitted where the procedure wants an approval."""
    if row.case is None:
        raise NotAllowed(Permission.ANSWER)
    return Wish.SUBMIT if rules.needs_approval(row.case) and wish is not Wish.KEEP else Wish.KEEP


def words_of(form: AnswerForm, row: Message, author: Officer) -> Words:
    replaces = Draft.objects.live().filter(message=row, id=form.cleaned_data["replaces"] or 0).first()
    return Words(row, form.cleaned_data["text"], author, form.key_given, form.cleaned_data["seen"], replaces)


def overtaken(request: DeskRequest, form: AnswerForm, words: Words, wish: Wish) -> HttpResponse:
    """Somebody was quicker: theirs beside one's own, which is still in the field."""
    now, turns = turns_since(words.message, words.seen or 0)
    words.message.turns = now
    again = AnswerForm(message=words.message, draft=words.text, replaces=form.cleaned_data["replaces"])
    context = {"message": words.message, "form": again, "turns": turns, "wish": wish}
    return render(request, "moderation/overtaken.html", context, status=409)


# --- drafts

Move = Callable[[Draft, datetime, Officer], bool]


def _draft(request: DeskRequest, pk: int, to: Permission) -> Draft:
    related = ("case__office", "case__procedure", "message__account", "message__office")
    return get_object_or_404(Draft.objects.visible_to(request.user, to).select_related(*related), pk=pk)


def _decide(request: DeskRequest, pk: int, to: Permission, verb: Move, words: str) -> HttpResponse:
    return said(request, verb(_draft(request, pk, to), timezone.now(), request.user), words)


@require_POST
@may(Permission.DRAFT)
def draft_submit(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Permission.DRAFT, writing.submit, _("Submitted: it goes out once it is approved."))


@require_POST
@may(Permission.DRAFT)
def draft_take_back(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Permission.DRAFT, writing.take_back, _("Taken back: it is a draft again."))


@require_POST
@may(Permission.APPROVE)
def draft_approve(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Permission.APPROVE, writing.approve, _("Approved. Whoever answers was told."))


@require_POST
@may(Permission.DRAFT)
def draft_drop(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Permission.DRAFT, writing.drop, _("Dropped."))


@require_POST
@may(Permission.APPROVE)
def draft_return(request: DeskRequest, pk: int) -> HttpResponse:
    draft, form = _draft(request, pk, Permission.APPROVE), ReturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what is to be changed (at most 500 characters)."))
        return redirect(f"{reverse('case', args=[draft.case_id])}#draf-{draft.pk}")
    done = writing.send_back(draft, form.cleaned_data["why"], timezone.now(), request.user)
    return said(request, done, _("Returned with what you wrote."))


@require_POST
@may(Permission.ANSWER)
def draft_send(request: DeskRequest, pk: int) -> HttpResponse:
    """One tap. Where somebody answered meanwhile, the draft comes back in the field, beside what they said."""
    draft = _draft(request, pk, Permission.ANSWER)
    seen = request.POST.get("seen")
    try:
        answer = writing.send(draft, timezone.now(), request.user, seen=whole(seen) if seen else None)
    except Overtaken:
        query = urlencode({"jawab": draft.message_id, "draf": draft.pk})
        messages.warning(
            request, _("Somebody answered or drafted meanwhile: look at it first, then send or drop yours.")
        )
        return redirect(f"{reverse('case', args=[draft.case_id])}?{query}#jawab")
    except NoPrivateReply:
        messages.error(request, NOT_PRIVATELY)
        return redirect(f"{reverse('case', args=[draft.case_id])}#draf-{draft.pk}")
    return said(request, answer is not None, _("The answer is on its way."))


# --- before there is an answer


@require_POST
@may(Permission.ANSWER)
def case_received(request: DeskRequest, pk: int) -> HttpResponse:
    case, message = _case_and_message(request, pk)
    done = soon.say_received(case, message, timezone.now(), request.user)
    return said(request, done is not None, _("“Received” is on its way. The answer is still due."))


@require_POST
@may(Permission.ANSWER)
def case_ask_privately(request: DeskRequest, pk: int) -> HttpResponse:
    case, message = _case_and_message(request, pk)
    done = soon.ask_privately(case, message, timezone.now(), request.user)
    return said(request, done is not None, _("The request is on its way, in private. The answer is still due."))


def _case_and_message(request: DeskRequest, pk: int) -> tuple[Case, Message]:
    rows = Case.objects.visible_to(request.user, Permission.ANSWER).select_related("office", "procedure")
    case = get_object_or_404(rows, pk=pk)
    messages_of_case = case.incoming_messages.select_related("account", "office")
    return case, get_object_or_404(messages_of_case, pk=whole(request.POST.get("message")))
