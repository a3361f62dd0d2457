"""Hours as people write them: "07.30-12.00, 13.00-16.00" for each weekday."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from offices.hours.calendar import PRESETS, Week
from offices.models import Office
from offices.working_time import DAY, Span

SPAN = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?\s*(?:[-–—]|s/?d\.?|sampai)\s*(\d{1,2})(?:[.:](\d{2}))?$", re.IGNORECASE)


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a day, in order; empty: closed. Raises ValidationError, saying which part is meant."""
    spans = [_span(part.strip()) for part in re.split(r"[,;]|\bdan\b", text) if part.strip()]
    spans.sort()
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValidationError(_("These hours overlap."))
    return tuple(spans)


def _span(part: str) -> Span:
    found = SPAN.match(part)
    hours = [int(group or 0) for group in found.groups()] if found else []
    if not hours or hours[0] > 23 or hours[2] > 24 or hours[1] > 59 or hours[3] > 59:
        raise ValidationError(_("“%(part)s” is not a time. Write for example 07.30-12.00."), params={"part": part})
    begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not begins < ends <= DAY:
        raise ValidationError(
            _("“%(part)s” ends before it begins. Past midnight, use two days."), params={"part": part}
        )
    return begins, ends


def spans_text(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{_clock(begins)}–{_clock(ends)}" for begins, ends in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}.{minute % 60:02}"


class WeekForm(forms.Form):
    """One field a weekday; empty: closed."""

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, spans in enumerate(week):
            self.fields[f"day{day}"] = forms.CharField(
                label=WEEKDAYS[day], required=False, max_length=100, initial=spans_text(spans)
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.week: Week = tuple(self._spans(day, cleaned.get(f"day{day}", "")) for day in range(7))
        if not self.errors and not any(self.week):
            raise ValidationError(_("At least one day needs hours; otherwise no limit would ever end."))
        return cleaned

    def _spans(self, day: int, text: str) -> tuple[Span, ...]:
        try:
            return spans_of(text)
        except ValidationError as error:
            self.add_error(f"day{day}", error)
            return ()


class PresetForm(forms.Form):
    """A usual week by one tap; "usual": what the kind of office has, and for a unit what its office has."""

    preset = forms.ChoiceField(choices=[(name, name) for name in (*PRESETS, "usual")])

    @property
    def week(self) -> Week | None:
        """Only where the form is valid."""
        return PRESETS.get(self.cleaned_data["preset"])


class DayForm(forms.Form):
    """A day off that an office adds, or a holiday on which it works."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Name of the day"), max_length=120)
    works = forms.BooleanField(label=_("We work on this day"), required=False)

    def __init__(self, *args: Any, office: Office, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.today = office, today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if abs(day.year - self.today.year) > 5:
            raise ValidationError(_("Please check the year."))
        if self.office.days_off.filter(day=day).exists():
            raise ValidationError(_("This day is in the list already: take it out there first."))
        return day
