"""What the pages of this app show together: today's page joins all layers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from connectors.base import Kind
from connectors.models import Account, Outgoing, OutgoingQuerySet
from moderation.drafting import rules
from moderation.drafting.models import Draft
from moderation.models import Case, Message
from offices.models import Notice, Office, Officer, Pause
from offices.pauses import may_lift, over_office
from offices.roles import Permission
from scheduler.models import Delivery

SHOWN = 5
DECIDED = {
    permission: [kind.value for kind in Kind if Outgoing(kind=kind).permission is permission]
    for permission in (Permission.POSTS, Permission.ANSWER, Permission.MODERATE)
}
"""What deciding about which kinds of writes needs."""


@dataclass(frozen=True)
class Today:
    """One officer's day: what goes out next, what waits for a person, what is broken."""

    due: list[Delivery]
    drafts: list[Draft]
    """What this officer may approve."""
    waiting: list[Outgoing]
    waiting_count: int
    inbox: dict[str, int]
    cases: list[Case]
    case_count: int
    urgent_count: int
    red: list[Account]
    pauses: list[Pause]
    liftable: set[int]
    unchecked: list[Account]
    has_accounts: bool
    notices: list[Notice]

    @property
    def inbox_count(self) -> int:
        return sum(self.inbox.values())

    @property
    def nothing_waits(self) -> bool:
        return not (self.drafts or self.waiting_count or self.inbox_count or self.case_count or self.red)


def today(officer: Officer, at: datetime) -> Today:
    """A fixed number of queries, however much waits."""
    waiting = to_decide(officer)
    cases = Case.objects.visible_to(officer).open()
    accounts = list(Account.objects.visible_to(officer))
    states = Message.objects.received_by(officer).inbox().order_by().values_list("state").annotate(Count("id"))
    pauses = list(over_office(officer.office, at))
    soon = list(Delivery.objects.visible_to(officer).next_due(at).values_list("id", flat=True)[:SHOWN])
    urgency = dict(cases.order_by().values_list("urgent").annotate(Count("id")))
    return Today(
        due=list(Delivery.objects.listed().next_due(at).filter(id__in=soon)),
        drafts=to_approve(officer),
        waiting=list(waiting.select_related("account", "delivery__post", "answer__message").order_by("due_at")[:SHOWN]),
        waiting_count=waiting.count(),
        inbox=dict(states),
        cases=list(cases.listed().order_by(*Case.URGENT_FIRST)[:SHOWN]),
        case_count=sum(urgency.values()),
        urgent_count=urgency.get(True, 0),
        red=[one for one in accounts if one.state == Account.State.RED],
        pauses=pauses,
        liftable={one.pk for one in pauses if may_lift(one, officer)},
        unchecked=[one for one in accounts if one.state == Account.State.NEW],
        has_accounts=any(one.state != Account.State.OFF for one in accounts),
        notices=list(Notice.objects.open_for(officer)[: SHOWN * 2]),
    )


def to_decide(officer: Officer) -> OutgoingQuerySet:
    """What goes nowhere until somebody decides, of what this officer may decide about: the same as `Outgoing.may` says
    of each. Indexes: outgoing_of_office, outgoing_decider."""
    theirs = Q(pk=None)
    for permission, kinds in DECIDED.items():
        offices = Office.objects.visible_to(officer, permission)
        theirs |= Q(kind__in=kinds) & (Q(decider__in=offices) | Q(decider=None, office__in=offices))
    return Outgoing.objects.waiting_for_a_person().filter(theirs)


def to_approve(officer: Officer) -> list[Draft]:
    """The drafts that wait for this officer's word, the oldest first. Index: case_list, from the open cases on."""
    if not officer.may(Permission.APPROVE):
        return []
    submitted = Draft.objects.visible_to(officer, Permission.APPROVE).filter(
        state=Draft.State.SUBMITTED, case__state=Case.State.OPEN
    )
    rows = submitted.select_related("case__procedure", "case__office", "submitted_by").order_by("submitted_at")
    return [draft for draft in rows[: SHOWN * 4] if rules.may_approve(draft, officer)][: SHOWN * 2]
