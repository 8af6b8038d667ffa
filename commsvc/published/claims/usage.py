"""Which test published tables were tested with, as far as the printed values tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    import pandas as pd

# The kinds that try several tests of one table, and the tests they try.
_KINDS: Final = ("chi_square", "p_value")
TESTS: Final = ("pearson", "yates", "fisher", "lr")
_NEEDED: Final = ("kind", "tests", "recomputed")


def used_tests(table: pd.DataFrame) -> pd.DataFrame:
    """Which tests print the published chi-squares and P-values.

    An inequality as ``<0.001`` is printed by nearly every test: leave such claims out before
    asking which test people use.

    Parameters
    ----------
    table : what `audit` returned; of kinds other than `chi_square` and `p_value` nothing is taken

    Returns
    -------
    DataFrame
        a row a test (`pearson`, `yates`, `fisher`, `lr`): `level` (the test), `count` (claims whose
        printed value it gives, by whatever rounding), `only` (claims that it alone gives), `base`
        (claims for which it was tried: Yates's correction is for 2×2 tables, the exact P for those
        and where it was asked for), `estimate` (count over base; None without any)

    Raises
    ------
    CommsvcError : the table is not one of `audit`

    Examples
    --------
    >>> from commsvc.published.claims import audit
    >>> claims = [{"kind": "p_value", "table": [[12, 3], [439, 175]], "printed": "0.5"},
    ...           {"kind": "p_value", "table": [[10, 20], [20, 10]], "printed": "0.020"}]
    >>> used_tests(audit(claims))[["level", "count", "only", "base"]]
         level  count  only  base
    0  pearson      1     0     2
    1    yates      1     1     2
    2   fisher      0     0     2
    3       lr      1     0     2
    """
    import pandas as pd

    for name in _NEEDED:
        if name not in table.columns:
            raise CommsvcError(
                f"the table has no column {name!r}",
                where="used_tests(table)",
                next_step="give it what audit(claims) returned",
            )
    tried = {test: 0 for test in TESTS}
    gives = dict(tried)
    alone = dict(tried)
    rows = table[table["kind"].isin(_KINDS)]
    for printed_by, recomputed in zip(rows["tests"], rows["recomputed"], strict=True):
        fits = {_name(test) for test in printed_by}
        for test in _tried(recomputed):
            tried[test] += 1
            gives[test] += test in fits
            alone[test] += fits == {test}
    return pd.DataFrame(
        [
            (test, gives[test], alone[test], base, gives[test] / base if base else None)
            for test, base in tried.items()
        ],
        columns=["level", "count", "only", "base", "estimate"],
    )


def _tried(recomputed: Mapping[str, Any]) -> set[str]:
    return {_name(name) for name in recomputed.get("values", {})} & set(TESTS)


def _name(test: str) -> str:
    """The test behind a name of a verdicts file: ``fisher_p:trunc`` is Fisher's."""
    return test.partition(":")[0].removesuffix("_p")
