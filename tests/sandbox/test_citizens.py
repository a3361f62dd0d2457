"""The crowd of the demo: well described, mixed, and all heard."""

from collections import Counter
from pathlib import Path

import pytest
from instagrapi import Client

from sandbox.citizens import LABELS, PLATFORMS, Crowd, Gone, load, order, run
from tests.sandbox.conftest import Citizen


def test_the_crowd_is_what_the_demo_needs() -> None:
    citizens = load()
    labels = Counter(citizen.label for citizen in citizens)
    assert 55 <= len(citizens) <= 75
    assert set(labels) == set(LABELS)
    assert labels["praise"] >= 20
    assert {citizen.language for citizen in citizens} == {"id", "jv", "en"}
    assert len({citizen.handle for citizen in citizens}) == len(citizens)
    assert len({citizen.text for citizen in citizens}) == len(citizens)
    assert {citizen.platform for citizen in citizens} == set(PLATFORMS)
    where = {citizen.handle: citizen.platform for citizen in citizens}
    assert all(where[citizen.to] == citizen.platform for citizen in citizens if citizen.to)
    handles = {citizen.handle for citizen in citizens if citizen.kind == "comment"}
    assert all(citizen.to in handles for citizen in citizens if citizen.to)


def test_every_label_is_heard_early() -> None:
    mixed = order(load())
    assert sorted(mixed, key=str) == sorted(load(), key=str)
    assert {citizen.label for citizen in mixed[:12]} == set(LABELS)


def test_all_speak_once_a_post_is_there(client: Client, picture: Path, citizen: Citizen) -> None:
    citizens = order(load())
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        if not pauses:
            client.photo_upload(picture, "Posyandu")
            client.photo_upload(picture, "Gizi")
        pauses.append(seconds)

    assert run(Crowd(citizen.base, "instagram"), citizens, 0, sleep) == len(citizens)
    ledger = [entry for entry in citizen.ledger() if entry["kind"] != "post"]
    assert [entry["text"] for entry in ledger] == [one.text for one in citizens]
    assert [entry["author"] for entry in ledger] == [one.handle for one in citizens]
    posts = {entry["id"] for entry in citizen.ledger("post")}
    said = {entry["author"]: entry["id"] for entry in ledger}
    parents = {entry["author"]: entry["parent"] for entry in ledger if entry["kind"] == "comment"}
    assert all(parents[one.handle] == said[one.to] for one in citizens if one.to)
    assert {parents[one.handle] for one in citizens if one.kind == "comment" and not one.to} == posts


def test_a_missing_stand_in_is_named() -> None:
    with pytest.raises(Gone, match=r"127\.0\.0\.1:9"):
        Crowd("http://127.0.0.1:9", "instagram").posts()


def test_who_comes_before_there_is_a_post_waits_for_one(client: Client, picture: Path, citizen: Citizen) -> None:
    """Another platform's post comes first; those of this one speak later, and answers stay behind what they answer."""
    crowd, pauses = Crowd(citizen.base), list[float]()
    speakers = [one for one in order(load()) if one.platform == "instagram"]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == len(speakers) + 2:  # all of them were too early
            client.photo_upload(picture, "Posyandu")

    crowd.posts = lambda platform="": Crowd.posts(crowd, platform) if platform else [{}]  # type: ignore[method-assign]
    assert run(crowd, speakers, 0, sleep) == len(speakers)
    said = {entry["author"]: entry for entry in citizen.ledger() if entry["kind"] == "comment"}
    assert all(said[one.handle]["parent"] == said[one.to]["id"] for one in speakers if one.to)
