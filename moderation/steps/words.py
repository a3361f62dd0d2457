"""Limits, working time and roles in the reader's language."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.procedure import Output
from offices.roles import Role
from offices.working_time import Duration


def limit_words(limit: Duration | None) -> str:
    """ "15 menit", "2 jam kerja", "1 hari kerja"."""
    if limit is None:
        return _("no limit")
    n = limit.amount
    return {
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", n),
        "hours": ngettext("%(n)s working hour", "%(n)s working hours", n),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", n),
        "calendar_days": ngettext("%(n)s calendar day", "%(n)s calendar days", n),
    }[limit.unit] % {"n": n}


def time_words(time: timedelta) -> str:
    """Working time, without its sign: "7 jam 30 menit", "12 menit". A day has no fixed length, so none is named."""
    minutes = int(abs(time.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    said = []
    if hours:
        said.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        said.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(said)


def role_words(role: str) -> str:
    return str(Role(role).label)


def output_words(output: str) -> str:
    """What ended (or ends) a stage."""
    return {
        Output.RECEIVED: _("message received"),
        Output.SCREENSHOT: _("screenshot taken"),
        Output.CONSULTED: _("question sent to an officer"),
        Output.PASSED_ON: _("passed on to whose topic it is"),
        Output.DRAFT: _("draft of an answer"),
        Output.APPROVED: _("draft approved"),
        Output.ANSWERED: _("answer sent"),
        Output.HANDLED: _("follow-up noted (tindak lanjut)"),
    }[Output(output)]
