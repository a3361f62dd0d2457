"""A text's length as X counts it, judged by X's own cases."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.twitter import X
from connectors.twitter.length import weighted

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[4] / "shared" / "specs")
FILE = SPECS / "twitter-text" / "validate.yml"


def cases() -> list[Any]:
    if not FILE.is_file():
        return []
    tests = yaml.safe_load(FILE.read_text(encoding="utf-8"))["tests"]
    # The list without "discounted" is of the rules before: an emoji of several parts counted as all of them.
    names = ("WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest")
    return [pytest.param(case, id=case["description"]) for name in names for case in tests[name]]


@pytest.mark.skipif(not FILE.is_file(), reason=f"X's cases are not at {FILE} (SPECS_DIR names another folder)")
@pytest.mark.parametrize("case", cases() or [None])
def test_xs_own_cases(case: Any) -> None:
    expected = case["expected"]
    assert weighted(case["text"]) == expected["weightedLength"]
    fits = 0 < weighted(case["text"]) <= X.capability.caption_max
    assert fits or not expected["valid"]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Posyandu besok", 14),
        ("🙏", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("https://dinkes.go.id/" + "x" * 200, 23),
        ("dinkes.go.id", 23),
        ("健康", 4),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
    ],
)
def test_what_counts(text: str, length: int) -> None:
    assert weighted(text) == length
    assert X.capability.count(text) == length
