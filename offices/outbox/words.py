"""What is said outside of the desk: what it is, the case's number, and where to look. Nothing of a citizen.

Words of its own, because the desk's pages may quote a message and a lock screen may not.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.models import Notice

WHAT = {
    "account_red": _("An account needs a person"),
    "account_silent": _("A platform has not answered for an hour"),
    "evidence_differs": _("Records of a case are not as they were recorded"),
    "praise_changed": _("A praise was changed after it was thanked for"),
    "step_begun": _("A stage is waiting for you"),
    "step_escalated": _("A case needs you: a stage is late"),
    "step_overdue": _("A stage is late"),
    "step_reminder": _("A stage is soon due"),
    "thanks_back": _("Thank-yous are only proposed again: one was wrong"),
    "calendar_asks": _("A calendar file asks you something"),
    "calendar_held": _("Posts are held back and ask you"),
    "calendar_problems": _("Rows of a calendar file need to be put right"),
    "case_group": _("Many people write under one post"),
    "case_opened": _("New case"),
    "case_handed": _("A case was handed over to your office"),
    "case_back": _("A case was given back to your office"),
    "case_unsolved": _("Not solved, says a citizen"),
    "case_urgent": _("Somebody may be in danger: look at once"),
    "case_yours": _("A case about your programme"),
    "consultation_answered": _("Advice came in"),
    "consultation_tapped": _("A sign from the officer asked"),
    "consultation_failed": _("A question for advice did not arrive"),
    "consultation_needs_time": _("The officer asked needs time"),
    "consultation_next": _("No answer: the next in line was asked"),
    "consultation_pass": _("Somebody else is to be asked for advice"),
    "consultation_passed": _("The question for advice was passed on"),
    "consultation_silent": _("No answer to a question for advice"),
    "draft_approved": _("A draft was approved: send it"),
    "draft_returned": _("A draft was returned"),
    "draft_waits": _("A draft waits for your approval"),
    "evidence_impossible": _("A case has no screenshot"),
    "evidence_unwritable": _("The disk takes no screenshots"),
    "media_unreachable": _("Posts with pictures cannot go out"),
    "outgoing_failed": _("A platform refused something of ours"),
    "outgoing_late": _("Something is late and waits for your word"),
    "outgoing_unknown": _("Has this gone out? The desk cannot tell"),
    "outgoing_vanished": _("Something of ours is no longer to be found"),
    "whatsapp_stranger": _("A number that is not registered wrote"),
    "window_closes": _("A platform soon takes no more answer to a direct message"),
}
SHOWN_MAX = 10
"""So many lines in one message; the rest is counted."""


def what(notice: Notice) -> str:
    """One line. An unknown kind still says that there is something."""
    words = str(WHAT.get(notice.kind, _("Something needs your attention")))
    number = notice.data.get("number")
    return f"{words}: {number}" if number and isinstance(number, str) else words


def message_of(notices: Sequence[Notice]) -> tuple[str, str]:
    """Title and text for all of them at once, in the desk's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        urgent = any(notice.urgent for notice in notices)
        lines = list(dict.fromkeys(f"{what(one)}\n{link(one)}" for one in notices))
        title = what(notices[0]) if len(lines) == 1 else gettext("%(n)d notices from the desk") % {"n": len(lines)}
        more = len(lines) - SHOWN_MAX
        rest = [gettext("… and %(n)d more: %(where)s") % {"n": more, "where": settings.PUBLIC_URL}] if more > 0 else []
        head = gettext("Urgent") + " · " if urgent else ""
        return f"{head}{title}", "\n".join([*lines[:SHOWN_MAX], *rest])


def link(notice: Notice) -> str:
    return f"{settings.PUBLIC_URL}{notice.address or '/'}"
