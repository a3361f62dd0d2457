"""One page over all centres: what is late, open or broken in each, the worst first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from connectors.models import Account, Outgoing
from moderation.models import Case, Message
from offices.models import Office, Officer

NONE = (0, 0, 0)


@dataclass(frozen=True)
class Centre:
    """An office as the city sees it now."""

    office: Office
    open: int
    late: int
    urgent: int
    waiting: int
    red: int
    asks: int
    last_post: datetime | None

    @property
    def needs_help(self) -> bool:
        return bool(self.urgent or self.late or self.red)

    @property
    def weight(self) -> tuple[int, ...]:
        """The worst first: danger, then what is late, then what is broken, then what waits."""
        return (-self.urgent, -self.late, -self.red, -self.asks, -self.waiting, -self.open)


def centres(officer: Officer, at: datetime) -> list[Centre]:
    """Six queries, however many centres. Indexes: case_list, message_inbox, outgoing_of_office."""
    posts = Outgoing.objects.filter(office=OuterRef("pk"), state=Outgoing.State.SENT, delivery__isnull=False)
    offices = Office.objects.visible_to(officer).annotate(
        last_post=Subquery(posts.order_by("-due_at").values("sent_at")[:1])
    )
    # what was handed over waits with who works on it
    cases = Case.objects.visible_to(officer).open().order_by().annotate(working=Coalesce("handler", "office"))
    late, urgent = Count("id", filter=Q(due_at__lt=at)), Count("id", filter=Q(urgent=True))
    numbers = cases.values_list("working").annotate(n=Count("id"), n_late=late, n_urgent=urgent)
    of_cases = {office: rest for office, *rest in numbers}
    waiting = by_office(Message.objects.visible_to(officer).inbox())
    red = by_office(Account.objects.visible_to(officer).filter(state=Account.State.RED))
    asks = by_office(Outgoing.objects.visible_to(officer).waiting_for_a_person())
    made = [
        Centre(
            office=office,
            open=of_cases.get(office.pk, NONE)[0],
            late=of_cases.get(office.pk, NONE)[1],
            urgent=of_cases.get(office.pk, NONE)[2],
            waiting=waiting.get(office.pk, 0),
            red=red.get(office.pk, 0),
            asks=asks.get(office.pk, 0),
            last_post=getattr(office, "last_post", None),
        )
        for office in offices
    ]
    return sorted(made, key=lambda one: (*one.weight, one.office.name))


def by_office(rows: QuerySet[Case] | QuerySet[Message] | QuerySet[Account] | QuerySet[Outgoing]) -> dict[int, int]:
    return dict(rows.order_by().values_list("office").annotate(Count("id")))
