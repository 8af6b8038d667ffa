"""Why `satisfaction` did what it did, in English with the Chinese beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commsvc.survey.said import Said, join
from commsvc.survey.tabulate import UNANSWERED, Tabulation

# How a scale is known -> what it is called.
SCALES: Final = {
    "satisfaction": Said("satisfaction", "满意度"),
    "agreement": Said("agreement", "同意程度"),
    "importance": Said("importance", "重要性"),
    "quality": Said("quality", "优劣"),
    "codebook": Said("as the codebook has it", "据编码簿"),
}
DESIGN_READ = Said("design read from the codebook's roles", "抽样设计取自编码簿中的角色")
DESIGN_UNSAID = Said("design not said: unknown", "未说明抽样设计：视为不明")
SEVERAL = Said(
    "a person may give several answers: shares are of people, and may add up to more",
    "每人可选多项：比例以人数为分母，合计可超过100%",
)
NO_SCALE = Said(
    "the answers are not all on one known scale: every level stands for itself",
    "答案不全在同一已知量表上：各档单独看待",
)
RANKING = Said(
    "a ranking: the share of people who put each item first, and its mean place (1 is first)",
    "排序题：各项排第一位的人数比例，及平均位次（1为第一）",
)
MATRIX = Said("a matrix: each row is a question of its own", "矩阵题：每一行各是一个问题")
NUMBER = Said(
    "a number: its mean with Student's interval, and the median beside it",
    "数值题：均值及t区间，并给出中位数",
)
NUMBER_EXACT = Said("a number: its mean, and the median beside it", "数值题：均值，并给出中位数")
BY_NUMBER = Said(
    "many different numbers and no codebook: taken as a number",
    "数值众多且无编码簿：按数值题处理",
)
RANKS = Said(
    "the levels have an order: a rank test sees a shift that Pearson's spreads thin",
    "各档有顺序：秩检验看得到整体的高低，皮尔逊检验则把它摊薄",
)
DESIGN_RANKS = Said(
    "the levels have an order: a rank test, with the design's errors (Lumley and Scott)",
    "各档有顺序：用按设计求误差的秩检验（Lumley与Scott）",
)
NUMBER_RANKS = Said(
    "numbers may be skewed: a test of ranks, not of means", "数值可能偏斜：检验秩次，不检验均值"
)
WHOLE_TABLE = Said(
    "the levels have no order the test may use: a test of the whole table",
    "各档没有检验可用的顺序：对整张表作检验",
)
RAO_SCOTT = Said(
    "Rao–Scott (second order, F): Pearson's test takes weights and clusters for people",
    "Rao–Scott检验（二阶，F）：皮尔逊检验会把权重和整群当作人数",
)
ONE_BY_ONE = Said(
    "people stand in several columns: each option is tested alone, P adjusted by Holm's method",
    "同一人出现在多列中：逐个选项检验，P值按Holm法校正",
)
EACH_ROW = Said(
    "each row is tested alone, P adjusted by Holm's method", "各行分别检验，P值按Holm法校正"
)
TOO_FEW = Said(
    "no test: fewer than two groups or two answers hold anybody",
    "不作检验：有人的组或答案不足两个",
)
_DESIGNS: Final = {
    "census": Said(
        "a complete count is exact: no interval and no test", "全数调查是精确值：无区间，无检验"
    ),
    "incomplete": Said(
        "an incomplete count: lower bounds, no interval and no test",
        "不完全统计：只有下限，无区间，无检验",
    ),
    "sample": Said(
        "weights, strata or clusters: linearised errors from cluster totals, logit intervals",
        "有权重、分层或整群：由群合计线性化求误差，logit区间",
    ),
    "sampled number": Said(
        "weights, strata or clusters: linearised errors from cluster totals",
        "有权重、分层或整群：由群合计线性化求误差",
    ),
    "worked out": Said(
        "worked-out weights: errors from the residuals of their calibration or from replicates",
        "权重经过计算：由校准残差或复制权重求误差",
    ),
}
_SIMPLE = Said(
    "no weights, strata or clusters: Wilson intervals from counts",
    "无权重、分层或整群：由频数求Wilson区间",
)
_NUMBER = Said(
    "no weights, strata or clusters: errors from the spread of the numbers",
    "无权重、分层或整群：由数值的离散程度求误差",
)
_STAY = Said(
    "those who were asked and left it blank stay in the base of the shares",
    "问到而未答者仍计入分母",
)


def graded(scale: str, favourable: tuple[str, ...], names: Mapping[str, Said]) -> Said:
    """On which scale the answers are, and which count as favourable."""
    good = join([names.get(x, x) for x in favourable], ", ", "、")
    known = SCALES[scale]
    return Said(
        f"the answers are graded ({known}): {good or 'none of the answers'} count as favourable",
        f"答案分等级（{known.zh}）：{good.zh or '没有答案'}计为肯定回答",
    )


def designed(table: Tabulation, number: bool = False) -> Said:
    """What the design does to intervals and tests: of shares, or of a number's mean."""
    kind = table.design.kind
    if kind == "sample" and table.design.people is not None:
        return _DESIGNS["worked out"]
    if number and kind == "sample":
        return _DESIGNS["sampled number"]
    return _DESIGNS.get(kind, _NUMBER if number else _SIMPLE)


