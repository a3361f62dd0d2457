"""The page of topics: who owns them, by which words they are known; new ones, and retired ones."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.judging import topics as verbs
from moderation.judging.forms import TopicForm
from moderation.judging.models import Topic
from moderation.judging.views import own_office
from moderation.sentiment.lexicon import default_lexicon
from offices.models import Office
from offices.requests import DeskRequest
from offices.roles import Permission, may


def shipped_words() -> dict[str, list[str]]:
    """By slug: the words that ship with the desk."""
    found: dict[str, list[str]] = {}
    for terms in default_lexicon().topics.values():
        for term in terms:
            for role in term.roles:
                found.setdefault(role.removeprefix("topic."), []).append(" ".join(term.words))
    return {slug: sorted(words) for slug, words in found.items()}


def page(
    request: DeskRequest, office: Office, status: int, adding: TopicForm, changed: TopicForm | None
) -> HttpResponse:
    rows, own, shipped = verbs.topics_of(office), verbs.words_of(office), shipped_words()
    for row in rows:
        start = {"words": ", ".join(own.get(row.slug, []))}
        form = TopicForm(instance=row, office=office, initial=start, prefix=f"topic-{row.pk}")
        row.form = changed if changed and changed.instance.pk == row.pk else form  # type: ignore[attr-defined]
        row.own = own.get(row.slug, [])  # type: ignore[attr-defined]
        row.shipped = shipped.get(row.slug, [])  # type: ignore[attr-defined]
    context = {
        "topics": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at],
        "form": adding,
        "may_change": request.user.may(Permission.OFFICE),
    }
    return render(request, "moderation/topics.html", context, status=status)


@may(Permission.READ, post=Permission.OFFICE)
def topics(request: DeskRequest) -> HttpResponse:
    office = own_office(request)
    verbs.topics_of(office)  # those that ship are there before another may take their name
    form = TopicForm(request.POST or None, office=office, prefix="new")
    if request.method == "POST":
        if not form.is_valid():
            return page(request, office, 422, form, None)
        given = form.cleaned_data
        verbs.add(office, given["name"], given["owner"], given["words"], request.user, timezone.now())
        messages.success(request, _("Added. It holds from the next message on."))
        return redirect("topics")
    return page(request, office, 200, form, None)


@require_POST
@may(Permission.OFFICE)
def topic(request: DeskRequest, pk: int) -> HttpResponse:
    office = own_office(request)
    row = get_object_or_404(Topic.objects.filter(office=office).select_related("office"), pk=pk)
    form = TopicForm(request.POST, instance=row, office=office, prefix=f"topic-{row.pk}")
    if not form.is_valid():
        return page(request, office, 422, TopicForm(office=office, prefix="new"), form)
    given = form.cleaned_data
    verbs.edit(row, given["name"], given["owner"], given["words"], request.user, timezone.now())
    messages.success(request, _("Saved."))
    return redirect("topics")


@require_POST
@may(Permission.OFFICE)
def topic_retire(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Topic.objects.filter(office=own_office(request)).select_related("office"), pk=pk)
    if verbs.retire(row, request.user, timezone.now()):
        messages.success(request, _("Retired: no new message gets it. Its cases keep it."))
    return redirect("topics")


@require_POST
@may(Permission.OFFICE)
def topic_back(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Topic.objects.filter(office=own_office(request)).select_related("office"), pk=pk)
    if verbs.bring_back(row, request.user, timezone.now()):
        messages.success(request, _("In use again."))
    return redirect("topics")
