"""Which tests print what was published: counted again by hand, with SciPy's values."""

import pandas as pd
import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.published.claims import audit, read_claims, used_tests
from commsvc.published.reports import data_folder

TABLE = [[12, 4], [439, 174]]


def p(table, test):
    if test == "fisher":
        return stats.fisher_exact(table).pvalue
    options = {"pearson": {}, "yates": {"correction": True}, "lr": {"lambda_": "log-likelihood"}}
    return stats.chi2_contingency(table, **{"correction": False, **options[test]}).pvalue


@pytest.mark.parametrize("test", ["pearson", "yates", "fisher", "lr"])
def test_a_test_is_known_by_its_p(test):
    found = used_tests(
        audit([{"kind": "p_value", "table": TABLE, "printed": f"{p(TABLE, test):.4f}"}])
    )
    found = found.set_index("level")
    assert found["base"].tolist() == [1, 1, 1, 1]
    assert found["count"].to_dict() == {level: int(level == test) for level in found.index}
    assert found.loc[test, "only"] == 1
    assert found.loc[test, "estimate"] == 1


def test_what_several_tests_print_is_nobodys_alone():
    found = used_tests(audit([{"kind": "p_value", "table": TABLE, "printed": "<0.999999"}]))
    # Fisher's P of this table is 1.
    assert found["count"].tolist() == [1, 1, 0, 1]
    assert found["only"].sum() == 0


def test_larger_tables_have_no_correction():
    claims = [{"kind": "chi_square", "table": [[5, 9, 4], [8, 2, 7]], "printed": "99"}]
    found = used_tests(audit(claims)).set_index("level")
    assert found["base"].to_dict() == {"pearson": 1, "yates": 0, "fisher": 0, "lr": 1}
    assert found["count"].sum() == 0
    assert pd.isna(found.loc["fisher", "estimate"])


def test_of_the_published_studies_as_counted_by_hand():
    table = audit(claim for _, claim in read_claims(data_folder() / "studies" / "claims.jsonl"))
    tests = table[table["kind"].isin(["chi_square", "p_value"])]
    used = used_tests(table).set_index("level")
    assert used.loc["pearson", "base"] == len(tests)
    names = tests["tests"].map(lambda t: {n.partition(":")[0].removesuffix("_p") for n in t})
    for level in used.index:
        assert used.loc[level, "count"] == sum(level in n for n in names)
        assert used.loc[level, "only"] == sum(n == {level} for n in names)


def test_other_tables_are_refused():
    with pytest.raises(CommsvcError, match="audit"):
        used_tests(pd.DataFrame({"kind": ["share"]}))
