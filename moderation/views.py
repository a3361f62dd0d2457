"""Today, the inbox and a message."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connectors.base import Kind
from connectors.models import Outgoing
from connectors.views import NOTED
from moderation import escalation, moderating, reply, triage
from moderation.drafting.begun import begun_by
from moderation.forms import AnswerForm, EnterForm, InboxFilter, LabelForm
from moderation.listing import today as listing_of_today
from moderation.models import Answer, Case, Message
from moderation.satisfaction.asking import open_question_for
from offices.centres import narrowed
from offices.history import history
from offices.paging import page_of
from offices.requests import DeskRequest, back, undoable
from offices.roles import Permission, may


@may(Permission.READ)
def today(request: DeskRequest) -> HttpResponse:
    template = "moderation/_today.html" if request.htmx else "moderation/today.html"
    return render(request, template, {"today": listing_of_today(request.user, timezone.now())})


@may(Permission.READ)
def counts(request: DeskRequest) -> HttpResponse:
    """The small numbers in the navigation, fetched beside the page."""
    waiting = Message.objects.received_by(request.user).inbox().count()
    cases = Case.objects.visible_to(request.user).open().count()
    return render(request, "moderation/_counts.html", {"inbox": waiting, "cases": cases})


@may(Permission.READ)
def inbox(request: DeskRequest) -> HttpResponse:
    chosen = InboxFilter(request.GET)
    rows = narrowed(request, Message.objects.received_by(request.user))
    rows = rows.filter(state=chosen.shown) if chosen.shown else rows.inbox()
    if chosen.words:
        rows = rows.saying(chosen.words)
    shown = Message.objects.listed().with_open_case()
    page = page_of(rows, ("-id",), request.GET.get("after", ""), shown=shown)
    template = "moderation/_inbox.html" if request.htmx else "moderation/inbox.html"
    if request.htmx and "brief" in request.GET:
        template = "moderation/_brief.html"
    return render(request, template, {"page": page, "chosen": chosen, "labels": Message.Label.choices})


@may(Permission.READ)
def message(request: DeskRequest, pk: int) -> HttpResponse:
    """One message outside of cases, with its thread; answering it is one step."""
    row = get_object_or_404(Message.objects.visible_to(request.user).listed(), pk=pk)
    if row.case_id is not None:
        return redirect("case", row.case_id)
    context = {
        "message": row,
        "form": AnswerForm(message=row, draft=begun.text if (begun := begun_by(request.user, row)) else ""),
        "thread": thread_of(row),
        "history": history([row, *(one.outgoing for one in row.answers.all() if one.outgoing)]),
        "labels": Message.Label.choices,
        "question": open_question_for(row, timezone.now()),
    }
    return render(request, "moderation/message.html", context)


def thread_of(row: Message) -> QuerySet[Message]:
    """What else was said in its thread, oldest first; of a long one the newest part."""
    newest = Message.objects.in_thread_of(row).exclude(id=row.id).order_by("-id").values("id")[:20]
    return Message.objects.filter(id__in=list(newest.values_list("id", flat=True))).listed().order_by("id")


@require_POST
@may(Permission.SORT)
def message_label(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Message.objects.visible_to(request.user, Permission.SORT).select_related("office", "account"), pk=pk
    )
    form = LabelForm(request.POST)
    if form.is_valid():
        triage.relabel(row, form.cleaned_data["label"], timezone.now(), request.user)
        row.refresh_from_db()
        undo = "" if row.case_id else reverse("message_undo_label", args=[pk])
        messages.success(request, where_it_went(row), extra_tags=undoable(undo))
    return back(request, "inbox")


def where_it_went(row: Message) -> str:
    """What a moderator reads after saying what a message is."""
    label = row.get_label_display().lower()
    went = {
        Message.State.CASE: _("Noted as %(label)s: it is in case %(case)s now."),
        Message.State.QUESTION: _("Noted as %(label)s: it waits for your answer."),
        Message.State.THANKS: _("Noted as %(label)s: a thank-you is proposed."),
        Message.State.DONE: _("Noted as %(label)s: nothing more to do."),
    }
    words = went.get(Message.State(row.state), _("Noted as %(label)s."))
    return words % {"label": label, "case": row.case.number if row.case else ""}


@require_POST
@may(Permission.SORT)
def message_case(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Message.objects.visible_to(request.user, Permission.SORT).select_related("office", "account"), pk=pk
    )
    return redirect("case", escalation.open_case(row, timezone.now(), request.user).pk)


@require_POST
@may(Permission.SORT)
def message_dismiss(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Message.objects.visible_to(request.user, Permission.SORT), pk=pk)
    done = triage.dismiss(row, timezone.now(), request.user)
    return said(request, done, _("Put away: nothing to do."), reverse("message_undo_dismiss", args=[pk]))


@require_POST
@may(Permission.MODERATE)
def message_moderate(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Hide a comment, let it stand, or call it spam."""
    row = get_object_or_404(
        Message.objects.visible_to(request.user, Permission.MODERATE).select_related("office", "account"), pk=pk
    )
    if kind not in moderating.OFFERED:
        raise Http404
    done = moderating.decide(row, Kind(kind), timezone.now(), request.user)
    return said(request, done, _("It is on its way to the platform."))


