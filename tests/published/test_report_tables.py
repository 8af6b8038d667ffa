"""The further tables agree with the figures and with themselves."""

import itertools
import re
from pathlib import Path

import pytest

from commsvc.published.reports import NUMBERS, data_folder, load_report

TABLES = [(n, name) for n in NUMBERS for name in load_report(n).tables]
CLOSED = {
    "basis": {"list", "text", "slip"},
    "status": {"built", "partly_built", "in_progress", "preparing", "unknown"},
    "way": {
        *("government", "government_enterprise", "community", "private"),
        *("attracted_funds", "unknown"),
    },
    "named_in": {"state_of_building", "elsewhere_only"},
    "lost": {"yes", "no"},
    "dimension": {"attribute", "provider", "client", "content", "form"},
    "reported": {"yes", "partly", "no"},
    "class": {"public_benefit", "not_public_benefit", "volunteer"},
    "quantifier": {"all", "average", "some", "one"},
    **{key: {"yes", "no", "not_said"} for key in ("city", "district", "street", "community")},
}


@pytest.mark.parametrize(("number", "name"), TABLES)
def test_a_table_points_to_figures_that_print_the_same(number, name):
    report, table = load_report(number), load_report(number).table(name)
    for row in table.astype("object").where(table.notna(), None).to_dict("records"):
        for column, value in row.items():
            if value is None:
                continue
            if column == "group_id" or re.fullmatch(r"(\w+_)?id", column):
                figure = report.row(value)
                printed = {"figure_id": "printed", "ratio_id": "printed_ratio"}.get(
                    column, f"printed_{column.removesuffix('_id')}"
                )
                if printed in row and row[printed] is not None:
                    assert figure["printed"] == row[printed]
            if column in CLOSED:
                assert value in CLOSED[column], (column, value)
            if column.endswith("_en"):
                assert value.isascii(), value
            if column.endswith("_zh"):
                assert re.search("[一-鿿]", value), value


def test_every_file_is_in_the_data_dictionary():
    readme = (Path(__file__).resolve().parents[2] / "data/README.md").read_text(encoding="utf-8")
    for path in data_folder().glob("*.csv"):
        if not re.fullmatch(r"report_[2-6]\.csv", path.name):
            assert f"`{path.name}`" in readme


def readings(basis):
    """Every choice of one reading a township, as (built, under, preparing) totals."""
    table = load_report(3).table("townships")
    table = table.loc[table["basis"] == basis]
    lines = [
        rows[["built", "under", "preparing"]].to_numpy(dtype=object, na_value=0).tolist()
        for _, rows in table.groupby("township_zh", sort=False)
    ]
    return {tuple(map(sum, zip(*choice, strict=True))) for choice in itertools.product(*lines)}


def test_the_township_list_has_the_14_townships_and_their_sums():
    table = load_report(3).table("townships")
    for basis in ("list", "text"):
        assert table.loc[table["basis"] == basis, "township_zh"].nunique() == 14
    # 南站 and 寅寺 can each be read two ways; no choice gives the printed totals of 10 and 11.
    assert readings("list") == {(11, 11, 0), (13, 9, 0), (8, 14, 0), (10, 12, 0)}


def test_plain_township_lines_are_the_figures():
    report = load_report(3)
    for row in report.table("townships").query("reading == 'as_printed'").to_dict("records"):
        for state in ("built", "under"):
            id = f"{state}_{row['township_en'].lower()}"
            assert (report.value(id) if id in report.ids else 0) == row[state]


def test_planning_lines_are_the_figures():
    report = load_report(3)
    for row in report.table("planning").to_dict("records"):
        assert report.value(row["villages_id"]) == row["villages"]
        assert report.value(row["communities_id"]) == row["communities"]


