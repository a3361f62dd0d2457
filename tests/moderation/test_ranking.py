"""The statistical model beside the rules: made reproducibly, small, and without a word in thanks or dismissals; and the
judgement as a whole on sets that no rule or weight was made from."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from moderation.management.commands.train_ranking import WEIGHTS, rows_of, trained
from moderation.sentiment import KINDS, judge, judgement, ranking
from moderation.sentiment.lexicon import default_lexicon
from moderation.sentiment.reading import read

HERE = Path(__file__).parent
TRAINING = [HERE / f"{name}.jsonl" for name in ("messages", "written", "strangers", "plain", "traps")]
UNSEEN = [
    json.loads(line)
    for file in ("unseen.jsonl", "fresh.jsonl")
    for line in (HERE / file).read_text("utf-8").splitlines()
]
WRITTEN = [json.loads(line) for line in TRAINING[1].read_text("utf-8").splitlines()]
STRANGERS = [json.loads(line) for line in TRAINING[2].read_text("utf-8").splitlines()]
"""By people who had never seen the vocabulary: trained on, and the hardest of what is known."""
HELD = [json.loads(line) for line in (HERE / "held.jsonl").read_text("utf-8").splitlines()]
"""One in five of what the strangers wrote: never trained on."""
LATER = [json.loads(line) for line in (HERE / "later.jsonl").read_text("utf-8").splitlines()]
"""Scoffs and stories that begin with praise, and praise in a sentence or two: half of a set, never trained on."""
HARD = [json.loads(line) for line in (HERE / "hard.jsonl").read_text("utf-8").splitlines()]
"""Made of safe words and no praise of the centre: scoffs, other places, names, wishes. One in five, and what was
written since: never trained on."""
TRAPS = [json.loads(line) for line in TRAINING[4].read_text("utf-8").splitlines()]
"""Four in five of the same: the model has learned what they are, the gate has to shut them out without it."""
CITIZENS = [json.loads(line) for line in (HERE / "citizens.jsonl").read_text("utf-8").splitlines()]
"""As citizens write under posts, half of it hard: two sets, each scored once before anything was done about it. Never
trained on."""


# --- the model


def test_the_weights_are_what_training_makes_of_the_listed_messages() -> None:
    made = json.loads(trained(*rows_of(TRAINING)))
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    assert made["trained_on"] == kept["trained_on"]
    assert made["weights"].keys() == kept["weights"].keys()
    off = (
        abs(a - b)
        for name in made["weights"]
        for a, b in zip(made["weights"][name], kept["weights"][name], strict=True)
    )
    assert max(off) <= 1  # hundredths: processors may round the last digit in their own way


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000


def test_nothing_unseen_was_trained_on() -> None:
    texts = {text.casefold() for text in rows_of(TRAINING)[0]}
    assert texts.isdisjoint(row["text"].casefold() for row in [*UNSEEN, *HELD, *LATER, *HARD, *CITIZENS])


def test_a_row_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"text": "a", "label": "praise"}\n{"text": "b", "label": "fun"}\n')
    with pytest.raises(CommandError, match="line 2"):
        rows_of([tmp_path / "x.jsonl"])


def test_weights_for_other_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="train_ranking"):
        ranking.load('{"order": ["a"], "weights": {}, "trained_on": ""}')


class Certain:
    """A model that is always sure of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def probabilities(self, reading: object) -> dict[str, float]:
        return {kind: float(kind == self.kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_never_thanks_and_never_dismisses(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [row["text"] for row in [*UNSEEN, *WRITTEN] if re.search(r"\w\w", row["text"])]  # emoji alone aren't ranked
    before = {text: judge(text).action for text in texts}
    monkeypatch.setattr(judgement, "default_ranking", lambda: Certain(kind))
    for text, action in before.items():
        now = judge(text).action
        assert action == "none" or now != "none", text
        assert now != "thank" or kind == "praise", text


def test_no_trap_is_thanked_though_the_model_took_it_for_praise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgement, "default_ranking", lambda: Certain("praise"))
    rows = [*UNSEEN, *WRITTEN, *STRANGERS, *HELD, *LATER, *HARD, *TRAPS, *CITIZENS]
    no_praise = [row["text"] for row in rows if row["label"] != "praise"]
    assert [text for text in no_praise if judge(text).action == "thank"] == []


# --- the whole


def f1(rows: list[dict[str, Any]]) -> float:
    pairs = Counter((row["label"], judge(row["text"]).kind) for row in rows)
    each = [
        2 * pairs[k, k] / sum(n for (gold, said), n in pairs.items() for one in (gold, said) if one == k) for k in KINDS
    ]
    return sum(each) / len(each)


@pytest.mark.parametrize(
    "rows",
    [UNSEEN, WRITTEN, STRANGERS, HELD, LATER, HARD, TRAPS, CITIZENS],
    ids=["unseen", "written", "strangers", "held", "later", "hard", "traps", "citizens"],
)
def test_nothing_is_wrongly_thanked_or_dropped(rows: list[dict[str, Any]]) -> None:
    verdicts = [(row, judge(row["text"]).action) for row in rows]
    assert [row["text"] for row, action in verdicts if action == "thank" and row["label"] != "praise"] == []
    asks = {"complaint", "suggestion", "question"}
    assert [row["text"] for row, action in verdicts if action == "none" and row["label"] in asks] == []


def test_the_aims_are_met_on_messages_never_seen() -> None:
    praise = [row for row in UNSEEN if row["label"] == "praise"]
    assert sum(judge(row["text"]).action == "thank" for row in praise) / len(praise) >= 0.5
    assert f1(UNSEEN) >= 0.85
    assert f1(CITIZENS) >= 0.85
    assert f1(HELD) >= 0.75  # the hardest; docs/decisions/0005-judgement.md


@pytest.mark.parametrize(("flag", "precision"), [("urgent", 0.5), ("personal_data", 0.9)])
def test_alarms_miss_nothing(flag: str, precision: float) -> None:
    rows = [*UNSEEN, *WRITTEN]
    gold = {row["text"] for row in rows if flag in row["flags"]}
    found = {row["text"] for row in rows if flag in judge(row["text"]).flags}
    assert sorted(gold - found) == []
    assert len(gold) / len(found) >= precision


@pytest.mark.parametrize(("flag", "precision"), [("urgent", 0.5), ("personal_data", 0.9)])
def test_alarms_miss_hardly_anything_of_what_strangers_wrote(flag: str, precision: float) -> None:
    gold = {row["text"] for row in STRANGERS if flag in row["flags"]}
    found = {row["text"] for row in STRANGERS if flag in judge(row["text"]).flags}
    assert len(gold & found) / len(gold) >= 0.98
    assert len(gold & found) / len(found) >= precision


# --- safe words in any order


def safe_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in itertools.chain.from_iterable(default_lexicon().judged.values()):
        for role in term.roles:
            found.setdefault(role, []).append(" ".join(term.words))
    return {role: sorted(words) for role, words in found.items()}


def test_no_jumble_of_safe_words_with_one_that_turns_is_thanked() -> None:
    words, draw = safe_words(), random.Random(7)
    safe = [word for role, some in words.items() if role.startswith("safe.") for word in some]
    cues = words["cue.strong"] + words["cue.weak"]
    turns = [
        word for role in ("turn.negation", "turn.contrast", "turn.duration", "complaint.strong") for word in words[role]
    ]
    for _ in range(1500):
        chosen = [*draw.sample(safe, 3), draw.choice(cues), draw.choice(turns)]
        draw.shuffle(chosen)
        text = " , ".join(chosen)  # commas: no phrase is made of two of them
        assert judge(text).action != "thank", text


@pytest.mark.parametrize(
    "scoff",
    [
        *(
            "mantap, semua petugas tersenyum di kelas",
            "mantap semua petugas tersenyum di kelas",
            "keren, dokter di taman",
        ),
        *("bagus, petugas mendapat senyum", "luar biasa, pasien ikut membantu", "hebat, semua di ruang menyusui"),
        *("anak saya demam, langsung ditangani satpam, hebat", "ibu saya stroke, puskesmas ramah"),
        *("dirawat dengan telaten oleh keluarga", "friendly to the staff", "makasih kak jawabannya lengkap"),
        *("hebat, perawat mau membantu kami", "petugas dikasih susu, ramah", "antrian cepat habis, petugas ramah"),
        *("luar biasa dari masuk sampai selesai antri", "makasih dok, petugas demam", "hebat, ada air minum"),
        *("ramah ke admin", "ramah sama petugas", "bagus untuk petugas", "petugas yang kami layani ramah"),
        *("terima kasih infonya", "makasih kak bantuannya", "thanks for the info", "salut, petugas di kamar"),
    ],
)
def test_praise_beside_a_mere_statement_is_not_thanked(scoff: str) -> None:
    assert judge(scoff).action != "thank"


def test_a_clause_that_only_states_shuts_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    for scoff in ("mantap, petugas tersenyum", "keren, dokter ikut senam", "luar biasa, semua petugas periksa"):
        verdict = judge(scoff)
        assert verdict.action != "thank", scoff
    monkeypatch.setattr(judgement, "default_ranking", lambda: Certain("praise"))
    assert "gate.states" in {reason.rule for reason in judge("mantap, petugas tersenyum").reasons}


@pytest.mark.parametrize(
    "praise",
    [
        *("Terima kasih dokter, anak saya sudah sembuh", "saya berobat di sini, perawatnya ramah"),
        *(
            "petugas yang ramah dan sabar",
            "puas dengan pelayanannya",
            "salut buat semua nakes",
            "petugasnya ramah kepada pasien",
        ),
        *("Terima kasih bu bidan, semoga berkah selalu", "dokternya telaten menjelaskan ke ibu saya"),
        *("dari satpam sampai dokter ramah semua", "puas sekali dengan pelayanannya", "konsultasi gizinya memuaskan"),
        *("dulu antri lama, sekarang cepat dan bersih", "dulu antri lama, sekarang pelayanannya cepat"),
        *("tidak pernah dimarahi, selalu disemangati, terima kasih", "anak saya dituntun, perawatnya sabar"),
        *("terima kasih petugas yang mau mendengarkan keluhan", "bapak sudah bisa jalan lagi, matur nuwun dokter"),
        *("Adik saya demam tinggi langsung ditangani, terima kasih", "demamnya sudah turun, terima kasih dokter"),
        *(
            "Terimakasih ambulansnya cepat datang waktu bapak saya jatuh",
            "gigi sudah tidak linu lagi, makasih dokter gigi",
        ),
        *("dilayani ramah dari daftar sampai ambil obat", "antriannya sekarang rapi, petugasnya ramah"),
        *("Terima kasih dok, sudah sabar", "ibu saya sudah sehat, terima kasih dok", "dilayani dengan ramah di sini"),
        *("ruang tunggunya bersih, ada air minum", "satpamnya baik, membantu ibu saya", "Terima kasih dokter Andini"),
        *("Terima kasih bu bidan atas pelayanannya", "Big thanks to dr. Hendra and the whole team"),
        *("bidannya ramah walau anak saya rewel", "terima kasih atas sikap ramah petugas"),
    ],
)
def test_what_joins_and_what_is_wished_may_stand_beside_praise(praise: str) -> None:
    assert judge(praise).action == "thank"


def test_reading_is_linear_in_words() -> None:
    reading = read("ramah " * 3_000, default_lexicon())
    assert len(ranking.features(reading)) < 50
