"""What is printed of the groups that are shown does not give away those that are hidden."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from commsvc.inference import Design
from commsvc.survey import satisfaction

LEVELS = ("满意", "一般", "不满意")


def people(table: np.ndarray) -> pd.DataFrame:
    """One row a person of a table of groups × levels."""
    rows = [
        (f"g{g}", level)
        for g, counts in enumerate(table)
        for level, n in zip(LEVELS, counts, strict=False)
        for _ in range(n)
    ]
    return pd.DataFrame(rows, columns=["g", "q"])


def printed(table: np.ndarray) -> tuple[object, ...]:
    """All that a reader sees: sentence, table, test, each as it is printed."""
    found = satisfaction(people(table), "q", by="g", design=Design.srs(), smallest_base=10)
    shown = found.table.drop(columns="note").round(4).to_csv(index=False)
    test = found.test[["p", "effect", "effect_low", "effect_high"]].round(3).to_csv(index=False)
    summary = found.summary.drop(columns="note").round(4).to_csv(index=False)
    return str(found.sentence), shown, summary, test, tuple(map(str, found.reasons))


def fillings(bases: list[int], totals: np.ndarray) -> list[np.ndarray]:
    """Every table of the hidden groups with these row and column sums."""
    rows = [
        [c for c in itertools.product(*(range(n + 1) for _ in totals)) if sum(c) == n]
        for n in bases
    ]
    return [
        np.array(made)
        for made in itertools.product(*rows)
        if (np.sum(made, axis=0) == totals).all()
    ]


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_who_tries_every_table_is_left_with_several(seed):
    random = np.random.default_rng(seed)
    k = 2 + seed % 2
    big = random.integers(8, 25, (2, k))
    small = np.array([random.multinomial(n, np.full(k, 1 / k)) for n in (4, 5)])
    seen = printed(np.vstack([big, small]))
    tables = fillings([4, 5], small.sum(axis=0))
    fitting = [t for t in tables if printed(np.vstack([big, t])) == seen]
    # The sums alone may leave one table: everybody hidden gave one answer.
    assert len(fitting) == len(tables)
    assert len(fitting) > 1 or (small.sum(axis=0) > 0).sum() == 1


def test_the_test_is_of_the_groups_shown():
    table = np.array([[30, 10, 5], [12, 14, 9], [3, 1, 0], [0, 2, 3]])
    found = satisfaction(people(table), "q", by="g", design=Design.srs(), smallest_base=10)
    alone = satisfaction(people(table[:2]), "q", by="g", design=Design.srs())
    assert found.test["p"].item() == alone.test["p"].item()
    assert any("groups shown" in reason for reason in found.reasons)
    assert found.reasons[-2].text("zh").startswith("检验只含")