@require_POST
@may(Permission.ANSWER)
def answer_by_hand(request: DeskRequest, pk: int) -> HttpResponse:
    """The platform refused it from the desk; a person said it there."""
    rows = Answer.objects.visible_to(request.user, Permission.ANSWER).select_related("message", "outgoing", "case")
    done = moderating.said_by_hand(get_object_or_404(rows, pk=pk), timezone.now(), request.user)
    return said(request, done, _("Noted as answered."))


@require_POST
@may(Permission.ANSWER)
def thanks_send(request: DeskRequest, pk: int) -> HttpResponse:
    return _thanks(request, pk, reply.send_proposed, _("The thank-you is on its way."))


@require_POST
@may(Permission.ANSWER)
def thanks_stop(request: DeskRequest, pk: int) -> HttpResponse:
    return _thanks(request, pk, reply.stop, _("Stopped: the thank-you will not go out. The message waits for you."))


@require_POST
@may(Permission.ANSWER)
def thanks_decline(request: DeskRequest, pk: int) -> HttpResponse:
    return _thanks(request, pk, reply.decline, _("Not sent. Say what this message is instead."))


def _thanks(request: DeskRequest, pk: int, verb: Callable[..., bool], words: str) -> HttpResponse:
    mine = Answer.objects.visible_to(request.user, Permission.ANSWER).filter(kind=Answer.Kind.THANKS)
    row = get_object_or_404(mine.select_related("message", "outgoing"), pk=pk)
    done = verb(row, timezone.now(), request.user)
    if not done and Outgoing.objects.filter(answer=row).exclude(unwanted=None).exists():
        messages.warning(request, str(NOTED))
        return back(request, "inbox")
    return said(request, done, words)


def said(request: DeskRequest, done: bool, words: str, undo: str = "") -> HttpResponse:
    """Say honestly what became of a tap; `undo`: the address that takes it back."""
    if done:
        messages.success(request, words, extra_tags=undoable(undo))
    else:
        messages.warning(request, _("Too late: this was decided or sent in the meantime. Nothing was changed."))
    return back(request, "inbox")


@may(Permission.SORT)
def enter(request: DeskRequest) -> HttpResponse:
    """A message from any channel, typed in by a moderator."""
    start = {"written_at": timezone.localtime().replace(second=0, microsecond=0)}
    form = EnterForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid() and request.user.office is not None:
        row = triage.enter_by_hand(request.user.office, request.user, timezone.now(), **form.cleaned_data)
        row.refresh_from_db()
        messages.success(request, where_it_went(row))
        return redirect("case", row.case_id) if row.case_id else redirect("message", row.pk)
    return render(request, "moderation/enter.html", {"form": form})


@may(Permission.READ)
def outgoing(request: DeskRequest, pk: int) -> HttpResponse:
    """To the page on which this write stands: its post, its case or its message."""
    related = Outgoing.objects.visible_to(request.user).select_related("delivery", "answer", "consultation")
    row = get_object_or_404(related, pk=pk)
    if hasattr(row, "delivery"):
        return redirect("delivery", row.delivery.pk)
    if hasattr(row, "consultation"):
        return redirect(f"{reverse('case', args=[row.consultation.case_id])}#konsultasi")
    about = row.answer.message if hasattr(row, "answer") else moderating.message_of(row)
    if about is None:
        return redirect("today")
    return redirect("case", about.case_id) if about.case_id else redirect("message", about.pk)
