"""Faults waiting to happen: the next calls of an operation are made to fail, in the order they were asked for."""

import threading
from dataclasses import asdict, dataclass

OPERATIONS = ("publish", "upload", "reply", "dm", "fetch", "login", "delete", "approve", "any")
ALIASES = {"post": "publish", "comment": "reply"}

BEFORE = (
    "429",
    "500-before",
    "drop-before",
    "login-required",
    "challenge",
    "quota",
    "token-revoked",
    "permission-missing",
)
AFTER = ("500-after", "timeout-after", "drop-after", "eventually")
"""Before: nothing was done. After: the write was accepted, and the caller does not learn it; `eventually`: they learn
it, but lists show what was written only after some seconds."""
FAULTS = BEFORE + AFTER


@dataclass(slots=True)
class Fault:
    platform: str
    operation: str
    fault: str
    times: int


class Faults:
    """The queue of them, safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, platform: str, operation: str, fault: str, times: int) -> None:
        with self._lock:
            self._waiting.append(Fault(platform, ALIASES.get(operation, operation), fault, times))

    def take(self, platform: str, operation: str) -> str:
        """The fault that hits this call, counted off; empty where none does."""
        with self._lock:
            for fault in self._waiting:
                if operation and fault.platform == platform and fault.operation in (operation, "any"):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault.fault
        return ""

    def pending(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
