"""What we answer to praise."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.thanks import given_name, texts, thank_you

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
