"""Automatic thanks are earned: how often the machine's proposals were right, pooled over all offices of this desk.

No error in n proposals means that, with 95% certainty, at most 3 in n are wrong (the "rule of three"); 600 in a row
prove 99.5%. One office would need years for that, so the count is pooled for one version of the vocabulary, with some
of the office's own. One error, and the count begins anew.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from moderation.judging.models import Trial
from moderation.judging.vocabulary import lexicon_of
from moderation.models import Answer
from offices.models import Event, Notice, Office, Officer

IN_A_ROW = 600
OF_ITS_OWN = 50


@dataclass(frozen=True)
class Standing:
    """How the proposals of one version of the vocabulary did."""

    version: str
    right: int
    wrong: int
    in_a_row: int
    """Right since the last error."""
    own_in_a_row: int

    @property
    def bound(self) -> float | None:
        """At most so many percent are wrong, with 95% certainty; None before anything is known."""
        return min(100.0, round(300 / self.in_a_row, 1)) if self.in_a_row else None

    @property
    def may_switch_on(self) -> bool:
        return self.in_a_row >= IN_A_ROW and self.own_in_a_row >= OF_ITS_OWN

    @property
    def missing(self) -> int:
        return max(0, IN_A_ROW - self.in_a_row)

    @property
    def own_missing(self) -> int:
        return max(0, OF_ITS_OWN - self.own_in_a_row)


def standing(office: Office) -> Standing:
    version = lexicon_of(office).version
    trials = Trial.objects.filter(version=version)
    counts = trials.order_by().aggregate(good=Count("id", filter=Q(right=True)), bad=Count("id", filter=Q(right=False)))
    last_error = trials.filter(right=False).order_by("-at", "-id").first()
    since = trials.filter(right=True)
    if last_error is not None:
        since = since.filter(Q(at__gt=last_error.at) | Q(at=last_error.at, id__gt=last_error.id))
    return Standing(version, counts["good"], counts["bad"], since.count(), since.filter(office=office).count())


def note(answer: Answer, right: bool, why: str, at: datetime) -> None:
    """What became of a proposal. A later error replaces "right": taken back, or relabelled."""
    if answer.kind != Answer.Kind.THANKS:
        return
    version = answer.message.lexicon_version
    Trial.objects.update_or_create(
        answer=answer,
        defaults={"office_id": answer.office_id, "version": version, "right": right, "why": why, "at": at},
    )


@transaction.atomic
def switch_on(office: Office, at: datetime, actor: Officer, reason: str = "") -> bool:
    """Leave thanks to the machine. Without the figures only with a `reason`, which is recorded. False: neither."""
    now = standing(office)
    if not now.may_switch_on and not reason.strip():
        return False
    Office.objects.filter(id=office.id).update(thanks=Office.Thanks.ON)
    about = {
        "forced": not now.may_switch_on,
        "reason": reason.strip(),
        "in_a_row": now.in_a_row,
        "version": now.version,
    }
    Event.write(office.id, "office.thanks_on", office, actor=actor, at=at, **about)
    return True


@transaction.atomic
def switch_back(office: Office, why: str, at: datetime | None = None, actor: Officer | None = None) -> bool:
    """To proposing only, and say so. False where it proposed only already."""
    if not Office.objects.filter(id=office.id, thanks=Office.Thanks.ON).update(thanks=Office.Thanks.PROPOSE):
        return False
    Event.write(office.id, "office.thanks_back", office, actor=actor, at=at or timezone.now(), why=why)
    Notice.give(office.id, "thanks_back", once=f"thanks_back:{office.id}", address="/ketepatan/", why=why)
    return True
