"""What a worker's thread keeps from one task to the next."""

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.db import connection, connections

from config.celery import app
from connectors.tasks import drop_old_webhooks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def between_tasks() -> None:
    """What Celery and our own receiver do around one."""
    celery = DjangoWorkerFixup(app)
    celery.on_task_prerun(drop_old_webhooks)
    task_prerun.send(drop_old_webhooks, task=drop_old_webhooks)
    celery.on_task_postrun(drop_old_webhooks)


def test_a_thread_keeps_its_connection_and_leaves_a_broken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    mine, closed = connections[connection.alias], []
    monkeypatch.setattr(mine, "close_at", None)  # however old the tests before it have made it
    monkeypatch.setattr(mine, "close", lambda: closed.append("closed"))
    between_tasks()
    assert closed == []
    monkeypatch.setattr(mine, "errors_occurred", True)  # as any statement on it leaves behind
    monkeypatch.setattr(mine, "is_usable", lambda: False)
    between_tasks()
    assert closed == ["closed"]
