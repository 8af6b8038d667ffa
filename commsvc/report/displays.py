"""How results show themselves in a notebook and in IPython: sentences and tables, a kind each.

A result knows nothing of pages: what is shown of it stands here by the name of its type, as
IPython's own formatters do. A frame shows as a table where `table` is asked for it, or by itself
after `use_tables`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, Final

from commsvc.report.arranging import is_result
from commsvc.report.lang import as_text
from commsvc.report.result_tables import table
from commsvc.report.table_forms import Table
from commsvc.report.vocabulary import pieces, words
from commsvc.words.messages import Label, Text, joined, message
from commsvc.words.numbers import true_minus

# A text, a `Table`, or a frame of raw data.
Part = Any
_EXCERPT: Final = 240  # characters of a text
_ROWS: Final = 10
# What the library itself calls a row; the user's own labels are left alone.
_EVERYBODY: Final = {"group": {"all": message("all")}}
_TERMS: Final = {
    "group": {
        "count": message("count", context="part of a model"),
        "zero": message("zero", context="part of a model"),
        "any": message("any", context="part of a model"),
        "amount": message("amount", context="part of a model"),
    },
    "level": {"const": message("constant")},
}


def _estimate(x: Any) -> Iterator[Part]:
    yield table(x.frame(), confidence=None if math.isnan(x.confidence) else x.confidence)


def _test(x: Any) -> Iterator[Part]:
    yield table(x.frame())


def _size(x: Any) -> Iterator[Part]:
    each = f" ({' + '.join(f'{n:,}' for n in x.groups)})" if x.groups else ""
    yield message(
        "{answers:count} answers{each}, {invited:count} people to ask ({method}).",
        answers=x.answers,
        each=each,
        invited=x.invited,
        method=pieces("method", x.method),
    )


def _plan(x: Any) -> Iterator[Part]:
    yield message(
        "Look at {sample:count} records; accept with at most {accept} bad ones (risk of refusing a "
        "good ledger {producer:percent}, of accepting a poor one {consumer:percent}).",
        sample=x.sample,
        accept=x.accept,
        producer=x.producer_risk,
        consumer=x.consumer_risk,
    )


def _design(x: Any) -> Iterator[Part]:
    yield x.describe()
    yield x.caveat()


def _linear(x: Any) -> Iterator[Part]:
    yield table(x.interval().frame())


def _logit(x: Any) -> Iterator[Part]:
    called = {"estimate": message("Odds ratio [interval]")}
    yield table(x.odds_ratios(), share=False, columns=called)
    yield message("n = {n:count}; deviance {d:.1f}.", n=x.n, d=x.deviance)


def _count_fit(x: Any) -> Iterator[Part]:
    yield table(x.table(), values=_TERMS)
    if x.weights is None:
        yield message(
            "Log-likelihood {loglik}, AIC {aic:,.1f}, BIC {bic:,.1f}.",
            loglik=true_minus(f"{x.loglik:,.1f}"),
            aic=x.aic,
            bic=x.bic,
        )


def _two_part(x: Any) -> Iterator[Part]:
    yield table(x.table, values=_TERMS)


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


def _counted(said: str, unit: str) -> Text | str:
    """A figure with its unit, in words where the unit has some."""
    known, bare = words("unit").get(unit), said.removesuffix(unit).rstrip()
    return joined([bare, known], " ") if known and bare != said else said


def _printed(x: Any) -> Iterator[Part]:
    if x.values is None:
        yield message("{text}: masked, no value.", text=x.text)
        return
    yield message("{text} stands for {set}.", text=x.text, set=f"{x.values} {x.unit}".strip())


def _answers(x: Any) -> Iterator[Part]:
    yield (
        message("{n:count} answers, {columns} columns.", n=len(x.data), columns=x.data.shape[1])
        if not x.source
        else message(
            "{n:count} answers, {columns} columns: {source}.",
            n=len(x.data),
            columns=x.data.shape[1],
            source=x.source,
        )
    )
    yield from x.done
    # Raw answers: their columns are the user's words and stay as they are.
    yield x.data.head()


def _codebook(x: Any) -> Iterator[Part]:
    import pandas as pd

    rows = [
        (
            q.name,
            Label({"en": q.text_en or q.text, "zh": q.text or q.text_en}),
            q.kind,
            " · ".join(level.label for level in q.levels),
            q.role,
        )
        for q in x.questions
    ]
    yield table(pd.DataFrame(rows, columns=["question", "wording", "kind", "levels", "role"]))
    for name, doubt in x.doubts:
        yield message("{name}: {doubt}", name=name, doubt=doubt)


def _cleaned(x: Any) -> Iterator[Part]:
    from commsvc.survey.log import log_frame

    n, steps = len(x.data.data), len(x.log)
    yield message("{n:count} answers after {steps} steps of cleaning.", n=n, steps=steps)
    if steps:
        yield table(log_frame(x.log))


def _tabulation(x: Any) -> Iterator[Part]:
    yield table(x.frame(), across="group" if x.by else "", values=_EVERYBODY)


def _satisfaction(x: Any) -> Iterator[Part]:
    yield x.sentence
    if x.explain:
        yield from x.reasons
    across = "group" if x.table["group"].nunique() > 1 else ""
    yield table(x.table, across=across, values=_EVERYBODY)
    if len(x.test):
        yield table(x.test)


def _tables(x: Any) -> Iterator[Part]:
    rows, columns = len(x.problem.options), x.problem.width
    yield message(
        "Every table of {rows} groups and {columns} columns that prints so.",
        rows=rows,
        columns=columns,
    )
    first = x.frame(1)
    if len(first):
        yield message("The first of them:")
        yield table(first.drop(columns="table"), across="level" if columns > 1 else "")
    else:
        yield message("There is none.")
    yield x.note


def _range(x: Any) -> Iterator[Part]:
    what = words("statistic").get(x.statistic, x.statistic)
    low, high = map(true_minus, x.ends)
    ends = low if low == high else message("{low} to {high}", low=low, high=high)
    kind = "" if x.exact else message(" (bounds)")
    yield message("{what}: {ends}{kind}.", what=what, ends=ends, kind=kind)


def _matching(x: Any) -> Iterator[Part]:
    found, of = ("?" if n is None else f"{n:,}" for n in (x.count, x.of))
    yield message("{found} of {of} tables print it too.", found=found, of=of)


def _sentence(x: Any) -> Iterator[Part]:
    yield x.message if hasattr(x, "message") else x.sentence


def _rule(x: Any) -> Iterator[Part]:
    yield x.message
    explained = x.table[["level", "count", "base", "estimate"]]
    yield table(explained, share=True, values={"level": words("rule")})


def _repaired(x: Any) -> Iterator[Part]:
    yield message(
        "{was:count} characters became {now:count} by {edits:count} edits.",
        was=len(x.page),
        now=len(x.text),
        edits=len(x.edits),
    )
    report = x.report()
    if len(report):
        yield table(report.assign(example=report["example"].str.replace("(nothing)", "∅")))
    yield x.text[:_EXCERPT] + ("…" if len(x.text) > _EXCERPT else "")


def _edits(x: Any) -> Iterator[Part]:
    yield message("{n:count} edits, the first of them:", n=len(x))
    frame = x.frame(context=4, most=_ROWS)
    yield table(frame.assign(alternatives=frame["alternatives"].map(" / ".join)))


def _extracted(x: Any) -> Iterator[Part]:
    yield f"{x.path.name} ({x.encoding})"
    yield from _repaired(x.repaired)


def _report(x: Any) -> Iterator[Part]:
    yield message("{report}: {title}", report=as_text(x.name), title=Label(x.title))
    yield Label(x.source)
    yield Label(x.allows)
    yield message("{n} printed figures, the first of them:", n=len(x.figures))
    yield table(x.figures.head(_ROWS), only=["id", "subject", "printed"])


_BY_ROOM: Final[dict[str, dict[str, Callable[[Any], Iterator[Part]]]]] = {
    "printed": {"figure.Printed": _printed},
    "indicators": {
        "evaluation.rank_sum.RankSumRatio": _rank_sum,
        "measure.Measure": _measure,
        "ratio.Ratio": _ratio,
        "count_models.CountFit": _count_fit,
        "use_models.TwoPartFit": _two_part,
    },
    "inference": {
        "design.Design": _design,
        "hypergeometric.AcceptancePlan": _plan,
        "jackknife.Estimate": _linear,
        "logit.LogitModel": _logit,
        "results.HypothesisTest": _test,
        "results.Interval": _estimate,
        "sample_size.SampleSize": _size,
    },
    "published": {
        "claims.rule_of_report.RuleInference": _rule,
        "claims.verdict.Verdict": _sentence,
        "extract.Extracted": _extracted,
        "reconstruct.table_answers.Decision": _sentence,
        "reconstruct.table_answers.Matching": _matching,
        "reconstruct.table_answers.Range": _range,
        "reconstruct.tables.Tables": _tables,
        "repair.Repaired": _repaired,
        "repair.edits.Edits": _edits,
        "reports.Report": _report,
    },
    "survey": {
        "answers.Answers": _answers,
        "codebook.Codebook": _codebook,
        "describe.Satisfaction": _satisfaction,
        "log.Cleaned": _cleaned,
        "tabulation.Tabulation": _tabulation,
    },
}
# (module, type) -> what is shown of it.
SHOWN: Final = {
    tuple(f"commsvc.{room}.{name}".rsplit(".", 1)): shown
    for room, kinds in _BY_ROOM.items()
    for name, shown in kinds.items()
}


def html(result: Any) -> str:
    """What a notebook shows of a result.

    >>> from commsvc.inference import proportion_interval
    >>> "47.6% [33.4, 62.3]" in html(proportion_interval(20, 42))
    True
    """
    return "".join(_html(part) for part in _parts(result))


def text(result: Any) -> str:
    """What a terminal shows of a result.

    >>> from commsvc.inference import size
    >>> print(text(size("precision")).splitlines()[-1])
    385 answers, 385 people to ask (precision of a share).
    """
    return "\n".join(filter(None, map(_text, _parts(result))))


def _parts(result: Any) -> Iterator[Part]:
    kind = type(result)
    shown = SHOWN.get((kind.__module__, kind.__name__))
    yield from shown(result) if shown else [str(result)]


def _html(part: Part) -> str:
    if hasattr(part, "_repr_html_"):
        return str(part._repr_html_())
    return f"<p>{escape(str(part))}</p>" if part else ""


def _text(part: Part) -> str:
    return part.text() if isinstance(part, Table) else str(part)


def register(shell: Any) -> None:
    """Have IPython show the library's results; nothing is imported before one is shown."""
    of_page = shell.display_formatter.formatters["text/html"]
    of_terminal = shell.display_formatter.formatters["text/plain"]
    for module, name in SHOWN:
        of_page.for_type_by_name(module, name, html)
        of_terminal.for_type_by_name(module, name, lambda x, printer, _: printer.text(text(x)))


def use_tables() -> None:
    """Show every tidy result of this notebook as `table` would, without asking for it.

    A frame that is no result shows as it always does. Outside a notebook nothing happens.
    """
    import pandas as pd
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type(pd.DataFrame, frame_html)


def frame_html(frame: Any) -> str | None:
    """A frame as a page of a notebook shows it: a result as a table for readers.

    >>> import pandas as pd
    >>> ">Base</th>" in frame_html(pd.DataFrame({"base": [42], "estimate": [0.5]}))
    True
    >>> "commsvc" in frame_html(pd.DataFrame({"beds": [42]}))
    False
    """
    if is_result([str(name) for name in frame.columns]):
        return table(frame)._repr_html_()
    shown: str | None = frame._repr_html_()
    return shown
