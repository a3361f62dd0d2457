"""The office's hours and days off. Here and not with the office: whoever changes them moves running clocks."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.steps.moving import calendar_changes
from offices.hours import changing
from offices.hours.calendar import Week, weeks_of
from offices.hours.forms import DayForm, PresetForm, WeekForm
from offices.hours.models import DayOff
from offices.hours.showing import preset_of, units_of, week_texts, years_of
from offices.models import Office, Unit
from offices.national_days import SOURCE
from offices.requests import DeskRequest
from offices.roles import Permission, may


@may(Permission.READ)
def hours(request: DeskRequest) -> HttpResponse:
    return _page(request, _own(request))


@may(Permission.READ, post=Permission.OFFICE)
def hours_week(request: DeskRequest, unit: int | None = None) -> HttpResponse:
    """A week of one's own, day by day; of the office or of a unit."""
    office = _own(request)
    row = get_object_or_404(office.units, pk=unit) if unit is not None else None
    weeks = weeks_of(office)
    week = weeks.get(row.pk, weeks[None]) if row else weeks[None]
    form = WeekForm(request.POST or None, week=week)
    if request.method == "POST" and form.is_valid():
        return _set_week(request, office, row, form.week)
    return render(request, "moderation/hours_week.html", {"own": office, "unit": row, "form": form})


@require_POST
@may(Permission.OFFICE)
def hours_preset(request: DeskRequest, unit: int | None = None) -> HttpResponse:
    """One tap: five days, six days, always, or as usual."""
    office, form = _own(request), PresetForm(request.POST)
    row = get_object_or_404(office.units, pk=unit) if unit is not None else None
    return _set_week(request, office, row, form.week) if form.is_valid() else redirect("hours")


@require_POST
@may(Permission.OFFICE)
def day_add(request: DeskRequest) -> HttpResponse:
    office, at = _own(request), timezone.now()
    form = DayForm(request.POST, office=office, today=timezone.localdate(at, office.zone))
    if not form.is_valid():
        return _page(request, office, form)
    say = changing.work_on if form.cleaned_data["works"] else changing.add_day
    with calendar_changes(office, at, request.user):
        done = say(office, form.cleaned_data["day"], form.cleaned_data["name"], at, request.user)
    return _said(request, done, _("Saved. Running limits were moved by it."))


@require_POST
@may(Permission.OFFICE)
def day_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """As the calendar says again."""
    rows = DayOff.objects.visible_to(request.user, Permission.OFFICE).filter(office=request.user.office)
    row, at = get_object_or_404(rows.select_related("office"), pk=pk), timezone.now()
    with calendar_changes(row.office, at, request.user):
        done = changing.take_out(row, at, request.user)
    return _said(request, done, _("Taken out: the day is as the calendar says again."))


def _set_week(request: DeskRequest, office: Office, unit: Unit | None, week: Week | None) -> HttpResponse:
    at = timezone.now()
    with calendar_changes(office, at, request.user):
        done = changing.set_week(office, unit, week, at, request.user)
    return _said(request, done, _("Saved. Running limits were moved by it."))


def _page(request: DeskRequest, office: Office, form: DayForm | None = None) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at, office.zone)
    week = weeks_of(office)[None]
    context = {
        "own": office,
        "week": list(zip(WEEKDAYS.values(), week_texts(week), strict=True)),
        "preset": preset_of(week),
        "units": units_of(office),
        "years": years_of(office, at),
        "source": SOURCE,
        "form": form or DayForm(office=office, today=today, initial={"day": today + timedelta(days=1)}),
    }
    return render(request, "moderation/hours.html", context, status=422 if form and form.errors else 200)


def _own(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office


def _said(request: DeskRequest, done: bool, words: str) -> HttpResponse:
    say: Callable[..., None] = messages.success if done else messages.info
    say(request, words if done else _("It is so already: nothing was changed."))
    return redirect("hours")
