"""Shared blocks and shares against difflib and brute force; what the stored numbers show."""

import re
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.overlap import (
    containment,
    fingerprint,
    jaccard,
    longest_common_block,
    plain,
    relabel,
    shingles,
)
from commsvc.published.reports import load_report

words = st.text(alphabet="甲乙丙", max_size=40)


@given(words, words, st.integers(1, 4))
def test_the_block_is_difflibs(a, b, k):
    theirs = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    ours = longest_common_block(fingerprint(a, k), fingerprint(b, k), k)
    if theirs.size < k:
        assert ours.length == 0
    else:
        assert (ours.start_a, ours.start_b, ours.length) == (theirs.a, theirs.b, theirs.size)


@given(words, words, st.integers(1, 4))
def test_shares_are_those_of_brute_force(a, b, k):
    in_a = {a[i : i + k] for i in range(len(a) - k + 1)}
    in_b = {b[i : i + k] for i in range(len(b) - k + 1)}
    if in_a:
        expected = sum(s in b for s in in_a) / len(in_a)
        assert containment(fingerprint(a, k), fingerprint(b, k)) == pytest.approx(expected)
        both = sum(s in in_b for s in in_a)
        assert jaccard(shingles(a, k), shingles(b, k)) == pytest.approx(
            both / (len(in_a) + len(in_b) - both)
        )
    else:
        with pytest.raises(CommsvcError, match="empty fingerprint"):
            containment(fingerprint(a, k), fingerprint(b, k))


@given(words, words)
def test_numbers_in_place_of_shingles_change_nothing(a, b):
    x, y = relabel(shingles(a, 2), shingles(b, 2))
    assert longest_common_block(x, y, 2) == longest_common_block(shingles(a, 2), shingles(b, 2), 2)
    assert set(x) | set(y) == set(range(len(set(x) | set(y))))


def test_a_shingle_needs_a_length():
    with pytest.raises(CommsvcError, match="no shingle"):
        shingles("社区", 0)


def stored():
    table = load_report(4).table("fingerprints")
    assert table.equals(load_report(6).table("fingerprints"))
    for _, rows in table.groupby("report"):
        assert list(rows["position"]) == list(range(len(rows)))
        assert rows["paragraph"].is_monotonic_increasing
    return table


def test_report_4_stands_wholly_inside_report_6():
    table = stored()
    four, six = (table.loc[table["report"] == n] for n in (4, 6))
    block = longest_common_block(list(four["shingle"]), list(six["shingle"]))
    assert block.start_a == 0
    assert block.length == len(four) + 7
    assert containment(list(four["shingle"]), list(six["shingle"])) == 1
    where = six["paragraph"].iloc[block.start_b : block.start_b + block.length]
    assert set(where) == {3, 4}


@pytest.mark.source
def test_the_stored_numbers_are_those_of_the_page(paragraphs, simplified):
    texts = [
        "".join(plain(simplified(text)) for (n, _), text in paragraphs.items() if n == report)
        for report in (4, 6)
    ]
    table = stored()
    numbers = relabel(*map(fingerprint, texts))
    for report, expected in zip((4, 6), numbers, strict=True):
        assert list(table.loc[table["report"] == report, "shingle"]) == expected


@pytest.mark.source
def test_the_spun_words_are_counted_on_the_page(paragraphs, simplified):
    clean = {key: plain(simplified(text)) for key, text in paragraphs.items()}
    for row in load_report(2).table("spun").to_dict("records"):
        assert row["word"] in clean[2, row["paragraph"]]
        for word in ("word", "meant"):
            counts = {key: len(re.findall(row[word], text)) for key, text in clean.items()}
            assert row[f"{word}_in_report_2"] == sum(c for (n, _), c in counts.items() if n == 2)
            assert row[f"{word}_elsewhere"] == sum(
                c for (n, _), c in counts.items() if n not in (2, 5)
            )
