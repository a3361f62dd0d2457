"""The console's pages over very many messages, as the officer of a city sees them: everything of all its centres."""

import time
from collections.abc import Iterator
from typing import Any

from tests.bench.incoming import texts
from tests.bench.stage import Stage, empty, multiply, percentile, settle

LOOKS = 60
"""The 95th percentile of twenty would be the slowest of them: one stall of the machine."""


def console(stage: Stage) -> Iterator[tuple[str, float]]:
    from django.conf import settings

    number = stage.size(100_000, 1_000_000)
    empty(stage)
    settings.ALLOWED_HOSTS.append("testserver")
    client, addresses = signed_in(fill(number))
    settle()
    slowest = {address: p95_ms(client, address) for address in addresses}
    worst = max(slowest, key=lambda address: slowest[address])
    (stage.folder / "pages").write_text("\n".join(f"{ms:8.1f} ms  {page}" for page, ms in slowest.items()))
    print("\n".join(f"    {ms:8.1f} ms  {page}" for page, ms in sorted(slowest.items(), key=lambda one: -one[1])))  # noqa: T201
    yield "page_p95_ms", slowest[worst]


def p95_ms(client: Any, address: str) -> float:
    """The first look is not counted: it compiles the template."""
    times = []
    for look in range(LOOKS + 1):
        began = time.perf_counter()
        answer = client.get(address)
        if answer.streaming:
            answer.getvalue()
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        times += [(time.perf_counter() - began) * 1000] if look else []
    return percentile(times, 0.95)


def fill(number: int) -> Any:
    """A busy centre below a city: of its messages two in a hundred wait, one in a hundred is in one of its cases. Its
    year of posts and Events, too. The city's officer."""
    from offices.models import Event, Office, Officer
    from tests.desk import fill as fill_desk
    from tests.desk import make_desk

    desk = make_desk()
    city = Office.objects.create(name="Dinas Kesehatan", slug="dinas", kind=Office.Kind.CITY)
    Office.objects.filter(id=desk.office.id).update(parent=city)
    fill_desk(desk)
    fill_messages(desk, number)
    fill_posts(desk, number // 20)
    event = Event.objects.filter(office=desk.office).earliest("id")
    multiply(event, number, at="now() - g * interval '30 seconds'", subject="'message:' || g")
    officer: Officer = Officer.objects.create_user("kota", password="kopi-tubruk-pagi", office=city, role="pengelola")
    return officer


def fill_messages(desk: Any, number: int) -> None:
    from tests.desk import make_case, make_message

    words = texts()
    one = make_message(desk, "Terima kasih", "done", label="praise")
    listed = "ARRAY[" + ", ".join(quoted(text) for text in words) + "]"
    instead = {
        "remote_id": "'r' || g",
        "thread": "'t' || g / 3",
        "author_id": "'w' || g % 9000",
        "author_handle": "'warga' || g % 9000",
        "author_name": "'Warga ' || g % 9000",
        "post_remote_id": "'p' || g / 40",
        "text": f"({listed})[1 + g % {len(words)}] || ' ' || g",
        "written_at": "now() - g * interval '30 seconds'",
        "stored_at": "now() - g * interval '30 seconds'",
    }
    states = "(ARRAY['review', 'question', 'thanks'])[1 + g % 3]"
    multiply(one, number, **instead, state=f"CASE WHEN g % 50 = 0 THEN {states} ELSE 'done' END")
    case = make_case(desk, "Antre sejak subuh")
    open_or_not = "(ARRAY['open', 'closed', 'closed', 'closed'])[1 + g % 4]"
    multiply(case, number // 100, number="'2025-' || g", state=open_or_not)
    first = make_message(desk, "Antre sejak subuh", "case", case=case, label="complaint")
    multiply(first, number // 100, **{**instead, "remote_id": "'k' || g"}, case_id=f"{case.pk} + g")


def fill_posts(desk: Any, number: int) -> None:
    from connectors.models import Outgoing
    from scheduler.models import Delivery
    from tests.desk import make_delivery

    row = make_delivery(desk, "Imunisasi tiap Senin", state="sent", remote_id="sent-1")
    last = Outgoing.objects.latest("id").id
    past = "now() - g * interval '20 minutes'"
    state = "CASE WHEN g % 10 = 0 THEN 'queued' ELSE 'sent' END"
    due = f"CASE WHEN g % 10 = 0 THEN now() + g * interval '20 minutes' ELSE {past} END"
    multiply(
        row.outgoing,
        number,
        remote_id="'s' || g",
        nonce="gen_random_uuid()",
        state=state,
        due_at=due,
        late_at=due,
        sent_at=past,
    )
    multiply(row, number, row_key="'id:' || g", outgoing_id=f"{last} + g")
    assert Delivery.objects.count() > number


def quoted(text: str) -> str:
    """An SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def signed_in(officer: Any) -> tuple[Any, list[str]]:
    """Every page by its name, pages of single things, and the lists as people turn and search them."""
    from django.test import Client
    from django.urls import reverse

    from moderation.models import Case, Message
    from scheduler.models import Delivery
    from tests.console import LISTS

    client = Client()
    client.force_login(officer)
    turned = Message.objects.filter(state="review").latest("id").id - 5_000
    more = [
        f"{reverse('inbox')}?after={turned}",
        f"{reverse('inbox')}?q=antre",
        f"{reverse('inbox')}?q=tidakadayangbegini",
        f"{reverse('inbox')}?show=done",
        f"{reverse('inbox')}?show=done&q=Warga+77",
        f"{reverse('cases')}?q=antre",
        f"{reverse('cases')}?q=2025-77",
        f"{reverse('cases')}?show=all",
        f"{reverse('cases')}?show=all&q=tidakadayangbegini",
        f"{reverse('queue')}?show=sent",
        f"{reverse('queue')}?show=asks",
        reverse("message", args=[Message.objects.filter(case=None, state="review").latest("id").id]),
        reverse("case", args=[Case.objects.latest("id").id]),
        reverse("case", args=[Message.objects.exclude(case=None).earliest("case").case_id]),
        reverse("delivery", args=[Delivery.objects.latest("id").id]),
    ]
    return client, [*(reverse(name) for name in LISTS), *more]
