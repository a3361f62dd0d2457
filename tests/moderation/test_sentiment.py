"""The judgement: what may be thanked without a person, and where everything else goes."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.sentiment import FLAGS, KINDS, Context, judge
from moderation.sentiment.lexicon import Lexicon, build, default_lexicon
from moderation.sentiment.normal_form import LONGEST
from moderation.sentiment.reading import read

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("messages.jsonl").read_text("utf-8").splitlines()
]
THANKED = [row["text"] for row in ROWS if judge(row["text"]).action == "thank"]
PRAISE = "Terima kasih bu bidan, pelayanannya ramah"


# --- the labelled set


def test_no_message_of_the_set_is_wrongly_thanked() -> None:
    wrong = [row["text"] for row in ROWS if row["label"] != "praise" and judge(row["text"]).action == "thank"]
    assert wrong == []


def test_nothing_that_needs_a_person_is_dropped() -> None:
    kept = {"complaint", "suggestion", "question"}
    assert [row["text"] for row in ROWS if row["label"] in kept and judge(row["text"]).action == "none"] == []


def test_most_praise_is_thanked() -> None:
    assert len(THANKED) / sum(row["label"] == "praise" for row in ROWS) >= 0.6


def test_kinds_are_told_apart() -> None:
    pairs = Counter((row["label"], judge(row["text"]).kind) for row in ROWS)
    f1 = [
        2 * pairs[kind, kind] / sum(n for (gold, said), n in pairs.items() for k in (gold, said) if k == kind)
        for kind in KINDS
    ]
    assert sum(f1) / len(f1) >= 0.88


@pytest.mark.parametrize(("flag", "precision"), [("urgent", 0.5), ("personal_data", 0.9)])
def test_flags_miss_nothing(flag: str, precision: float) -> None:
    found = {row["id"] for row in ROWS if flag in judge(row["text"]).flags}
    gold = {row["id"] for row in ROWS if flag in row["flags"]}
    assert gold <= found
    assert len(gold) / len(found) >= precision


def test_the_set_is_large_and_without_doubles() -> None:
    assert len(ROWS) >= 450
    assert len({row["text"].casefold() for row in ROWS}) == len(ROWS)
    assert {row["label"] for row in ROWS} == set(KINDS)
    assert {flag for row in ROWS for flag in row["flags"]} <= set(FLAGS)


# --- the closed vocabulary


@settings(max_examples=150)
@given(st.sampled_from(THANKED), st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=9), st.booleans())
def test_an_unknown_word_shuts_the_door(text: str, word: str, first: bool) -> None:
    lexicon = default_lexicon()
    form = lexicon.word(word).form
    if form in lexicon.known or form in lexicon.parts:
        return
    assert judge(f"{word} {text}" if first else f"{text} {word}").action != "thank"


TURNS = "tidak, gak, ora, kadit, not, bukan, belum, kurang, tapi, cuma, kecewa, lama, judes, 3 jam, katanya, lho, wkwk, 😂, 🙄, ?, menunggu, seharusnya, kalau, mohon, dipingpong, but, never, habis, ..."  # noqa: E501


UNTURNED = [text for text in THANKED if {"dulu", "tidak"}.isdisjoint(read(text, default_lexicon()).forms)]
"""Without what was bad before, and without what is denied: beside those a turning word may well stand."""


@settings(max_examples=300)
@given(st.sampled_from(UNTURNED), st.sampled_from(TURNS.split(", ")), st.data())
def test_a_turning_word_anywhere_shuts_the_door(text: str, turn: str, data: st.DataObject) -> None:
    words = text.split()
    at = data.draw(st.integers(0, len(words)))
    assert judge(" ".join([*words[:at], turn, *words[at:]])).action != "thank"


@pytest.mark.parametrize(
    "text",
    [
        *("kasihan petugasnya", "kasihan", "terima", "baik", "baik min", "terima kasih", "makasih kak infonya", "👍"),
        *("semoga cepat sembuh", "bersih-bersih", "hati-hati dok", "sabar ya bu", "@rina mantap pelayanannya"),
        *("pelayanannya ramah https://contoh.invalid", "bagus 2 jam", "𝐦𝐚𝐧𝐭𝐚𝐩 pelayanannya", "rаmah pelayanannya"),
        *("ra\u200bmah pelayanannya", "ramah\u202e pelayanannya", "ramah\x00 pelayanannya", "ramah " * 41),
        *(
            "dokter Zulkarnaenwati ramah",
            "Dokter Bagus",
            "mbak Sari keren",
            "malang nian pasien di sini, terima kasih dokter",
            "ok terima kasih infonya",
        ),
        *("mantap 🔥 slot", "ramah ✂", "bagus ya", "makasih ya sudah", "bagusnya pelayanan"),
    ],
)
def test_the_door_stays_shut(text: str) -> None:
    assert judge(text).action != "thank"


@pytest.mark.parametrize(
    "text",
    [
        *(PRAISE, "BAGUUUUS SEKALI", "ramah2 petugasnya", "petugasnya ramah-ramah", "mantaaaap pelayanannya 👍👍"),
        *("dr nya ramah", "makasih ya bu bidan, sangat membantu", "pelayananipun sae sanget", "kipa ilakes puskesmase"),
        *("great service, thank you", "mántap pelayanannya", "❤️❤️", "👍🏽👍🏽"),
    ],
)
def test_plain_praise_is_thanked(text: str) -> None:
    verdict = judge(text)
    assert (verdict.kind, verdict.action) == ("praise", "thank")


# --- context


@pytest.mark.parametrize(
    ("context", "rule"),
    [
        (Context(post_text="Kami turut berduka cita atas wafatnya rekan kami"), "context.post"),
        (Context(post_text="Mohon maaf, layanan sedang gangguan"), "context.post"),
        (Context(open_case_in_thread=True), "context.open_case"),
        (Context(open_case_of_author=True), "context.open_case"),
        (Context(after_our_answer=True), "context.acknowledges_our_answer"),
        (Context(addressed_to_other=True), "context.addressed_to_other"),
    ],
)
def test_context_keeps_a_thank_you_back(context: Context, rule: str) -> None:
    verdict = judge(PRAISE, context)
    assert verdict.action == "review"
    assert rule in {reason.rule for reason in verdict.reasons}


def test_an_ordinary_post_does_not_keep_it_back() -> None:
    assert judge(PRAISE, Context(post_text="Jadwal posyandu bulan Desember")).action == "thank"


def test_known_names_are_no_unknown_words() -> None:
    context = Context(own_names=("Suwarniyah Lestari", "Dinoyo"), own_handles=("@puskesmas.contoh",))
    assert judge("dokter Suwarniyah ramah", context).action == "thank"
    assert judge("Puskesmas Dinoyo mantap", context).action == "thank"
    assert judge("dokter Zulkarnaenwati ramah", context).action == "review"


# --- what asks for nothing, and what only looks so


@pytest.mark.parametrize("text", ["ok min", "siap", "@rina.contoh", "@rina_c @budi yuk", "ok makasih"])
def test_set_aside(text: str) -> None:
    assert judge(text).action == "none"
    assert judge(text, Context(open_case_in_thread=True)).action == "review"


@pytest.mark.parametrize(
    "text",
    ["@dinkeskotacontoh liat nih", "@lapor1708", "ok tapi obatnya mana", "siap antri lagi", "ok?", "@rina lelet"],
)
def test_not_set_aside(text: str) -> None:
    assert judge(text).action != "none"


@pytest.mark.parametrize(
    "text",
    [
        "slot vaksin penuh terus, depo obat juga kosong, wd antrian gimana",
        "akun ini dihack, isinya slot gacor maxwin depo wd, tolong dihapus",
        "suami saya kecanduan judi slot togel maxwin, harus konsultasi ke mana",
        "slot gacor maxwin depo wd saya mau bunuh diri",
    ],
)
def test_spam_words_do_not_hide_who_needs_a_person(text: str) -> None:
    assert judge(text).action != "none"


# --- urgency and personal data


@pytest.mark.parametrize(
    "text",
    [
        *("bapak saya sesak nafas", "sesek napas mbak tulung", "pengen bunuh diri", "want to die", "anak minum racun"),
        *("saya dipukuli suami", "bayi kejang", "semaput nang dalan", "satu sekolah keracunan", "KEJAAANG anakku"),
    ],
)
def test_urgent(text: str) -> None:
    verdict = judge(text)
    assert "urgent" in verdict.flags
    assert verdict.action in {"case", "review"}


def test_an_ambulance_is_urgent_only_when_it_fails() -> None:
    assert "urgent" in judge("ambulans tidak datang").flags
    assert "urgent" not in judge("sopir ambulans ramah").flags


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("NIK saya 3573 0141 0785 0002", "personal.nik"),
        ("kartu 0001234567890 tidak aktif", "personal.bpjs"),
        ("telp saya 0812-3450-0001", "personal.phone"),
        ("hubungi +62 812 3450 001", "personal.phone"),
        ("email budi@contoh.id", "personal.email"),
        ("no rm 12-34-56", "personal.labelled_number"),
        ("rumah di Jl. Melati No. 7", "personal.address"),
        ("tetangga saya HIV", "illness.sensitive"),
    ],
)
def test_personal_data(text: str, rule: str) -> None:
    verdict = judge(text)
    assert "personal_data" in verdict.flags
    assert rule in {reason.rule for reason in verdict.reasons}


@pytest.mark.parametrize(
    "text", ["antrian nomor 120", "bayar 50000", "RW 05 banyak nyamuk", "obat TB diminum kapan", "24 jam"]
)
def test_no_personal_data(text: str) -> None:
    assert "personal_data" not in judge(text).flags


# --- languages, topics


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("terima kasih banyak", "id"),
        ("matur nuwun sanget bu", "jv"),
        ("suwun yo, apik tenan", "jv"),
        ("oyi kipa ilakes", "jv"),
        ("thank you very much", "en"),
        ("👍", "id"),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert judge(text).lang == lang


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("antrian loket lama", "antrian_pendaftaran"),
        ("parkirannya semrawut", "parkir"),
        ("obat di apotek habis", "obat"),
        ("imunisasi campak kapan", "imunisasi"),
        ("p", "lainnya"),
    ],
)
def test_topic(text: str, topic: str) -> None:
    assert judge(text).topic == topic


# --- any text at all


@settings(max_examples=300)
@given(st.text(max_size=300) | st.lists(st.sampled_from([r["text"] for r in ROWS]), max_size=4).map(" ".join))
def test_never_raises_and_reasons_point_into_the_text(text: str) -> None:
    verdict = judge(text)
    assert 0 <= verdict.confidence <= 1
    for reason in verdict.reasons:
        assert 0 <= reason.start <= reason.end <= len(text)
        assert text[reason.start : reason.end] == reason.text


@pytest.mark.parametrize(
    "text",
    [
        *("ramah " * 20_000, "a\u0301" * 500_000, "\u0301" * 1_000_000, "\x00" * 100_000, "1" * 100_000, "@" * 100_000),
        *("\u202e" * 100_000, "a" * 100_000, "1-" * 50_000, "a.b-" * 25_000, "jl a " * 20_000, "nik " * 25_000),
        *("", " ", "\ud800", "👍" * 100_000, "tidak " * 20_000, "#" * 100_000, "rt 1 " * 20_000),
    ],
    ids=range(19),
)
def test_hostile_texts_take_bounded_time_and_go_to_a_person(text: str) -> None:
    began = time.process_time()  # of this process: a busy machine changes nothing
    verdict = judge(text)
    assert time.process_time() - began < 2
    assert verdict.action in {"review", "case"}


def test_a_danger_behind_a_long_text_is_the_persons_to_find() -> None:
    assert judge("ramah " * LONGEST).action == "review"


# --- the lexicon


def test_version_follows_the_data() -> None:
    one, same = build({"cue": '[strong]\nid = "bagus"'}), build({"cue": '[strong]\nid = "bagus"'})
    other = build({"cue": '[strong]\nid = "bagus, apik"'})
    assert one.version == same.version != other.version


def test_a_broken_file_is_named() -> None:
    with pytest.raises(ValueError, match=r"lexicon/cue\.toml"):
        build({"cue": "[strong"})


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return default_lexicon()


@pytest.mark.parametrize(
    ("written", "form"),
    [
        *(("bgt", "sangat"), ("gak", "tidak"), ("kadit", "tidak"), ("dr", "dokter"), ("sam", "mas"), ("kipa", "bagus")),
        *(("baguuus", "bagus"), ("ramah2", "ramah"), ("pelayanannya", "pelayanan"), ("petugasipun", "petugas")),
        *(("kasihan", "kasihan"), ("bersih2", "bersih"), ("maaf", "maaf"), ("infonya", "informasi")),
    ],
)
def test_what_a_written_word_comes_down_to(lexicon: Lexicon, written: str, form: str) -> None:
    assert lexicon.word(written).form == form


def test_what_is_doubled_by_a_digit_is_read_twice(lexicon: Lexicon) -> None:
    reading = read("hari ini bersih2 halaman", lexicon)
    assert [form for form in reading.forms if form == "bersih"] == ["bersih"] * 2  # cleaning, not clean
    assert reading.span(2, 4) == (9, 16)
    assert list(read("ramah2", lexicon).forms) == ["ramah"]


def test_glosses_lead_to_plain_words(lexicon: Lexicon) -> None:
    assert {word: plain for word, plain in lexicon.glosses.items() if lexicon.glosses.get(plain, plain) != plain} == {}


def test_no_gloss_swallows_a_negation(lexicon: Lexicon) -> None:
    negations = "tidak, gak, ga, gk, ora, kadit, mboten, not, never, bukan, belum, dudu, jangan, isn't, without"
    for word in negations.split(", "):
        assert "turn.negation" in {role for term in lexicon.judged[lexicon.word(word).form] for role in term.roles}, (
            word
        )


@pytest.mark.parametrize(
    "text",
    [
        "Usul, bagaimana kalau nomor antrean bisa diambil lewat WA supaya tidak berkerumun?",
        "Saran: apakah bisa loket dibuka lebih pagi?",
    ],
)
def test_what_says_at_its_beginning_that_it_suggests_is_no_question(text: str) -> None:
    assert judge(text).kind == "suggestion"


# --- whose illness, which danger


@pytest.mark.parametrize(
    "text",
    [
        *(
            "tetangga saya pak Kasmuri habis operasi prostat",
            "sy Kusnadi asam urat boleh minum jamu?",
            "si Lia kena herpes",
        ),
        *("Surat rujukan ayah (Slamet Riyanto, jantung koroner)", "hasil HIV Mas Deni tersebar", "lek Parmin kusta"),
        *("atas nama Bagas Wirayuda lahir 3 mei 2016", "tulis saja budi.santoso di gmail", "hp o8I2 oooo 6673"),
        *("rumah jl Melati Dalam nomer lima belas erte tujuh erwe satu", "hp 0 8 5 2 - 0 0 0 0 - 8 8 1 4"),
    ],
)
def test_somebody_is_named_with_what_is_private(text: str) -> None:
    assert "personal_data" in judge(text).flags


@pytest.mark.parametrize(
    "text",
    [
        *(
            "gula saya turun berkat bu Dian ahli gizi",
            "enam bulan minum obat diingatkan Mbak Nurul sampai sembuh stroke",
        ),
        *(
            "Bu Endang kader RT 04 telaten",
            "dokter Hanum menjelaskan diabetes",
            "bayi lahir 3,1 kg",
            "apa diabetes menurun?",
        ),
    ],
)
def test_staff_are_named_and_illnesses_told_without_anybody_being_exposed(text: str) -> None:
    assert "personal_data" not in judge(text).flags


@pytest.mark.parametrize(
    "text",
    [
        *(
            "keliru saya kasih obat bapak ke anak umur 3 tahun, sekarang ngantuk terus",
            "sudah pamitan sama ibu lewat surat",
        ),
        *("bayi umur 3 hari kuning sampai kaki, tidak mau netek", "temanku minum obat segenggam, dia sendirian"),
        *("Terima kasih dokter, dulu sembuh di sini, sekarang sesak napas lagi", "sore ini 14 anak muntah, makasih"),
        *(
            "jantung bapak kumat, obat bawah lidah tidak mempan",
            "A snake bit my son, help",
            "hahaha tolong bapak pingsan",
        ),
    ],
)
def test_danger_that_is_now(text: str) -> None:
    assert "urgent" in judge(text).flags


@pytest.mark.parametrize(
    "text",
    [
        *("tahun lalu suami serangan jantung, sekarang sudah sehat, terima kasih", "hp sekarat pas menunggu"),
        *("usul: adakan simulasi kebakaran", "lagunya bikin pingsan wkwk", "nomor darurat berapa?", "UGD 24 jam kan?"),
    ],
)
def test_danger_that_is_over_taught_or_joked_of(text: str) -> None:
    assert "urgent" not in judge(text).flags


@pytest.mark.parametrize(
    ("text", "rule", "found"),
    [
        ("min lowongan perawat ada?", "question.mark", "?"),
        ("benarkah itu", "question.ending", "benarkah"),
        ("ram dipakai parkir", "complaint.suffered", "dipakai"),
        ("malang hujan terus", "label.nothing", "malang hujan terus"),
    ],
)
def test_a_verdict_without_a_word_of_the_lists_names_what_made_it(text: str, rule: str, found: str) -> None:
    assert (rule, found) in {(reason.rule, reason.text) for reason in judge(text).reasons}


@pytest.mark.parametrize("text", [row["text"] for row in ROWS[::20]] + ["", " ", "?", "🤔"])
def test_every_verdict_names_a_rule(text: str) -> None:
    assert judge(text).reasons


def test_a_number_of_the_praise_itself_is_no_scoff() -> None:
    assert judge("5 bintang untuk pelayanan KIA").action == "thank"
    for scoff in ("5 bintang, nunggu 5 jam", "5 bintang dari 10 bintang", "bintang 5 buat satpam yang tidur"):
        assert judge(scoff).action != "thank", scoff


def test_a_lamp_that_is_out_and_a_needle_call_nobody() -> None:
    for text in ("sudah tiga kali saya lapor lampu parkiran mati", "jarum infusnya ditusuk enam kali, biru semua"):
        assert "urgent" not in judge(text).flags
    assert "urgent" in judge("bapak saya ditusuk orang di parkiran").flags


def test_kind_to_those_who_pay_scoffs() -> None:
    assert judge("ramah ke pasien umum").action != "thank"
    assert judge("petugasnya ramah ke pasien BPJS, terima kasih").action == "thank"
