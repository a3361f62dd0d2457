"""Who lives with the desk during a run: citizens, a moderator, the nemesis; and what is looked at in the end."""

import contextlib
import random
import signal
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from connectors import lane, outgoing
from connectors.base import Kind
from connectors.models import Account, Outgoing
from moderation import reply
from moderation.models import Answer, Case, Evidence, Message
from moderation.records.checking import go_through
from offices.models import Event, Notice, Office, Officer, subject_of
from scheduler import publish
from scheduler.models import Delivery
from tests.chaos import clerk
from tests.chaos.checker import Desk, Write, check
from tests.chaos.clerk import Clerk
from tests.chaos.plan import LEASE_S, SLOWNESS, Act
from tests.chaos.stage import Server, Stage

if TYPE_CHECKING:
    from redis import Redis

State = Outgoing.State
PATIENCE_S = 60.0 * SLOWNESS
AFTER_BROKER_S = 15.0
UNREADY = (DatabaseError, requests.RequestException)
"""What a person meets while servers are down: they try again."""


class People:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plan = stage.plan
        self.dice = random.Random(self.plan.seed + 1)
        self.began = 0.0
        self.wrong: list[str] = []
        self.done: list[str] = []
        self.undo: list[tuple[float, Callable[[], None]]] = []
        self.ended_at = 0.0
        self.recovered_s: float | None = None
        self.start_took_s = 0.0
        self.clerk = Clerk(self.dice)

    # --- the stage before

    def open_office(self) -> None:
        thanks = Office.Thanks.ON
        self.office = Office.objects.create(name="Puskesmas Uji", slug="uji", thanks=thanks)
        self.officer = Officer.objects.create_user(clerk.NAME, password=clerk.PASSWORD, office=self.office)
        for handle in self.plan.accounts:
            secrets: Any = {"password": "kata-sandi-uji"}
            now = timezone.now()
            Account.objects.create(
                office=self.office, platform="instagram", handle=handle, secrets=secrets, check_wanted_at=now
            )

    def connected(self) -> bool:
        return not Account.objects.exclude(state=Account.State.GREEN).exists()

    def wait(
        self, what: str, seen: Callable[[], bool], patience_s: float, anew: Callable[[], float] | None = None
    ) -> bool:
        """`anew`: when (seconds since 1970) something happened from which the patience is counted once more."""
        began = time.time()
        while time.time() < max(began, anew() if anew else began) + patience_s:
            with contextlib.suppress(*UNREADY):
                close_old_connections()
                if seen():
                    return True
            time.sleep(0.1)
        self.wrong.append(f"not within {patience_s:.1f} s: {what}")
        return False

    # --- the run

    def live_through(self) -> dict[str, Any]:
        self.began = time.monotonic()
        citizens = sorted(self.plan.citizens, key=lambda one: one.after_s)
        timed = sorted((act for act in self.plan.acts if not act.at), key=lambda act: act.after_s)
        while citizens or timed or self.undo or self.now() < 6.5 or not self.stage.all_awake():
            self.undo_what_is_over()
            with contextlib.suppress(*UNREADY):
                close_old_connections()
                if timed and timed[0].after_s <= self.now():
                    self.act(timed[0])
                    timed.pop(0)
                if citizens and citizens[0].after_s <= self.now() and self.speak(citizens[0]):
                    citizens.pop(0)
                self.moderate()
            if self.now() > 90 * SLOWNESS:
                self.wrong.append("the run itself did not come to its end")
                break
            time.sleep(0.15)
        self.come_back()
        return self.look()

    def now(self) -> float:
        return time.monotonic() - self.began

    def ask(self, path: str, **data: Any) -> Any:
        address = f"{self.stage.environment['TANGGAP_SANDBOX']}/_sandbox/{path}"
        answer = requests.post(address, json=data, timeout=6) if data else requests.get(address, timeout=6)
        answer.raise_for_status()
        return answer.json()

    def speak(self, said: Any) -> bool:
        """Under a post, once one stands there; by direct message at once. What was refused is tried once more."""
        handle = self.plan.accounts[said.account]
        about = {"platform": "instagram", "account": handle, "author": said.author, "text": said.text}
        if said.kind == "dm":
            self.ask("dm", **about)
            return True
        posts = [post["id"] for post in self.ask("posts") if post["account"] == handle]
        if not posts:
            return self.now() > 20
        self.ask("comment", **about, post=self.dice.choice(posts))
        return True

    def moderate(self) -> None:
        """Answers cases, now and then edits or withdraws a post, and helps accounts that turned red."""
        for case in Case.objects.filter(state=Case.State.OPEN, answers=None)[:1]:
            message = Message.objects.filter(case=case).order_by("id").first()
            if message is not None and message.account is not None:
                text = f"Terima kasih, kami periksa ({case.pk})"
                if self.plan.by_console:
                    self.clerk.answer(self.stage.console, case, text)
                else:
                    reply.answer(message, text, self.officer, uuid.uuid4(), timezone.now(), case)
        if self.dice.random() < 0.02:
            states = [State.QUEUED, *Outgoing.IN_DOUBT] if self.dice.random() < 0.5 else [State.QUEUED]
            rows = list(Delivery.objects.filter(outgoing__state__in=states).select_related("outgoing", "post__office"))
            if rows and len(states) == 1:
                row = self.dice.choice(rows)
                publish.edit(row, f"{row.outgoing.text} (baru)", row.outgoing.due_at, timezone.now(), self.officer)
            elif rows:
                row = self.dice.choice(rows)
                outgoing.withdraw(Outgoing.objects.filter(id=row.outgoing_id), timezone.now(), self.officer)
        for account in Account.objects.filter(state=Account.State.RED, check_wanted_at=None):
            lane.want_check(account, timezone.now())

    # --- the nemesis

    def act(self, act: Act) -> None:
        if act.do in ("kill", "freeze"):
            victim = self.dice.choice(self.stage.desk(*act.what))
            victim.signal(signal.SIGKILL if act.do == "kill" else signal.SIGSTOP)
        elif act.do == "fault":
            operation, fault = act.what
            self.ask("faults", platform="instagram", operation=operation, fault=fault)
        else:
            self.disturb(act)
        self.done.append(act.do if not act.what else f"{act.do} {' '.join(act.what)}")

    def disturb(self, act: Act) -> None:
        """What ends by itself after a while."""
        database, broker = self.stage.servers.get("postgres"), self.stage.servers.get("redis")
        platform, clock, disk = self.stage.children["platform"], self.file("clock"), self.file("disk-full")
        ways: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "freeze the platform": (lambda: platform.signal(signal.SIGSTOP), lambda: platform.signal(signal.SIGCONT)),
            "clock": (lambda: clock.write_text(act.what[0]), lambda: clock.write_text("0") if act.for_s else None),
            "disk full": (disk.touch, lambda: disk.unlink(missing_ok=True)),
            "cut connections": (self.cut_connections, lambda: None),
        }
        if database and broker:
            ways |= {
                "restart the database": (database.stop, database.start),
                "kill the database": (database.kill, database.start),
                "stop the broker": (broker.stop, broker.start),
                "restart the broker empty": (lambda: self.restart_broker_empty(broker, act.for_s), lambda: None),
                "wipe the broker": (self.wipe_broker, lambda: None),
            }
        begin, end = ways[act.do]
        begin()
        self.undo.append((self.now() + act.for_s, lambda: (end(), None)[1]))

    def undo_what_is_over(self) -> None:
        for one in [one for one in self.undo if one[0] <= self.now()]:
            self.undo.remove(one)
            one[1]()

    def file(self, name: str) -> Path:
        return self.stage.folder / name

    def cut_connections(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def broker(self) -> "Redis":
        from redis import Redis

        return Redis.from_url(self.stage.environment["TANGGAP_REDIS"])

    def wipe_broker(self) -> None:
        with self.broker() as client:
            client.flushall()

    def restart_broker_empty(self, server: Server, dead_s: float) -> None:
        """Killed, and started on the same port over nothing: a note that was left in it must be gone."""
        with self.broker() as client:
            client.set("chaos", "kept")
            server.kill()
            time.sleep(dead_s)
            server.start()
            if client.exists("chaos"):
                self.wrong.append("the broker came back with what it had held")

    # --- afterwards

    def come_back(self) -> None:
        """The nemesis is over: how long until a post that is due now goes out? Then until everything is settled."""
        # A worker that was started again loads its libraries and signs in anew. How long that takes here and now, with
        # other runs beside this one, was measured at this run's start.
        limit = AFTER_BROKER_S if self.plan.nemesis == "redis" else LEASE_S + 2 + max(6.0, 2 * self.start_took_s)
        if self.plan.nemesis not in ("faults", "clock"):
            began, over = time.time(), timezone.now()
            if self.wait("a probe is queued", self.queue_probe, 5 * SLOWNESS):
                due, out = "something that is due goes out", partial(self.went_out_since, over)
                self.wait(due, out, limit * SLOWNESS, anew=self.last_act_at)
                self.recovered_s = round(time.time() - max(began, self.last_act_at()), 1)
        self.wait("everything is settled", self.settled, PATIENCE_S)

    def last_act_at(self) -> float:
        """An act at a boundary may come as late as now: a picture is kept when its complaint was judged."""
        return max((one.stat().st_mtime for one in self.stage.folder.glob("fired-*")), default=0.0)

    def queue_probe(self) -> bool:
        done = Outgoing.objects.filter(payload__text="Kabar percobaan").exists()
        model = Outgoing.objects.filter(kind=Kind.PHOTO).first()
        if model is None or done:
            return done
        payload = {**model.payload, "text": "Kabar percobaan"}
        outgoing.queue(model.account, Kind.PHOTO, payload, timezone.now())
        return True

    def went_out_since(self, at: datetime) -> bool:
        return Outgoing.objects.filter(state=State.SENT, sent_at__gte=at).exists()

    def settled(self) -> bool:
        self.moderate()
        moving = Outgoing.objects.filter(state__in=[State.QUEUED, State.SENDING]) | Outgoing.objects.filter(
            state=State.UNKNOWN, asks=False
        )
        written = [one["id"] for one in self.ask("ledger") if self.is_citizens(one)]
        return not (
            moving.exists()
            or Message.objects.filter(state=Message.State.NEW).exists()
            or Evidence.objects.filter(state=Evidence.State.WANTED).exists()
            or set(written) - set(Message.objects.values_list("remote_id", flat=True))
            or len(self.plan.posts) > Delivery.objects.count()
        )

    def is_citizens(self, one: dict[str, Any]) -> bool:
        return bool(one["kind"] == "comment" or (one["kind"] == "dm" and one["author"] != one["account"]))

    def look(self) -> dict[str, Any]:
        ledger = self.ask("ledger")
        self.wrong += check(ledger, self.desk())
        by_boundary = [act for number, act in enumerate(self.plan.acts) if self.file(f"fired-{number}").exists()]
        return {
            "wrong": self.wrong,
            "did": self.done + [f"{act.do} {act.at}" for act in by_boundary],
            "recovered_s": self.recovered_s,
            "posts": sum(one["kind"] == "post" for one in ledger),
            "messages": sum(self.is_citizens(one) for one in ledger),
            "answers": Answer.objects.filter(outgoing__state=State.SENT).count(),
            "by_console": len(self.clerk.promised),
            "parked": Outgoing.objects.waiting_for_a_person().count(),
        }

    def desk(self) -> Desk:
        told = set(Notice.objects.exclude(data__outgoing_id=None).values_list("data__outgoing_id", flat=True))
        rows = Outgoing.objects.select_related("account")
        noted = list(Event.objects.filter(verb="outgoing.unwanted"))
        pictures = Evidence.objects.filter(kind=Evidence.Kind.RENDERING).exclude(state=Evidence.State.WANTED)
        on_disk = (one for one in pictures if not one.path or (settings.EVIDENCE_ROOT / one.path).is_file())
        return Desk(
            writes=[self.write(row, row.id in told, noted) for row in rows],
            messages=list(Message.objects.exclude(account=None).values_list("remote_id", flat=True)),
            unjudged=Message.objects.filter(state=Message.State.NEW).count(),
            cases=list(Case.objects.values_list("id", flat=True)),
            pictured={one.case_id for one in on_disk},
            promised=self.clerk.promised,
            unsound=tuple(
                f"case {case.pk}: {found.code} ({found.about})"
                for case in Case.objects.all()
                for found in go_through(case).findings
            ),
        )

    def write(self, row: Outgoing, told: bool, noted: list[Event]) -> Write:
        return Write(
            id=row.pk,
            account=row.account.handle,
            is_post=Kind(row.kind).is_post,
            text=row.text,
            to=row.payload.get("parent") or row.payload.get("thread") or row.payload.get("post", ""),
            state=row.state,
            asks=row.asks,
            remote_id=row.remote_id,
            due=row.due_at <= timezone.now() + timedelta(seconds=1),
            told=told or row.state == State.HELD,
            again=any(row.attempts > one.data["attempt"] for one in noted if one.subject == subject_of(row)),
            reason=row.reason,
        )
