"""THE table of indicators: what each counts, of what, and the target that an office starts with. Pure.

A thing is counted in the month in which it was **decided**, and stays there: an answer in time counts when it goes
out, one too late counts when its time runs out (whether it comes later or never). So last March does not change today,
and what nobody answers is not left out.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOST_AFTER_DAYS = 30
"""A case or message that so long nobody answered, closed or put away is counted as lost."""


class What(StrEnum):
    """What is counted. The first part becomes an indicator, the rest stands beside."""

    IN_TIME = "in_time"
    LATE = "late"
    STAGE_IN_TIME = "stage_in_time"
    STAGE_LATE = "stage_late"
    ANSWERED = "answered"
    """With the working minutes that it took."""
    HANDLED = "handled"
    UNHANDLED = "unhandled"
    """A stock: complaints that wait for their tindak lanjut at the end of the month."""
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    LOST = "lost"
    POST_IN_TIME = "post_in_time"
    POST_LATE = "post_late"
    RECEIVED = "received"
    OPENED = "opened"
    THANKS = "thanks"
    """Thank-yous that the desk sent; apart from what people answered."""
    ANSWERS = "answers"


class Measure(StrEnum):
    SHARE = "share"
    """Per cent of the first among all of its kind; more is better."""
    MINUTES = "minutes"
    """Working minutes at a percentile; less is better."""
    NUMBER = "number"
    """Less is better."""


@dataclass(frozen=True)
class Indicator:
    key: str
    name: Promise
    help: Promise
    measure: Measure
    part: What
    rest: What | None
    target: int
    """Our proposal, until an office sets its own."""
    percentile: int = 0

    @property
    def more_is_better(self) -> bool:
        return self.measure is Measure.SHARE

    def achieved(self, realisation: float, target: float) -> float:
        """Percentage achieved (persentase capaian): realisation to target; where less is better, target to
        realisation; a target of zero is achieved wholly or not at all. Never over 100 where less is better."""
        if self.more_is_better:
            return 100 * realisation / target if target else 100.0
        if realisation <= target:
            return 100.0
        return 100 * target / realisation


INDICATORS = (
    Indicator(
        "in_time",
        _("Answered in time"),
        _("Of the cases whose answer went out or fell due in this period: those answered within the procedure's time."),
        Measure.SHARE,
        What.IN_TIME,
        What.LATE,
        90,
    ),
    Indicator(
        "stages",
        _("Stages in time"),
        _("Of all stages that ended or fell due. Stages that one reply ended together count once."),
        Measure.SHARE,
        What.STAGE_IN_TIME,
        What.STAGE_LATE,
        90,
    ),
    Indicator(
        "median",
        _("Answering time, median"),
        _("Half of the cases were answered within this working time."),
        Measure.MINUTES,
        What.ANSWERED,
        None,
        900,
        percentile=50,
    ),
    Indicator(
        "p90",
        _("Answering time, nine in ten"),
        _("Nine in ten cases were answered within this working time."),
        Measure.MINUTES,
        What.ANSWERED,
        None,
        2250,
        percentile=90,
    ),
    Indicator(
        "handled",
        _("Complaints handled (tindak lanjut)"),
        _("Of the complaints whose follow-up was noted in this period, or was still missing at its end."),
        Measure.SHARE,
        What.HANDLED,
        What.UNHANDLED,
        90,
    ),
    Indicator(
        "satisfied",
        _("Citizens say: solved"),
        _("Of the citizens who answered whether their matter was solved."),
        Measure.SHARE,
        What.SOLVED,
        What.UNSOLVED,
        80,
    ),
    Indicator(
        "lost",
        _("Left lying for 30 days"),
        _("Cases and messages that nobody answered, closed or put away for 30 days."),
        Measure.NUMBER,
        What.LOST,
        None,
        0,
    ),
    Indicator(
        "posts",
        _("Posts published on time"),
        _("Of the posts that went out or missed their time."),
        Measure.SHARE,
        What.POST_IN_TIME,
        What.POST_LATE,
        95,
    ),
)
BY_KEY = {one.key: one for one in INDICATORS}
