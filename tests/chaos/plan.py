"""What happens in one run, drawn from its seed alone: a calendar, citizens, and what goes wrong when. Pure."""

import os
import random
from dataclasses import dataclass, field

SLOWNESS = float(os.environ.get("CHAOS_SLOWNESS", "1"))
"""So many times slower than a quiet machine may this one be, before what takes long is called wrong."""
LEASE_S = 3.0
LAG_S = 2.0
LATE_LIST_S = 1.0
SPACING_S = 0.2

CLASSES: dict[str, int] = {
    "kill": 38,
    "freeze": 24,
    "faults": 18,
    "disk": 4,
    "clock": 4,
    "many": 4,
    "postgres": 4,
    "redis": 4,
}
"""Of a hundred seeds so many are of each class; those with servers of their own take longest."""
SERVERS = ("many", "postgres", "redis")
BY_CONSOLE = 0.4
"""In so many runs of each class the officer answers cases on the console's own pages, which can die as well."""

SENDING = ("before claim", "after claim", "before the call", "mid-upload", "remembered", "accepted", "recorded")
ELSEWHERE = ("queueing", "before storing", "storing", "stored", "judging", "picture on disk")
IN_TRANSACTIONS = ("queueing", "storing", "judging")
ANSWERING = ("before answering", "answering", "answered")
"""While the console takes an answer's POST: read, within its transaction, kept and not yet said so."""
CAN_FREEZE = tuple(sorted({*SENDING, *ELSEWHERE} - {"remembered", *IN_TRANSACTIONS}))
"""All but two kinds: in a transaction a frozen process holds SQLite's one write lock; and between the last question and
the request itself is the risk that remains (docs/decisions/0004-exactly-once.md)."""

FAULTS = (
    *("429", "500-before", "drop-before", "login-required"),
    *("challenge", "quota", "token-revoked", "permission-missing"),
)
FAULTS_AFTER = ("500-after", "timeout-after", "drop-after", "eventually")
OPERATIONS = ("publish", "publish", "publish", "upload", "reply", "reply", "dm", "fetch", "login")

PRAISE = (
    "Terima kasih, pelayanannya ramah sekali",
    "Mantap, petugasnya ramah dan sopan",
    "Pelayanan bagus, terima kasih",
)
COMPLAINT = ("Antre dari jam 6 pagi belum dipanggil", "Petugas loket marah-marah", "Toiletnya kotor dan bau sekali")


@dataclass(frozen=True)
class Planned:
    """One row of the calendar; `after_s` from the start."""

    key: str
    account: int
    after_s: float
    caption: str


@dataclass(frozen=True)
class Said:
    after_s: float
    kind: str
    account: int
    author: str
    text: str


@dataclass(frozen=True)
class Act:
    """At the nth time that a worker comes by a boundary (`at`), or after some seconds where it names none. Then `what`
    may name the process that it hits; else it is any of the desk's."""

    do: str
    at: str = ""
    nth: int = 1
    after_s: float = 0.0
    for_s: float = 0.0
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    seed: int
    nemesis: str
    accounts: tuple[str, ...]
    posts: tuple[Planned, ...]
    citizens: tuple[Said, ...]
    acts: tuple[Act, ...] = field(default=())
    by_console: bool = False

    @property
    def on_servers(self) -> bool:
        return self.nemesis in SERVERS


def class_of(seed: int) -> str:
    """Spread so that any stretch of seeds has something of each."""
    place = (seed * 37) % sum(CLASSES.values())
    for name, share in CLASSES.items():
        if place < share:
            return name
        place -= share
    raise AssertionError


def plan(seed: int, nemesis: str = "") -> Plan:
    dice = random.Random(seed)
    nemesis = nemesis or class_of(seed)
    accounts = tuple(f"pkm.uji{number}" for number in range(dice.choice((1, 2))))
    posts = tuple(
        Planned(f"K-{number}", dice.randrange(len(accounts)), dice.uniform(0.0, 4.0), f"Kabar {seed}-{number}")
        for number in range(dice.randint(4, 8))
    )
    citizens = tuple(said(dice, number, len(accounts)) for number in range(dice.randint(4, 9)))
    acts = ACTS[nemesis](dice)
    by_console = dice.random() < BY_CONSOLE
    acts += at_console(dice, nemesis) if by_console else []
    return Plan(seed, nemesis, accounts, posts, citizens, tuple(acts), by_console)


