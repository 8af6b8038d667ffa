"""Simulate the coverage of every interval and the size of every test, and write the table.

``make calibrate`` writes ``docs/en/calibration.md`` and ``docs/zh/calibration.md``. The numbers are
simulated with a fixed seed, but for the intervals of simple samples, whose coverage is added up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import stats

from commsvc.inference import Ratio, by_design, compare_means
from commsvc.inference.cell_totals import ClusterCells
from commsvc.inference.clusters import Clusters
from commsvc.inference.crosstabs import independence_test
from commsvc.inference.design_tests import association_test, rank_test
from commsvc.inference.intervals import PROPORTION_METHODS, proportion_interval
from commsvc.inference.ordered import kruskal_test, mann_whitney_test
from commsvc.inference.share_intervals import share_interval

RUNS, SEED = 600, 2026
SHARES, CLUSTERS, MEMBERS, ALIKE = (0.02, 0.05, 0.1, 0.3), (20, 30, 50), 10, 0.05
LEAST, MOST = 0.93, 0.065  # below and above which the nominal level is missed
Row = tuple[str, str, str, str, float]
KINDS = {"interval": "区间", "test": "检验"}
FOLDER = Path(__file__).parent.parent / "docs"


def simple_intervals() -> Iterator[Row]:
    """Coverage of the intervals of a share, added up over every count."""
    for n in (50, 200):
        x = np.arange(n + 1)
        for method, name in PROPORTION_METHODS.items():
            found = proportion_interval(x, np.full(n + 1, n), method)
            held = [
                stats.binom.pmf(x, n, p)[(found.low <= p) & (p <= found.high)].sum() for p in SHARES
            ]
            for p, coverage in zip(SHARES, held, strict=True):
                yield "interval", name.text("en"), f"n = {n}", f"{p:.0%}", float(coverage)


def shares_of_clusters(random: np.random.Generator, p: float, m: int) -> np.ndarray:
    """Each cluster's own share: beta, with the correlation of its members."""
    spread = (1 - ALIKE) / ALIKE
    return random.beta(p * spread, (1 - p) * spread, m)


def clustered_intervals(random: np.random.Generator) -> Iterator[Row]:
    """Coverage of the intervals of a share of clusters."""
    methods = (None, "logit", "beta", "mean", "asin", "likelihood")
    for m in CLUSTERS:
        for p in SHARES:
            held = dict.fromkeys(methods, 0)
            for _ in range(RUNS):
                yes = random.binomial(MEMBERS, shares_of_clusters(random, p, m)).astype(float)
                totals = np.column_stack([yes, MEMBERS - yes])[..., None]
                cells = ClusterCells(totals.sum(axis=0)[:, 0], totals, Clusters(size=m))
                found = by_design(Ratio(np.array([[1.0], [0.0]])), cells)
                share, variance = float(found.estimate[0]), float(found.covariance[0, 0])
                variance = 0.0 if yes.sum() == 0 else variance
                for method in methods:
                    ends = share_interval(share, variance, found.df, m * MEMBERS, method)
                    held[method] += ends.low <= p <= ends.high
            for method, count in held.items():
                yield "interval", method or "default", f"{m} × {MEMBERS}", f"{p:.0%}", count / RUNS


def simple_tests(random: np.random.Generator) -> Iterator[Row]:
    """How often tests of equal groups reject at 5 %."""
    answers = np.array([0.1, 0.2, 0.4, 0.3])
    for n in (20, 100):
        tables = [random.multinomial(n, answers, size=3) for _ in range(RUNS)]
        yes = [random.binomial(n, 0.3, 2) for _ in range(RUNS)]
        twos = [np.column_stack([x, n - x]) for x in yes if 0 < x.sum() < 2 * n]
        skew = [random.exponential(size=(2, n)) for _ in range(RUNS)]
        groups = np.repeat(["a", "b"], n)
        tried = {
            "Pearson chi-square": [independence_test(t).p for t in twos],
            "Fisher exact": [independence_test(t, "exact").p for t in twos],
            "Mann–Whitney": [mann_whitney_test(t[0], t[1]).p for t in tables],
            "Kruskal–Wallis": [kruskal_test(t).p for t in tables],
            "Welch": [compare_means(y.ravel(), groups, "welch").p for y in skew],
        }
        for name, found in tried.items():
            yield "test", name, f"n = {n}", "5%", float(np.mean(np.array(found) <= 0.05))