def test_the_standard_has_18_items_grouped_as_printed():
    report = load_report(3)
    standard = report.table("standard")
    for group, rows in standard.groupby("group_id"):
        assert report.value(group) == len(rows)
    assert list(standard["order"]) == list(range(1, 19))
    centres = report.table("centres")
    items = centres[list(standard["item"])]
    assert set(items.to_numpy().ravel()) == {"yes", "unknown"}
    assert centres["centre_zh"].is_unique


def test_centres_named_agree_with_the_townships_text_rows():
    report = load_report(3)
    centres, townships = report.table("centres"), report.table("townships")
    named = centres.loc[centres["named_in"] == "state_of_building"]
    first = townships.loc[townships["reading"] == "named"].set_index("township_zh")
    kinds = {
        "built": ["built", "partly_built"],
        "under": ["in_progress"],
        "preparing": ["preparing"],
    }
    for column, kinds_said in kinds.items():
        counted = named.loc[named["status"].isin(kinds_said)].groupby("township_zh").size()
        assert counted.reindex(first.index, fill_value=0).tolist() == first[column].tolist()


def test_levels_are_as_many_as_are_named():
    report = load_report(6)
    for row in report.table("levels").to_dict("records"):
        named = [row[level] for level in ("city", "district", "street", "community")]
        assert report.value(row["figure_id"]) == row["levels"]
        if "not_said" not in named:
            assert named.count("yes") == row["levels"]


def test_the_coding_knows_its_codes_and_its_services():
    report = load_report(6)
    coding, taxonomy = report.table("coding"), load_report(4).table("taxonomy")
    for dimension in ("content", "form"):
        codes = set(taxonomy.loc[taxonomy["dimension"] == dimension, "code"])
        assert set(coding[dimension].dropna()) <= codes
    lists = report.table("lists").groupby("list").size()
    assert set(lists.index) - {"firm_fields"} <= set(report.ids)
    assert coding["item"].is_unique
    named = {source: set(part["item"]) for source, part in coding.groupby("source")}
    assert named["contradictions"] == set(report.table("contradictions")["service"])
    assert set(report.table("services")["service"]) <= set(coding["item"])
    for name in ("door_services", "firm_fields"):
        assert len(named[name]) == lists[name]


def test_schemes_name_as_many_classes_as_they_have():
    for row in load_report(6).table("schemes").to_dict("records"):
        assert len(row["term_zh"].split("、")) == row["classes"]


@pytest.mark.source
def test_items_and_schemes_stand_in_their_paragraphs(paragraphs, simplified):
    report = load_report(6)
    for row in report.table("lists").to_dict("records"):
        assert row["item_zh"] in simplified(paragraphs[6, row["paragraph"]]), row
    for row in report.table("schemes").to_dict("records"):
        for term in row["term_zh"].split("、"):
            assert term in simplified(paragraphs[6, row["paragraph"]]), row


@pytest.mark.source
def test_terms_stand_in_the_paragraphs_they_are_said_to(paragraphs, simplified):
    taxonomy = load_report(4).table("taxonomy")
    for row in taxonomy.to_dict("records"):
        core = row["term_zh"].removeprefix("普通")
        assert core in simplified(paragraphs[4, row["paragraph"]])
        assert core in simplified(paragraphs[6, row["paragraph_in_report_6"]])
    for row in load_report(6).table("contradictions").to_dict("records"):
        assert all(
            term in simplified(paragraphs[6, row["paragraph"]])
            for term in row["term_zh"].split("、")
        ), row
    for row in load_report(7).table("posts").to_dict("records"):
        assert row["post_zh"] in simplified(paragraphs[7, row["paragraph"]])
    for row in load_report(3).table("centres").to_dict("records"):
        core = row["centre_zh"].removesuffix("乡中心").removesuffix("镇")
        for paragraph in row["paragraphs"].split():
            assert core in simplified(paragraphs[3, int(paragraph)]), row["centre_zh"]
    for row in load_report(3).table("standard").dropna(subset="name_zh").to_dict("records"):
        core = row["name_zh"].removeprefix("社区").removeprefix("综合")
        assert core in simplified(paragraphs[3, 19])
