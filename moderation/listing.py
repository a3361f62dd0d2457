"""What the pages of this app show together: today's page joins all layers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from connectors.models import Account, Outgoing
from moderation.models import Case, Message
from offices.models import Notice, Officer, Pause
from offices.pauses import may_lift, over_office
from scheduler.models import Delivery

SHOWN = 5


@dataclass(frozen=True)
class Today:
    """One officer's day: what goes out next, what waits for a person, what is broken."""

    due: list[Delivery]
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
        return not (self.waiting_count or self.inbox_count or self.case_count or self.red)


def today(officer: Officer, at: datetime) -> Today:
    """A fixed number of queries, however much waits."""
    waiting = Outgoing.objects.visible_to(officer).waiting_for_a_person()
    cases = Case.objects.visible_to(officer).open()
    accounts = list(Account.objects.visible_to(officer))
    states = Message.objects.received_by(officer).inbox().order_by().values_list("state").annotate(Count("id"))
    pauses = list(over_office(officer.office, at))
    urgency = dict(cases.order_by().values_list("urgent").annotate(Count("id")))
    return Today(
        due=list(Delivery.objects.visible_to(officer).listed().next_due(at)[:SHOWN]),
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
        has_accounts=bool(accounts),
        notices=list(Notice.objects.open_for(officer)[: SHOWN * 2]),
    )
