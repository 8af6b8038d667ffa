"""From text to claims: ways of writing in two languages, links, and what accuses nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc import audit_text
from commsvc.published.claims.auditing import SURE, verdicts
from commsvc.published.claims.drafting import draft_claims, patterns, plain_signs, sentences
from commsvc.published.claims.table_drafts import table_claims
from commsvc.published.claims.verdict import KINDS, VERDICTS
from commsvc.published.documents import DocumentTable


def first(text: str) -> dict[str, Any]:
    claims = draft_claims(text)
    assert len(claims) == 1, claims
    return claims[0]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("It rose to 62.5% (25/40).", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("满意率为62.5%（25/40）。", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("Uptake was 25/40 (62.5%).", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("We saw 25 of 40 homes (62.5%).", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("It was 62.5% (25 of 40).", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("其中25人，占40人的62.5%。", {"count": 25, "of": 40, "printed": "62.5%"}),
        ("共发放问卷1 200份，回收1 140份，回收率95.0%。",
         {"count": 1140, "of": 1200, "printed": "95.0%"}),
        ("F(2, 57) = 3.45, p = .038.", {"distribution": "F", "df": [2, 57], "printed": ".038"}),
        ("t=2.104，df=38，P=0.042。", {"distribution": "t", "df": 38, "statistic": "2.104"}),
        ("χ²(1, N = 80) = 4.11, p = .043.", {"distribution": "chi2", "df": 1, "printed": ".043"}),
        ("r(48) = .45, p < .001.", {"distribution": "r", "statistic": ".45", "printed": "<.001"}),
        ("两组比较（Z=-2.31，P=0.021）。", {"distribution": "z", "statistic": "-2.31"}),
        ("OR=2.05，95%CI：1.12～3.74，P=0.019。", {"printed": ["2.05", "1.12", "3.74", "0.019"]}),
        ("Use was higher (aOR 2.05; 95% CI 1.12–3.74).", {"printed": ["2.05", "1.12", "3.74"]}),
        ("由2015年的2.40万家增加到2020年的3.00万家，增长25%。",
         {"from": "2.40万家", "to": "3.00万家", "printed": "25%"}),
        ("共有机构6.3万个，比上年增加0.3万个，同比增长5.0%。",
         {"to": "6.3万个", "by": "0.3万个", "printed": "5.0%"}),
        ("满意率由62.1%提高到70.3%，提高了8.2个百分点。",
         {"parts": ["62.1%", "8.2"], "printed": "70.3%"}),
        ("120例患者中，男70例，女50例。", {"parts": ["70", "50"], "printed": "120"}),
        ("118例，随机分为对照组60例和干预组58例。", {"parts": ["60", "58"], "printed": "118"}),
        ("We saw 120 people (70 men and 50 women).", {"parts": ["70", "50"], "printed": "120"}),
        ("In total, 60 (37 %) of 162 homes answered.", {"count": 60, "of": 162}),
        ("Predictors were sex (OR = 1.68, 1.04–2.72).", {"printed": ["1.68", "1.04", "2.72"]}),
        ("The odds ratio [OR] = 2.11, 95% confidence interval [CI] 1.20-3.70.",
         {"printed": ["2.11", "1.20", "3.70"]}),
        ("居住情况[OR(95%CI)0.49(0.31~0.78),P=0.003]。",
         {"printed": ["0.49", "0.31", "0.78", "0.003"]}),
        ("60个村规划了16个社区，平均每个社区3.75个村。", {"numerator": "60", "denominator": "16"}),
    ],
)  # fmt: skip
def test_numbers_linked_by_their_own_syntax(text: str, fields: dict[str, Any]) -> None:
    claim = first(text)
    assert fields.items() <= claim.items()
    assert claim["link"] == "syntax"
    (verdict,) = verdicts([(1, claim)])
    assert verdict["verdict"] == "consistent"


@pytest.mark.parametrize(
    ("text", "of", "sure"),
    [
        ("Of the 240 residents, 130 (54.2%) agreed.", 240, True),
        ("240名居民中，满意130人（54.2%）。", 240, True),
        ("A total of 240 residents took part. In all, 130 (54.2%) agreed.", 240, False),
        ("共调查240人。满意的有130人，占54.2%。", 240, False),
        ("共调查240人，知晓的有130人，知晓率为54.2%。", 240, False),
    ],
)
def test_shares_whose_base_stands_elsewhere(text: str, of: int, sure: bool) -> None:
    claim = first(text)
    assert (claim["count"], claim["of"], claim["printed"]) == (130, of, "54.2%")
    assert (claim["confidence"] >= SURE) == sure


def test_lists_are_paired_and_added_up() -> None:
    text = "满意、一般、不满意的分别为120人、60人和20人，分别占60.0%、30.0%和10.0%。"
    claims = draft_claims(text)
    assert [(c["count"], c["of"]) for c in claims if c["kind"] == "share"] == [
        (120, 200), (60, 200), (20, 200),
    ]  # fmt: skip
    assert [c["printed"] for c in claims if c["kind"] == "sums_to_100"] == [
        ["60.0%", "30.0%", "10.0%"]
    ]


def test_a_list_that_makes_up_a_whole_is_of_its_own_sum() -> None:
    text = "共有900人接受调查。青年中居家40名(50.0%)、社区24名(30.0%)、机构16名(20.0%)。"
    claims = [c for c in draft_claims(text) if c["kind"] == "share"]
    assert [c["of"] for c in claims] == [80, 80, 80]
    assert {str(c["link"]) for c in claims} == {"the counts together"}


def test_answers_one_after_the_other() -> None:
    (claim,) = draft_claims("收回问卷230份，满意率70%，基本满意26%，不满意4%。")
    assert (claim["kind"], claim["printed"]) == ("sums_to_100", ["70%", "26%", "4%"])


def test_totals_in_mixed_units() -> None:
    text = "共有机构3.2万个，其中：中心918个，站21300个，其他9800个，比上年增加300个。"
    claim = first(text)
    assert claim["parts"] == ["918个", "21300个", "9800个"]
    assert audit_text(text)["verdict"].tolist() == ["consistent"]


def test_shares_of_amounts() -> None:
    text = "共有机构4.1万个。其中养老机构3.8万个，比上年增加不少，占机构的92.68%。"
    assert ("3.8万个", "4.1万个") in [(c.get("count"), c.get("of")) for c in draft_claims(text)]


def test_percentages_of_a_number_given_in_the_sentence() -> None:
    claim = first("42名居民中，满意的占47%。")
    assert (claim["kind"], claim["of"]) == ("attainable", 42)
    assert claim["confidence"] < SURE


def test_a_chi_square_after_two_shares() -> None:
    text = "试验组满意率为95.0%(38/40)，高于对照组的80.0%(32/40)（χ2=4.114，P=0.043）。"
    kinds = {c["kind"]: c for c in draft_claims(text)}
    assert kinds["chi_square"]["table"] == [[38, 2], [32, 8]]
    assert set(kinds) == {"share", "chi_square", "p_value", "p_from_statistic"}
    assert set(audit_text(text)["verdict"]) == {"consistent"}


def test_two_means_with_t() -> None:
    text = "两组各40例。观察组为(30.2±4.1)分，对照组为(27.9±4.3)分(t=2.448，P=0.017)。"
    claims = [c for c in draft_claims(text) if c["kind"] == "t_test"]
    assert [(c["statistic"], c["printed"]) for c in claims] == [("t", "2.448"), ("p", "0.017")]
    assert {c["confidence"] for c in claims} == {0.85}


@pytest.mark.parametrize(
    "text",
    [
        "共调查240人。满意的有130人，占60.0%。",
        "In all, 130 (60.0%) agreed; the sample was 240 people.",
        "Use was higher (aOR 2.15; 95% CI 1.12–3.74).",
        "Of 240 people 130 came; among women, 40 (30.8%) came.",
    ],
)
def test_what_is_not_certain_accuses_nobody(text: str) -> None:
    found = audit_text(text)
    assert len(found)
    assert "inconsistent" not in set(found["verdict"])


def test_the_weightiest_comes_first() -> None:
    text = (
        "It was 62.6% (25/40). It was 75.0% (25/40). t(40) = 1.50, p = .03. "
        "It was 62.5% (25/40). It was 16.6% (1/6)."
    )
    found = audit_text(text)
    assert found["printed"].tolist() == [".03", "75.0%", "62.6%", "16.6%", "62.5%"]
    assert found["verdict"].tolist() == [
        "inconsistent", "inconsistent", "inconsistent", "only_under_rule", "consistent",
    ]  # fmt: skip
    assert "conclusion" in found["note"][0]


def test_a_ratio_outside_its_own_limits_is_certain() -> None:
    found = audit_text("Men were less satisfied (OR = 0.70, 95% CI: 0.75 to 1.10).")
    assert found["verdict"].tolist() == ["inconsistent"]


@pytest.mark.parametrize(
    "text",
    [
        "2019年、2020年和2021年的报告。",
        "Published in 2019/20 (5%) editions.",
        "同比增长5.3%，环比下降1.2%。",
        "The interval was 95% CI.",
        "平均年龄(57.2±6.1)岁。",
        "Groups were <18 years (37%) and 18-34 years (19%) of 562.",
    ],
)
def test_other_numbers_are_no_claims(text: str) -> None:
    assert draft_claims(text) == []


def test_places_are_those_of_the_text() -> None:
    text = "第一句。\n满意率为６２．５％（２５／４０），较高。"
    claim = first(text)
    assert text[claim["start"] : claim["end"]].startswith("６２．５％（２５／４０")
    assert claim["quote"] == "满意率为６２．５％（２５／４０），较高。"


ROWS = (
    ("Question", "Town (n=40)", "Country (n=60)", "Total (n=100)", "χ2", "P"),
    ("Sex", "", "", "", "0.162", "0.688"),
    ("male", "18 (45.0)", "28 (46.7)", "46 (46.0)", "", ""),
    ("female", "22 (55.0)", "32 (53.3)", "54 (54.0)", "", ""),
    ("Satisfied", "38 (95.0)", "48 (80.0)", "86 (86.0)", "4.485", "0.034"),
    ("Age, years", "61.2±5.1", "63.5±5.3", "", "", "0.033"),
)


def test_a_table_with_n_in_its_header() -> None:
    claims = table_claims(DocumentTable(ROWS, 10, 200))
    kinds = [c["kind"] for c in claims]
    assert kinds.count("share") == 9
    tables = [c["table"] for c in claims if c["kind"] == "chi_square"]
    assert tables == [[[18, 22], [28, 32]], [[38, 2], [48, 12]]]
    assert [c["printed"] for c in claims if c["kind"] == "p_value"] == ["0.688", "0.034"]
    (t_test,) = [c for c in claims if c["kind"] == "t_test"]
    assert t_test["groups"] == [["61.2", "5.1", 40], ["63.5", "5.3", 60]]
    found = list(verdicts(enumerate(claims, 1)))
    assert "inconsistent" not in {v["verdict"] for v in found}
    wrong = [v["message"] for v in found if v["verdict"] == "undecidable"]
    assert len(wrong) == 2  # the chi-square of sex and its P, made up
    assert {(c["start"], c["end"]) for c in claims} == {(10, 200)}


def test_a_chinese_table_with_sizes_in_its_header() -> None:
    rows = (("项目", "观察组(40例)", "对照组(40例)", "χ2值", "P值"),
            ("满意", "38例(95.0%)", "32例(80.0%)", "4.114", "0.043"))  # fmt: skip
    claims = table_claims(DocumentTable(rows, 0, 50))
    assert [c["kind"] for c in claims] == ["share", "share", "chi_square", "p_value"]
    assert {v["verdict"] for v in verdicts(enumerate(claims, 1))} == {"consistent"}


def test_a_column_of_counts_with_percentages() -> None:
    rows = (
        ("Answer", "人数", "百分比（%）"),
        ("satisfied", "120", "60.0"),
        ("so-so", "60", "30.0"),
        ("not", "20", "11.0"),
        ("合计", "200", "100.0"),
    )
    claims = table_claims(DocumentTable(rows, 0, 90))
    assert [(c["kind"], c.get("count"), c["printed"]) for c in claims] == [
        ("share", 120, "60.0%"), ("share", 60, "30.0%"), ("share", 20, "11.0%"),
        ("sum", None, "200"),
    ]  # fmt: skip
    found = [v["verdict"] for v in verdicts(enumerate(claims, 1))]
    assert found == ["consistent", "consistent", "undecidable", "consistent"]


def test_questions_one_below_the_other_make_up_a_whole_each() -> None:
    rows = (
        ("Question", "Answer", "n", "%"),
        ("Sex", "men", "30", "37.5"),
        ("", "women", "50", "62.5"),
        ("Use", "yes", "20", "25.0"),
        ("", "no", "60", "75.0"),
    )
    claims = table_claims(DocumentTable(rows, 0, 90))
    assert [(c["count"], c["of"]) for c in claims] == [(30, 80), (50, 80), (20, 80), (60, 80)]


def test_a_table_without_n_claims_nothing() -> None:
    rows = (("", "Town", "Country"), ("Satisfied", "38 (95.0)", "48 (80.0)"))
    assert table_claims(DocumentTable(rows, 0, 50)) == []


def test_patterns_are_of_known_kinds() -> None:
    for row in patterns()["claims"]:
        fields = KINDS[row["kind"]].fields
        named = {name.rstrip("_0123456789") for name in row["pattern"].groupindex} - {"rel"}
        assert named <= set(fields), row["pattern"].pattern


@given(st.text(alphabet="共调查人，。占%()（）/=±χtPORn0123456789.,、名 abcdef\n", max_size=80))
def test_no_text_gives_a_traceback(text: str) -> None:
    assert len(plain_signs(text)) == len(text)
    covered = [text[a:b] for a, b in sentences(plain_signs(text))]
    assert sum(map(len, covered)) <= len(text)
    for verdict in verdicts(enumerate(draft_claims(text), 1)):
        assert verdict["verdict"] in VERDICTS