def of_base(table: Tabulation, names: Mapping[str, Said]) -> list[Said]:
    """Who is outside the base, who stays in it."""
    reasons = []
    if table.outside_levels:
        away = join([names.get(str(x), str(x)) for x in table.outside_levels], ", ", "、")
        reasons.append(Said(f"outside the base: {away}", f"不计入分母：{away.zh}"))
    if UNANSWERED in table.levels:
        reasons.append(_STAY)
    return reasons


def small_groups(
    table: Tabulation, names: Mapping[str, Said], hidden: float = 0, least: float = 30
) -> list[Said]:
    """Which groups hold so few people that they are hidden, or fewer than `least`."""
    if not table.by or not table.design.allows_inference:
        return []
    people = {str(g): n for g, n in zip(table.groups, table.base, strict=True) if n}
    few = [g for g, n in people.items() if hidden <= n < least]
    rough = Said(
        "their shares are rough" + ("" if hidden else "; suppress_small hides them"),
        "其比例粗略" + ("" if hidden else "，可用suppress_small隐去"),
    )
    gone = [g for g, n in people.items() if n < hidden]
    kinds = [(few, least, rough), (gone, hidden, Said("not shown", "不予列出"))]
    return [_few(groups, names, end, said) for groups, end, said in kinds if groups]


def _few(groups: list[str], names: Mapping[str, Said], end: float, said: Said) -> Said:
    shown = join([names.get(g, g) for g in groups[:5]], ", ", "、")
    more = " …" if len(groups) > 5 else ""
    return Said(
        f"{len(groups)} group(s) under {end:g} people ({shown}{more}): {said}",
        f"{len(groups)}个组不足{end:g}人（{shown.zh}{more}）：{said.zh}",
    )


def bounds_said(low: float, high: float) -> Said:
    """How far the missing could move the share."""
    return Said(
        f"had all the missing been favourable, or none: {low:.1%} to {high:.1%}",
        f"若未答者全部或全不作肯定回答：{low:.1%}至{high:.1%}",
    )


def not_tested(problem: str) -> Said:
    """A test that could not be made."""
    return Said(f"no test: {problem}", f"不作检验：{problem}")


def sign_of_delta(by: str, first: Any, second: Any, end: Any) -> Said:
    """What a Cliff's delta above 0 means; labels may be `Said`."""
    a, b, c = (x if isinstance(x, Said) else Said(str(x), str(x)) for x in (first, second, end))
    return Said(
        f"Cliff's delta above 0: {by} = {a} answers nearer {c} than {b}",
        f"Cliff δ大于0：{by}为“{a.zh}”者的回答比“{b.zh}”者更靠近“{c.zh}”",
    )