def at_console(dice: random.Random, nemesis: str) -> list[Act]:
    """The console dies in the middle of an answer, or stands still so long that its officer tries once more."""
    nth = dice.randint(1, 2)
    if nemesis == "freeze" or (nemesis == "many" and dice.random() < 0.5):
        return [Act("freeze", dice.choice(("before answering", "answered")), nth, for_s=LEASE_S + LAG_S + 3)]
    return [Act("kill", dice.choice(ANSWERING), nth)] if nemesis in ("kill", "many", "postgres") else []


def said(dice: random.Random, number: int, accounts: int) -> Said:
    words = dice.choice(PRAISE if dice.random() < 0.5 else COMPLAINT)
    kind = "dm" if dice.random() < 0.25 else "comment"
    return Said(dice.uniform(1.0, 6.0), kind, dice.randrange(accounts), f"warga{number}", f"{words} {number}")


def kills(dice: random.Random) -> list[Act]:
    acts = [Act("kill", dice.choice(SENDING), dice.randint(1, 3)) for _ in range(dice.randint(1, 2))]
    if dice.random() < 0.5:
        acts.append(Act("kill", dice.choice(ELSEWHERE), dice.randint(1, 2)))
    if dice.random() < 0.3:
        acts.append(Act("kill", after_s=dice.uniform(1.0, 6.0)))
    return acts


def freezes(dice: random.Random) -> list[Act]:
    """Longer than the lease and all that another needs to read back and send again; or just a hiccup."""
    lengths = (LEASE_S + LAG_S + 3, LEASE_S + LAG_S + 3, 1.0)
    acts = [Act("freeze", dice.choice(CAN_FREEZE), dice.randint(1, 3), for_s=dice.choice(lengths))]
    if dice.random() < 0.4:
        acts.append(Act("freeze", after_s=dice.uniform(2.0, 5.0), for_s=dice.choice(lengths)))
    if dice.random() < 0.3:
        acts.append(Act("kill", dice.choice(SENDING), dice.randint(1, 3)))
    return acts


def timetable(dice: random.Random) -> list[Act]:
    """What wakes everything dies, or stands still."""
    do, at_s = dice.choice(("kill", "freeze")), dice.uniform(1.0, 5.0)
    return [Act(do, after_s=at_s, for_s=LEASE_S + LAG_S if do == "freeze" else 0.0, what=("timetable",))]


def faults(dice: random.Random) -> list[Act]:
    acts = []
    for _ in range(dice.randint(3, 6)):
        fault = dice.choice(FAULTS if dice.random() < 0.35 else FAULTS_AFTER)
        operation = dice.choice(OPERATIONS)
        acts.append(Act("fault", after_s=dice.uniform(0.0, 4.0), what=(operation, fault)))
    if dice.random() < 0.3:
        acts.append(Act("freeze the platform", after_s=dice.uniform(1.0, 4.0), for_s=4.0))
    return acts


def disk(dice: random.Random) -> list[Act]:
    return [Act("disk full", after_s=dice.uniform(0.0, 3.0), for_s=dice.uniform(1.0, 3.0)) for _ in range(2)]


def clock(dice: random.Random) -> list[Act]:
    jump = dice.choice((-8.0, 8.0, 15.0, 7200.0))
    back = dice.uniform(1.0, 2.0) if jump < 1000 else 0.0
    return [Act("clock", after_s=dice.uniform(0.5, 3.0), for_s=back, what=(str(jump),))]


def database(dice: random.Random) -> list[Act]:
    do = dice.choice(("restart the database", "cut connections", "kill the database"))
    return [Act(do, after_s=dice.uniform(1.0, 4.0), for_s=dice.uniform(0.5, 3.0)), *kills(dice)[:1]]


def broker(dice: random.Random) -> list[Act]:
    """Dead for a moment and back without anything that it held; then gone for long, or emptied while it runs."""
    then = dice.choice(("stop the broker", "wipe the broker"))
    return [
        Act("restart the broker empty", after_s=dice.uniform(1.0, 3.0), for_s=dice.uniform(0.0, 1.0)),
        Act(then, after_s=dice.uniform(4.5, 6.0), for_s=20.0 if then == "stop the broker" else 0.0),
    ]


ACTS = {
    "kill": kills,
    "freeze": freezes,
    "faults": faults,
    "disk": disk,
    "clock": clock,
    "many": lambda dice: kills(dice) + freezes(dice) + timetable(dice),
    "postgres": database,
    "redis": broker,
}