def clustered_tests(random: np.random.Generator) -> Iterator[Row]:
    """The same with groups that cut across clusters."""
    for m in CLUSTERS:
        p: dict[str, list[float]] = {"Rao–Scott F": [], "adjusted Wald": [], "Wilcoxon": []}
        for _ in range(RUNS):
            share = shares_of_clusters(random, 0.3, m)
            chances = np.column_stack([share / 2, share / 2, 1 - share])
            counts = np.array([[random.multinomial(5, row) for _ in range(2)] for row in chances])
            totals = counts.reshape(m, 6, 1).astype(float)
            cells = ClusterCells(totals.sum(axis=0)[:, 0], totals, Clusters(size=m))
            p["Rao–Scott F"].append(association_test(cells, (2, 3)).p)
            p["adjusted Wald"].append(association_test(cells, (2, 3), statistic="adjWald").p)
            p["Wilcoxon"].append(rank_test(cells, (2, 3)).p)
        for name, found in p.items():
            yield "test", name, f"{m} × {MEMBERS}", "5%", float(np.mean(np.array(found) <= 0.05))


def page(rows: list[Row], lang: str) -> str:
    """The table as Markdown."""
    missed = {"en": "misses", "zh": "未达标"}[lang]
    lines = []
    for kind, name, size, share, level in rows:
        off = level < LEAST if kind == "interval" else level > MOST
        shown = KINDS[kind] if lang == "zh" else kind
        lines.append(f"| {shown} | {name} | {size} | {share} | {level:.1%} | {missed * off} |")
    return HEAD[lang].format(runs=RUNS, seed=SEED) + "\n".join(lines) + "\n"


HEAD = {
    "en": """# Do the intervals and tests hold their level?

**Simulated** (`make calibrate`, {runs} draws, seed {seed}), but for simple samples' intervals of a
share, whose coverage is added up exactly. An interval of 95 % should hold the truth in 95 % of the
samples; a test at 5 % should reject in 5 % of those where nothing differs. With {runs} draws, two
points either way are chance. *20 × 10* is 20 clusters of 10 people with a correlation of 0.05
within clusters. "misses" marks a coverage under 93 % or a size over 6.5 %. `default` is what the
library chooses by itself.

| Kind | Method | Sample | True share, or level | Coverage, or size | |
|---|---|---|---|---|---|
""",
    "zh": """# 区间和检验是否达到名义水平？

**模拟结果**（`make calibrate`，{runs} 次，种子 {seed}）；简单随机样本的比例区间除外，其覆盖率
为精确求和。95% 区间应在 95% 的样本中包含真值；5% 水平的检验在无差异时应有 5% 拒绝。
{runs} 次模拟的随机误差约为上下两个百分点。*20 × 10* 表示 20 个群、每群 10 人，群内相关
0.05。覆盖率低于 93% 或检验水平高于 6.5% 者标为“未达标”。`default` 为程序默认选用的方法。

| 类别 | 方法 | 样本 | 真实比例或水平 | 覆盖率或检验水平 | |
|---|---|---|---|---|---|
""",
}


def main() -> None:
    """Simulate, and write both pages."""
    random = np.random.default_rng(SEED)
    rows = [
        *simple_intervals(), *clustered_intervals(random), *simple_tests(random),
        *clustered_tests(random),
    ]  # fmt: skip
    for lang in HEAD:
        path = Path(os.environ.get("CALIBRATION", FOLDER)) / lang / "calibration.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(rows, lang), encoding="utf-8")


if __name__ == "__main__":
    main()
