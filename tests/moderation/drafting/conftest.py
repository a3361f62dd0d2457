"""A desk with one complaint, and its officer signed in."""

import pytest
from django.test import Client

from moderation.models import Case, Message
from tests import console
from tests.desk import Desk, make_case, make_desk


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> Case:
    return make_case(desk, "Antri dari pagi")


@pytest.fixture
def message(case: Case) -> Message:
    return case.incoming_messages.select_related("account", "case", "office").get()


@pytest.fixture
def client(desk: Desk) -> Client:
    return console.signed_in(desk.officer)
