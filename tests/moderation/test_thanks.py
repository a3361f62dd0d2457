"""What we answer to praise."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.thanks import ENOUGH_OF_ITS_OWN, given_name, texts, thank_you, unfit

PROMISES = re.compile(
    r"\b(akan|pasti|janji|berjanji|segera|sembuh|obat|will|promise|soon|heal|cure|bakal|mesthi|senang)\b"
)


@pytest.mark.parametrize(("lang", "least"), [("id", 12), ("jv", 8), ("en", 8)])
def test_enough_texts_each_thanks_and_another_sentence(lang: str, least: int) -> None:
    thanks = texts()[lang]
    assert len(set(thanks.texts)) >= least
    for text in thanks.texts:
        plain = text.replace("{name}", "")
        first, second = re.split(r"(?<=\.) ", plain)
        assert re.search(r"terima kasih|nuwun|suwun|thank you", first.lower()), text
        assert len(second.split()) >= 4
        assert text.count("{name}") == 1


def test_no_promise_no_diagnosis_no_rejoicing() -> None:
    for thanks in texts().values():
        for text in thanks.texts:
            assert not PROMISES.search(text.lower()), text


def test_follows_from_the_nonce_alone() -> None:
    assert thank_you("id", "Rina", "m1") == thank_you("id", "Rina", "m1")
    assert len({thank_you("id", "", str(n)) for n in range(200)}) == len(texts()["id"].texts)


def test_a_language_that_we_do_not_speak_is_answered_in_indonesian() -> None:
    assert thank_you("su", "", "x") in {text.replace("{name}", "") for text in texts()["id"].texts}


@given(
    st.sampled_from(["id", "jv", "en"]),
    st.lists(st.tuples(st.sampled_from(["", "Rina", "Budi"]), st.text()), max_size=40),
)
def test_never_the_same_twice_in_a_row_whoever_is_thanked(lang: str, asked: list[tuple[str, str]]) -> None:
    sent: list[str] = []
    for name, nonce in asked:
        sent.append(thank_you(lang, name, nonce, sent))
    bare = [re.sub(r", (Kak )?(Rina|Budi)", "", text) for text in sent]
    assert all(one != next_ for one, next_ in itertools.pairwise(bare))
    assert len(set(bare[: len(texts()[lang].texts)])) == min(len(bare), len(texts()[lang].texts))


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Rina", "Rina"),
        ("Rina Wulandari", "Rina"),
        ("SITI AMINAH", "Siti"),
        ("Bu Hj. Siti Aminah", "Siti"),
        ("dr. Budi Santoso", "Budi"),
        ("Bagus Prasetyo", "Bagus"),
        ("M. Yusuf", "Yusuf"),
    ],
)
def test_calls_by_the_first_name(display: str, name: str) -> None:
    assert given_name(display) == name


@pytest.mark.parametrize(
    "display",
    [
        *(
            "rina_cantik99",
            "rinacantik",
            "@rina",
            "✨Rina✨",
            "Slot Gacor",
            "Toko Obat Herbal",
            "Kecewa Berat",
            "Admin",
        ),
        *(
            "Goblok Kabeh",
            "Xxxxx",
            "Jkltrw",
            "Promo Murah",
            "Puskesmas Contoh",
            "",
            " ",
            "a",
            "Rina 0812",
            "Рина",
            "Ibu",
        ),
        *("RinaShop", "Bayar Dulu", "Hamba Allah", "x", "Panjang " * 9),
    ],
)
def test_what_is_no_name_is_left_out(display: str) -> None:
    assert given_name(display) == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_never_raises_and_leaves_no_gap(name: str, nonce: str) -> None:
    assert not re.search(r"[{}]|  | [.,]", thank_you("id", name, nonce))


# --- an office's own


def test_with_enough_of_its_own_an_office_says_none_of_ours() -> None:
    own = [f"Terima kasih{{nama}}. Ini kalimat nomor {number} dari kami." for number in range(ENOUGH_OF_ITS_OWN)]
    assert {thank_you("id", "", str(n), (), own) for n in range(60)} == set(own)
    beside = {thank_you("id", "", str(n), (), own[:1]) for n in range(200)}
    assert own[0] in beside
    assert len(beside) == len(texts()["id"].texts) + 1


def test_an_own_text_is_not_said_twice_in_a_row_though_it_names_people() -> None:
    own = [f"Terima kasih, {{nama}}. Ini kalimat nomor {number} dari kami." for number in range(ENOUGH_OF_ITS_OWN)]
    said: list[str] = []
    for number in range(9):
        text = thank_you("id", "", str(number), said, own)
        said.append(text.replace("{nama}", f"Kak {number}"))
    shapes = [re.sub(r"Kak .", "", text) for text in said]
    assert all(len(set(shapes[at : at + 3])) == 3 for at in range(0, 9, 3))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Terima kasih, {nama}. Pesan Anda kami baca bersama.", ""),
        ("Matur nuwun. Usul lan keluhan sumangga dipun serat.", ""),
        ("Thank you! Our team reads every comment together.", ""),
        ("Terima kasih atas pesannya.", "sentence"),
        ("Halo, {nama}. Pesan Anda kami baca bersama.", "thanks"),
        ("Terima kasih. Kami akan memperbaiki semuanya besok.", "akan"),
        ("Terima kasih. Kami Senang mendengar hal itu.", "senang"),
        ("Terima kasih. Kami berkomitmen melayani dengan lebih baik.", "berkomitmen"),
        ("Terima kasih. Soal itu kami upayakan bulan depan.", "upayakan"),
        ("Terima kasih. Itu sepertinya hanya flu biasa saja.", "flu"),
        ("Terima kasih. Semoga asam urat Bapak tidak mengganggu.", "asam urat"),
        ("Matur nuwun. Diabetesipun dipun jagi nggih, Pak.", "diabetesipun"),
        ("Terima kasih. Nomor Anda {nomor} sudah dicatat.", "gap"),
        ("Terima kasih. " + "kata " * 60, "long"),
        ("", "thanks"),
    ],
)
def test_thanks_and_another_sentence_and_nothing_that_would_hurt(text: str, why: str) -> None:
    assert unfit(text) == why


def test_what_ships_would_be_taken_as_an_offices_own() -> None:
    shipped = [text.replace("{name}", "") for thanks in texts().values() for text in thanks.texts]
    assert [text for text in shipped if unfit(text)] == []
