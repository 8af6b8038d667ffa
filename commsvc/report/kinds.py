"""What is shown of each kind of result: one function a kind, giving sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from commsvc.report.catalogue import pieces, words
from commsvc.report.lang import Words, pair
from commsvc.report.tables import table
from commsvc.words.messages import Text
from commsvc.words.numbers import true_minus

# Words, a `Table`, or a frame of raw data.
Part = Any
_EXCERPT = 240  # characters of a text
_ROWS = 10
# What the library itself calls a row; the user's own labels are left alone.
_EVERYBODY: Final = {"group": {"all": ("all", "全部")}}
_TERMS: Final = {
    "group": {
        "count": ("count", "计数部分"),
        "zero": ("zero", "零部分"),
        "any": ("any", "有无"),
        "amount": ("amount", "数额"),
    },
    "level": {"const": ("constant", "常数项")},
}


def _estimate(x: Any) -> Iterator[Part]:
    yield table(x.frame(), confidence=None if math.isnan(x.confidence) else x.confidence)


def _test(x: Any) -> Iterator[Part]:
    yield table(x.frame())


def _size(x: Any) -> Iterator[Part]:
    each = f" ({' + '.join(f'{n:,}' for n in x.groups)})" if x.groups else ""
    en, zh = pair(pieces("method", x.method))
    yield (
        f"{x.answers:,} answers{each}, {x.invited:,} people to ask ({en}).",
        f"需 {x.answers:,} 份有效答卷{each}，邀请 {x.invited:,} 人（{zh}）。",
    )


def _plan(x: Any) -> Iterator[Part]:
    yield (
        f"Look at {x.sample:,} records; accept with at most {x.accept} bad ones (risk of refusing "
        f"a good ledger {x.producer_risk:.1%}, of accepting a poor one {x.consumer_risk:.1%}).",
        f"抽查 {x.sample:,} 条记录，不合格不超过 {x.accept} 条即接收（误拒好台账的风险 "
        f"{x.producer_risk:.1%}，误收差台账的风险 {x.consumer_risk:.1%}）。",
    )


def _design(x: Any) -> Iterator[Part]:
    yield x.describe().text("en"), x.describe().text("zh")
    if x.caveat():
        yield x.caveat().text("en"), x.caveat().text("zh")


def _linear(x: Any) -> Iterator[Part]:
    yield table(x.interval().frame())


def _logit(x: Any) -> Iterator[Part]:
    called = {"estimate": ("Odds ratio [interval]", "比值比 [区间]")}
    yield table(x.odds_ratios(), share=False, columns=called)
    yield f"n = {x.n:,}; deviance {x.deviance:,.1f}.", f"n = {x.n:,}；偏差 {x.deviance:,.1f}。"


def _count_fit(x: Any) -> Iterator[Part]:
    yield table(x.table(), values=_TERMS)
    if x.weights is None:
        numbers = f"{true_minus(f'{x.loglik:,.1f}')}, AIC {x.aic:,.1f}, BIC {x.bic:,.1f}"
        yield f"Log-likelihood {numbers}.", f"对数似然 {numbers}。"


def _two_part(x: Any) -> Iterator[Part]:
    yield table(x.table, values=_TERMS)


def _subgroups(x: Any) -> Iterator[Part]:
    import pandas as pd

    rows = pd.DataFrame({"group": x.names, "estimate": x.estimates})
    called = {"population": ("People", "人数")}
    if x.covariance is not None:
        rows["se"] = x.covariance.diagonal()[: len(rows)] ** 0.5
    elif x.loose:
        rows["at_least"], rows["at_most"] = x.low, x.high
        called |= {"at_least": ("At least", "至少"), "at_most": ("At most", "至多")}
    yield table(rows.assign(population=x.population), share=False, columns=called)


def _rank_sum(x: Any) -> Iterator[Part]:
    yield table(x.table, share=False)
    yield table(x.fit)


def _ratio(x: Any) -> Iterator[Part]:
    import pandas as pd

    row = x.row()
    for name, measure in (("numerator", x.numerator), ("denominator", x.denominator)):
        row[name] = _counted(str(measure), measure.unit)
    yield table(pd.DataFrame([row]))


def _measure(x: Any) -> Iterator[Part]:
    yield _counted(str(x), x.unit)
    yield x.note


def _counted(said: str, unit: str) -> Words:
    """A figure with its unit, in both languages where the unit has a word in each."""
    known = words("unit").get(unit)
    bare = said.removesuffix(unit).rstrip()
    return (f"{bare} {known[0]}", f"{bare} {known[1]}") if known and bare != said else said


def _printed(x: Any) -> Iterator[Part]:
    if x.values is None:
        yield f"{x.text}: masked, no value.", f"{x.text}：被遮去，没有数值。"
        return
    said = f"{x.values} {x.unit}".strip()
    yield f"{x.text} stands for {said}.", f"{x.text} 的取值：{said}。"


def _answers(x: Any) -> Iterator[Part]:
    named = f": {x.source}" if x.source else ""
    yield (
        f"{len(x.data):,} answers, {x.data.shape[1]} columns{named}.",
        f"{len(x.data):,} 份答卷，{x.data.shape[1]} 列{named.replace(': ', '：')}。",
    )
    yield from map(_said, x.done)
    # Raw answers: their columns are the user's words and stay as they are.
    yield x.data.head()


def _codebook(x: Any) -> Iterator[Part]:
    import pandas as pd

    rows = [
        (
            q.name,
            (q.text_en or q.text, q.text or q.text_en),
            q.kind,
            " · ".join(level.label for level in q.levels),
            q.role,
        )
        for q in x.questions
    ]
    yield table(pd.DataFrame(rows, columns=["question", "wording", "kind", "levels", "role"]))
    for name, doubt in x.doubts:
        en, zh = pair(_said(doubt))
        yield f"{name}: {en}", f"{name}：{zh}"


def _cleaned(x: Any) -> Iterator[Part]:
    from commsvc.survey.log import log_frame

    n, steps = len(x.data.data), len(x.log)
    yield f"{n:,} answers after {steps} steps of cleaning.", f"{n:,} 份答卷，清理 {steps} 步。"
    if steps:
        yield table(log_frame(x.log))


def _tabulation(x: Any) -> Iterator[Part]:
    yield table(x.frame(), across="group" if x.by else "", values=_EVERYBODY)


def _satisfaction(x: Any) -> Iterator[Part]:
    yield x.sentence_en, x.sentence_zh
    if x.explain:
        yield from map(_said, x.reasons)
    yield table(
        x.table, across="group" if x.table["group"].nunique() > 1 else "", values=_EVERYBODY
    )
    if len(x.test):
        yield table(x.test)


def _tables(x: Any) -> Iterator[Part]:
    rows, columns = len(x.problem.options), x.problem.width
    yield (
        f"Every table of {rows} groups and {columns} columns that prints so.",
        f"与所载数字相符的全部列联表（{rows} 组，{columns} 列）。",
    )
    first = x.frame(1)
    if len(first):
        yield "The first of them:", "其中第一张："
        yield table(first.drop(columns="table"), across="level" if columns > 1 else "")
    else:
        yield "There is none.", "没有这样的表。"
    yield x.note


def _range(x: Any) -> Iterator[Part]:
    kind = ("", "") if x.exact else (" (bounds)", "（界）")
    en, zh = words("statistic").get(x.statistic, (x.statistic, x.statistic))
    low, high = map(true_minus, x.ends)
    yield (
        f"{en}: {low if low == high else f'{low} to {high}'}{kind[0]}.",
        f"{zh}：{low if low == high else f'{low} 至 {high}'}{kind[1]}。",
    )


def _matching(x: Any) -> Iterator[Part]:
    found = "?" if x.count is None else f"{x.count:,}"
    of = "?" if x.of is None else f"{x.of:,}"
    yield f"{found} of {of} tables print it too.", f"{of} 张表中有 {found} 张也与之相符。"


def _decision(x: Any) -> Iterator[Part]:
    yield x.sentence


def _verdict(x: Any) -> Iterator[Part]:
    yield x.message


def _rule(x: Any) -> Iterator[Part]:
    yield x.message
    explained = x.table[["level", "count", "base", "estimate"]]
    yield table(explained, share=True, values={"level": words("rule")})


def _repaired(x: Any) -> Iterator[Part]:
    was, now, edits = f"{len(x.page):,}", f"{len(x.text):,}", f"{len(x.edits):,}"
    yield (
        f"{was} characters became {now} by {edits} edits.",
        f"{was} 个字符经 {edits} 处修改成为 {now} 个。",
    )
    report = x.report()
    if len(report):
        first = [(said, said.replace("(nothing)", "（无）")) for said in report["example"]]
        yield table(report.assign(example=first))
    yield x.text[:_EXCERPT] + ("…" if len(x.text) > _EXCERPT else "")


def _edits(x: Any) -> Iterator[Part]:
    yield f"{len(x):,} edits, the first of them:", f"共 {len(x):,} 处修改，前几处："
    frame = x.frame(context=4, most=_ROWS)
    yield table(frame.assign(alternatives=frame["alternatives"].map(" / ".join)))


def _extracted(x: Any) -> Iterator[Part]:
    yield f"{x.path.name} ({x.encoding})"
    yield from _repaired(x.repaired)


def _report(x: Any) -> Iterator[Part]:
    en, zh = x.name
    yield f"{en.capitalize()}: {x.title['en']}", f"{zh}：{x.title['zh']}"
    yield x.source["en"], x.source["zh"]
    yield x.allows["en"], x.allows["zh"]
    figures = x.figures.assign(subject=x.figures[["subject_en", "subject_zh"]].apply(tuple, axis=1))
    yield (
        f"{len(figures)} printed figures, the first of them:",
        f"所载数字 {len(figures)} 个，前几个：",
    )
    yield table(figures[["id", "subject", "printed"]].head(_ROWS))


def _said(line: Any) -> Words:
    """A line that knows its Chinese, in both languages."""
    if isinstance(line, Text):
        return line
    return str(line), getattr(line, "zh", str(line))


SHOWN: Final[dict[str, Callable[[Any], Iterator[Part]]]] = {
    "printed.figure.Printed": _printed,
    "indicators.equity.subgroups.Subgroups": _subgroups,
    "indicators.evaluation.rsr.RankSumRatio": _rank_sum,
    "indicators.measure.Measure": _measure,
    "indicators.ratio.Ratio": _ratio,
    "indicators.utilization.counts.fits.CountFit": _count_fit,
    "indicators.utilization.counts.two_part.TwoPartFit": _two_part,
    "inference.design.Design": _design,
    "inference.jackknife.Estimate": _linear,
    "inference.hypergeometric.AcceptancePlan": _plan,
    "inference.logit.LogitModel": _logit,
    "inference.results.HypothesisTest": _test,
    "inference.results.Interval": _estimate,
    "inference.sample_size.SampleSize": _size,
    "published.claims.rule_of_report.RuleInference": _rule,
    "published.claims.verdict.Verdict": _verdict,
    "published.extract.Extracted": _extracted,
    "published.reconstruct.results.Decision": _decision,
    "published.reconstruct.results.Matching": _matching,
    "published.reconstruct.results.Range": _range,
    "published.reconstruct.tables.Tables": _tables,
    "published.repair.Repaired": _repaired,
    "published.repair.edits.Edits": _edits,
    "published.reports.Report": _report,
    "survey.answers.Answers": _answers,
    "survey.codebook.Codebook": _codebook,
    "survey.entry.Satisfaction": _satisfaction,
    "survey.log.Cleaned": _cleaned,
    "survey.tabulation.Tabulation": _tabulation,
}
