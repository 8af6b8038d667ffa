"""The entry a beginner finds: one question, by a group, with what the design and scale allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.crosstabs import adjust_p
from commsvc.inference.design import Design
from commsvc.inference.results import TEST_COLUMNS, join_notes
from commsvc.survey import wording as why
from commsvc.survey.answers import Level
from commsvc.survey.codebook import Codebook
from commsvc.survey.compare import option_tests
from commsvc.survey.estimates import comparable, group_test, unanswered_note
from commsvc.survey.likert import (
    FAVOURABLE,
    graded_scores,
    graded_sets,
    likert_summary,
    scale_scores,
)
from commsvc.survey.lookup import codebook_of, find_question
from commsvc.survey.missing import count_missing_answers, missing_bounds
from commsvc.survey.number_estimates import estimate_means
from commsvc.survey.quantiles import estimate_quantiles
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.suppress import hidden_groups, hide_small
from commsvc.survey.tabulate import (
    UNANSWERED,
    Tabulation,
    item_name,
    tabulate_answers,
    tabulate_firsts,
)
from commsvc.survey.wording import Wording
from commsvc.words.messages import Label, Text, message

# More different numbers than this are no levels, unless a codebook says so.
_MOST_NUMBERS = 11
_MOST_TEXTS = 50
NO_TEST: Final = pd.DataFrame(columns=list(TEST_COLUMNS))
_PERCENT: Final = "{share:percent}"


@dataclass(frozen=True, repr=False)
class Satisfaction:
    """What `satisfaction` found.

    Attributes
    ----------
    table : tidy shares (of a number, means and quantiles), everybody first; of a matrix with the
        row in `item`
    test : one row, or none where the design or the question allows no test; of a question with
        several answers one row an option, of a matrix one a row, with `p_adjusted`
    favourable : levels counted as satisfied; empty where the answers are not graded
    sentence : ready for a caption; `.text("zh")` has it in Chinese
    reasons : why this table, this interval, this test
    explain : whether the reasons are shown
    summary : of graded answers the shares favourable, neutral and unfavourable, the net share and
        the mean score (`likert_summary`); of a ranking mean places; else empty
    missing : `kind, count`: asked, answered, and why the others did not (of a matrix, by `item`)
    bounds : worst-case bounds of the favourable share for missing answers; empty where it has none
    """

    table: pd.DataFrame
    test: pd.DataFrame
    favourable: tuple[str, ...]
    sentence: Text
    reasons: tuple[Text, ...]
    explain: bool = False
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        reasons = [f"- {reason}" for reason in self.reasons if self.explain]
        return "\n".join([str(self.sentence), *reasons])


def satisfaction(
    survey: Any,
    question: str,
    by: str | None = None,
    *,
    design: Design | None = None,
    codebook: Codebook | None = None,
    favourable: Collection[str] | None = None,
    base: str = "asked",
    confidence: float = 0.95,
    smallest_base: float = 0,
    explain: bool = False,
) -> Satisfaction:
    """What people answered to a question, by group, with interval, test, effect and a sentence.

    Parameters
    ----------
    survey : Answers, or any frame that Narwhals takes
    question : a question of the codebook, or a column. Single and scale: shares of the levels;
        several answers: shares of people; matrix: each row; ranking: who was put first, and mean
        places; number: mean and quartiles. Text is refused
    by : a question or column of groups
    design : who was asked; left out, the roles of the codebook say it, and without any the design
        is unknown, and every result says what it rests on
    codebook : a question of kind "scale" has its levels in order there, whatever their words
    favourable : levels counted as satisfied; left out, known from graded words (很满意, good …)
    base : see `tabulate_answers`
    smallest_base : groups of fewer people are hidden in tables and sentence, and what would give
        them away (`hide_small`); the test is then of the groups that are shown
    explain : show the reasons with the sentences

    Returns
    -------
    Satisfaction

    Examples
    --------
    >>> frame = pd.DataFrame({"q": ["很满意"] * 6 + ["不满意"] * 4})
    >>> found = satisfaction(frame, "q", design=Design.census(), explain=True)
    >>> print(found)
    q: 6 of 10 (60.0%) answered favourably; complete count of 10.
    - the answers are graded (satisfaction): 很满意 count as favourable
    - a complete count is exact: no interval and no test
    >>> found.sentence.text("zh")
    'q：10人中6人（60.0%）评价满意；全数调查，n = 10。'
    """
    book = codebook_of(survey, codebook)
    reasons = []
    if design is None:
        design = book.design() if book is not None else Design.unknown()
        reasons.append(why.DESIGN_READ if design.kind == "sample" else why.DESIGN_UNSAID)
    if by is not None and by == question:
        raise CommsvcError("a question compared by itself", where=question, next_step="another by=")
    asked = _Asked(survey, question, by, design, book, favourable, base, confidence, smallest_base)
    found = _found(asked, find_question(book, question).kind)
    table, summary, bounds = hide_small([found.table, found.summary, found.bounds], smallest_base)
    return Satisfaction(
        table, found.test, found.favourable, found.sentence, (*reasons, *found.reasons), explain,
        summary, found.missing, bounds,
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """What `satisfaction` was asked."""

    survey: Any
    question: str
    by: str | None
    design: Design
    book: Codebook | None
    favourable: Collection[str] | None
    base: str
    confidence: float
    smallest_base: float = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The question's columns."""
        return find_question(self.book, self.question).columns

    @property
    def how(self) -> dict[str, Any]:
        """What every estimate of this survey takes."""
        return {"design": self.design, "codebook": self.book}

    def table(self, question: str = "", base: str = "") -> Tabulation:
        """The question's table."""
        asked, base = question or self.question, base or self.base
        return tabulate_answers(self.survey, asked, self.by, base=base, **self.how)

    def wording(self, table: Tabulation, missing: pd.DataFrame) -> Wording:
        """What the sentences need besides the numbers."""
        n = int((table.everyone or table).base[0])
        by = self.by and self._title(self.by, groups=True)
        return Wording(
            self._title(self.question), by or "", self.design, n, missing, self.confidence,
            self.base == "asked",
        )  # fmt: skip

    def _title(self, name: str, groups: bool = False) -> Text | str:
        """The question's name and its text, as the codebook has them."""
        if self.book is None or name not in self.book:
            return name
        question = self.book[name]
        text: Text = Label({"en": question.text_en, "zh": question.text})
        if not text or name in (question.text, question.text_en):
            return name
        if groups:
            return message("{name} {text}", name=name, text=text, context="groups")
        if name != question.name:
            item = _level_name(question.item(name))
            text = message("{text}: {item}", text=text, item=item)
        return message("{name} {text}", name=question.name, text=text)

    def names(self, name: str | None) -> dict[str, Text]:
        """What a question's answers are called, and its items."""
        if self.book is None or name is None or name not in self.book:
            return {}
        question = self.book[name]
        known = {level.label: _level_name(level) for level in question.levels}
        if question.items:
            items = {item_name(c): _level_name(question.item(c)) for c in question.columns}
            known |= items
        return known

    def named(self, name: str | None) -> Any:
        """A function from a label to what it is called."""
        names = self.names(name)
        return lambda label: names.get(str(label), str(label))


def _level_name(level: Level) -> Text:
    return Label({"en": level.en, "zh": level.zh, "": level.label})


@dataclass(frozen=True)
class _Finding:
    """The parts of a `Satisfaction`."""

    table: pd.DataFrame
    test: pd.DataFrame
    sentence: Text
    reasons: tuple[Text, ...]
    missing: pd.DataFrame
    favourable: tuple[str, ...] = ()
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: pd.DataFrame = field(default_factory=pd.DataFrame)


def _found(asked: _Asked, kind: str) -> _Finding:
    if kind == "text":
        raise CommsvcError(
            "answers in people's own words make no table",
            where=asked.question,
            next_step="sort them into levels first, or give the question its kind in the codebook",
        )
    if kind == "multiple":
        return _of_several(asked)
    if kind == "number":
        return _of_number(asked)
    if kind in ("matrix", "ranking") and len(asked.columns) > 1:
        return _of_items(asked) if kind == "matrix" else _of_ranking(asked)
    return _of_one(asked)


def _unsaid(asked: _Asked, wording: Wording) -> Text | None:
    """The sentence where nobody answered, or fewer people than may be shown; else None."""
    counts = wording.missing.set_index("kind")["count"]
    if int(counts["answered"]) == 0:
        return wording.nobody()
    return wording.few(asked.smallest_base) if wording.n < asked.smallest_base else None


def _of_one(asked: _Asked) -> _Finding:
    """A question with one answer: shares of its levels, and of the favourable ones together."""
    table = asked.table()
    labels = [level for level in table.levels if level != UNANSWERED]
    if not (asked.book is not None and asked.question in asked.book):
        if _are_numbers(labels):
            found = _of_number(asked)
            return replace(found, reasons=(why.BY_NUMBER, *found.reasons))
        _refuse_text(asked, labels, table)
    good, _ = graded_sets(labels, asked.favourable, where=asked.question)
    scale, in_order = _scale_of(asked, labels)
    names = asked.names(asked.question)
    favourable = tuple(str(x) for x in good)
    reasons: list[Text] = [why.graded(scale, favourable, names) if scale else why.NO_SCALE]
    reasons += [why.designed(table), *why.of_base(table, names)]
    frame = table.frame(confidence=asked.confidence, sizes=False)
    missing = count_missing_answers(table)
    wording = asked.wording(table, missing)
    if (few := _unsaid(asked, wording)) is not None:
        return _Finding(frame, NO_TEST, few, tuple(reasons), missing, favourable)
    marks = scale_scores(labels) if scale == "codebook" else graded_scores(labels)
    summary = bounds = pd.DataFrame()
    if good or marks:
        summary = likert_summary(table, good, scores=marks, confidence=asked.confidence)
    if good:
        full = table if asked.base == "asked" else asked.table(base="asked")
        bounds = missing_bounds(full, good)
        low, high = bounds.loc[0, ["low", "high"]]
        reasons += [why.bounds_said(float(low), float(high))] if low < high else []
    hidden = hidden_groups([frame, summary, bounds], asked.smallest_base)
    shown = _shown(table, hidden)
    test, tested = _compared(shown, asked, in_order, names)
    tested += [why.ONLY_SHOWN] if hidden and len(test) else []
    first, ends = _in_short(asked, wording, frame, summary, good, scale)
    by = wording.groups(ends, test, _pair(shown, asked)) if asked.by else None
    reasons += [*tested, *why.small_groups(table, asked.names(asked.by), asked.smallest_base)]
    sentence = wording.sentence(first, by)
    return _Finding(frame, test, sentence, tuple(reasons), missing, favourable, summary, bounds)


def _in_short(
    asked: _Asked, wording: Wording, frame: pd.DataFrame, summary: pd.DataFrame,
    good: Sequence[Any], scale: str,
) -> tuple[Text, tuple[Any, Any] | None]:  # fmt: skip
    """The favourable share with the groups at its ends, else the most frequent answer."""
    if not good:
        names = asked.named(asked.question)
        return wording.most([(row, names(row["level"])) for row in _largest(frame)]), None
    rows = summary[summary["level"] == FAVOURABLE].set_index("group")
    what = why.FAVOURABLY.get(scale if asked.favourable is None else "", why.FAVOURABLY[""])
    [seen] = hide_small([summary], asked.smallest_base)
    seen = seen[seen["level"] == FAVOURABLE].set_index("group")
    return wording.share(rows.loc["all"], what), _extremes(seen, asked, percent=True)


def _refuse_text(asked: _Asked, labels: Sequence[Any], table: Tabulation) -> None:
    people = (table.everyone or table).base[0]
    if len(labels) > max(_MOST_TEXTS, people / 2):
        raise CommsvcError(
            f"{len(labels)} different answers of {people:g} people: that is text",
            where=asked.question,
            next_step="sort them into levels first",
        )


def _scale_of(asked: _Asked, labels: list[Any]) -> tuple[str, bool]:
    """The scale of the answers ("" for none), and whether they stand in its order."""
    if scale := common_scale([str(x) for x in labels]):
        return scale, _in_scale_order(labels)
    if asked.book is None or asked.question not in asked.book:
        return "", False
    question = asked.book[asked.question]
    known = {level.label for level in question.levels}
    if question.kind in ("scale", "matrix") and known and {str(x) for x in labels} <= known:
        return "codebook", True
    return "", False


def _of_number(asked: _Asked) -> _Finding:
    """A number: mean and quartiles, and a test of ranks."""
    [column] = asked.columns
    rest = {"confidence": asked.confidence, **asked.how}
    means = estimate_means(asked.survey, column, asked.by, sizes=False, **rest)
    reasons: list[Text] = [why.NUMBER if asked.design.allows_inference else why.NUMBER_EXACT]
    frame = means.assign(level="mean")
    table = asked.table(base="answered")
    missing = count_missing_answers(table)
    wording = replace(asked.wording(table, missing), blank_stays=False)
    if (few := _unsaid(asked, wording)) is not None:
        return _Finding(frame, NO_TEST, few, tuple(reasons), missing)
    quartiles = frame.iloc[:0]
    try:
        parts = [0.25, 0.5, 0.75]
        quartiles = estimate_quantiles(asked.survey, column, asked.by, quantiles=parts, **rest)
    except CommsvcError as error:
        reasons.append(message("no quartiles: {problem}", problem=error.problem))
    names = {"0.25": "lower quartile", "0.5": "median", "0.75": "upper quartile"}
    quartiles = quartiles.assign(level=quartiles["level"].map(names))
    hidden = hidden_groups([frame], asked.smallest_base)
    shown = _shown(table, hidden)
    test, tested = _compared(shown, asked, True, {}, number=True)
    tested += [why.ONLY_SHOWN] if hidden and len(test) else []
    median = quartiles[(quartiles["group"] == "all") & (quartiles["level"] == "median")]
    middle = float(median["estimate"].iloc[0]) if len(median) else float("nan")
    said = wording.mean(frame.set_index("group").loc["all"], middle)
    by = None
    if asked.by:
        [seen] = hide_small([frame], asked.smallest_base)
        ends = _extremes(seen.set_index("group"), asked, percent=False)
        by = wording.groups(ends, test, _pair(shown, asked))
    reasons += [why.designed(table, number=True), *tested]
    reasons += why.small_groups(table, asked.names(asked.by), asked.smallest_base)
    table_out = pd.concat([frame, quartiles], ignore_index=True)
    return _Finding(table_out, test, wording.sentence(said, by), tuple(reasons), missing)


def _of_several(asked: _Asked, firsts: Tabulation | None = None) -> _Finding:
    """A question with several answers: shares of people, each option tested alone.

    `firsts`: of a ranking, who put each item first.
    """
    table = asked.table() if firsts is None else firsts
    frame = table.frame(confidence=asked.confidence, sizes=False)
    missing = count_missing_answers(table)
    wording = asked.wording(table, missing)
    reasons: list[Text] = [why.SEVERAL if firsts is None else why.RANKING, why.designed(table)]
    if (few := _unsaid(asked, wording)) is not None:
        return _Finding(frame, NO_TEST, few, tuple(reasons), missing)
    test = NO_TEST
    if asked.by and asked.design.allows_inference:
        hidden = hidden_groups([frame], asked.smallest_base)
        shown = _shown(table, hidden)
        if (shown.base > 0).sum() < 2:
            reasons.append(why.TOO_FEW)
        else:
            test = option_tests(shown)
            reasons += [why.ONE_BY_ONE, *([why.ONLY_SHOWN] if hidden else [])]
    name = asked.named(asked.question)
    top = [(row, name(row["level"])) for row in _largest(frame)]
    said = wording.most(top) if firsts is None else wording.put_first(*top[0])
    named = test.assign(level=[name(x) for x in test.get("level", [])])
    by = wording.several(named, rows=False) if asked.by else None
    reasons += why.small_groups(table, asked.names(asked.by), asked.smallest_base)
    return _Finding(frame, test, wording.sentence(said, by), tuple(reasons), missing)


def _of_ranking(asked: _Asked) -> _Finding:
    """A ranking: who was put first, and the mean place of every item."""
    table = tabulate_firsts(asked.survey, asked.question, asked.by, base=asked.base, **asked.how)
    rest = {"confidence": asked.confidence, **asked.how}
    places = [
        estimate_means(asked.survey, column, asked.by, **rest).assign(level=item_name(column))
        for column in asked.columns
    ]
    return replace(_of_several(asked, table), summary=pd.concat(places, ignore_index=True))


def _of_items(asked: _Asked) -> _Finding:
    """A matrix: every row a question of its own, the tests adjusted for their number."""
    parts = {
        item_name(column): _of_one(replace(asked, question=column)) for column in asked.columns
    }
    test = _together(parts, "test")
    reasons: list[Text] = [why.MATRIX, *dict.fromkeys(r for x in parts.values() for r in x.reasons)]
    if not test.empty:
        test = test.rename(columns={"item": "level"})
        test.insert(list(test).index("p") + 1, "p_adjusted", adjust_p(test["p"]))
        tested = int(test["p"].notna().sum())
        said = message("P adjusted for {n} rows (Holm)", n=tested)
        test["note"] = [join_notes(note, said) for note in test["note"]]
        reasons.append(why.EACH_ROW)
    # Of the matrix as a whole: of its row with the fewest answers.
    least = min((x.missing for x in parts.values()), key=lambda f: int(f["count"].iloc[1]))
    tables = [asked.table(column) for column in asked.columns]
    n = max(int((table.everyone or table).base[0]) for table in tables)
    wording = replace(asked.wording(tables[0], least), n=n)
    summary = _together(parts, "summary")
    return _Finding(
        _together(parts, "table"), test, _items_said(asked, wording, summary, test),
        tuple(reasons), _together(parts, "missing"),
        tuple(dict.fromkeys(x for found in parts.values() for x in found.favourable)),
        summary, _together(parts, "bounds"),
    )  # fmt: skip


def _together(parts: Mapping[str, _Finding], attribute: str) -> pd.DataFrame:
    """One frame of those of all rows, the row in `item`."""
    frames = {item: getattr(found, attribute) for item, found in parts.items()}
    kept = [frame.assign(item=item) for item, frame in frames.items() if not frame.empty]
    if not kept:
        return next(iter(frames.values()))
    joined = pd.concat(kept, ignore_index=True)
    return joined[["item", *(name for name in joined if name != "item")]]


def _items_said(asked: _Asked, wording: Wording, summary: pd.DataFrame, test: pd.DataFrame) -> Text:
    if (few := _unsaid(asked, wording)) is not None:
        return few
    name = asked.named(asked.question)
    first: Text = message("{n} rows, see the table", n=len(asked.columns))
    if not summary.empty:
        good = summary[(summary["level"] == FAVOURABLE) & (summary["group"] == "all")]
        good = good.dropna(subset="estimate").sort_values("estimate", kind="stable")
        first = wording.items(good, name) if len(good) else first
    by = None
    if asked.by and not test.empty:
        named = test.assign(level=[name(item) for item in test["level"]])
        by = wording.several(named, rows=True)
    return wording.sentence(first, by)


def _shown(table: Tabulation, hidden: Mapping[Any, Any]) -> Tabulation:
    """The table without the groups that are hidden."""
    if not hidden:
        return table
    return table.part([g for g, name in enumerate(table.groups) if name not in hidden])


def _compared(
    table: Tabulation, asked: _Asked, ordered: bool, names: Mapping[str, Text], *,
    number: bool = False,
) -> tuple[pd.DataFrame, list[Text]]:  # fmt: skip
    """The test of the groups, where there is one to make, and why this one."""
    if not table.by or not table.design.allows_inference:
        return NO_TEST, []
    answered = comparable(table)
    if min(answered.counts.shape) < 2:
        return NO_TEST, [why.TOO_FEW]
    if ordered and not number and _falls(answered.levels):
        # The best answer last, so that an effect above 0 is the better one.
        answered = answered.part(range(len(answered.groups)), range(len(answered.levels))[::-1])
    complex_design = table.design.kind == "sample"
    by_rank = ordered and (complex_design or table.design.deff == 1)
    try:
        test = group_test(answered, ordered=by_rank)
    except CommsvcError as error:
        return NO_TEST, [why.not_tested(error.problem)]
    test["note"] = [join_notes(note, unanswered_note(table)) for note in test["note"]]
    if by_rank:
        reason = why.NUMBER_RANKS if number else why.RANKS
        reason = why.DESIGN_RANKS if complex_design and not number else reason
    else:
        reason = why.RAO_SCOTT if complex_design else why.WHOLE_TABLE
    if "Cliff" not in str(test["method"].iloc[0]) or len(answered.groups) != 2:
        return test, [reason]
    first, second = map(asked.named(asked.by), answered.groups)
    last = str(answered.levels[-1])
    end = message("high numbers") if number else names.get(last, last)
    return test, [reason, why.sign_of_delta(table.by, first, second, end)]


def _pair(table: Tabulation, asked: _Asked) -> tuple[Any, Any] | None:
    """The two groups that an effect compares, in its order."""
    held = [g for g, n in zip(table.groups, table.base, strict=True) if n]
    if len(held) != 2:
        return None
    first, second = map(asked.named(asked.by), held)
    return first, second


def _extremes(rows: pd.DataFrame, asked: _Asked, *, percent: bool) -> tuple[Any, Any] | None:
    """The groups with the lowest and the highest estimate, as they are printed."""
    groups = rows[rows.index != "all"].dropna(subset="estimate").sort_values("estimate")
    if len(groups) < 2:
        return None
    name = asked.named(asked.by)
    low, high = (
        (
            name(row.name),
            message("{share:percent}", share=row["estimate"])
            if percent
            else message("{mean:decimal}", mean=row["estimate"]),
        )
        for row in (groups.iloc[0], groups.iloc[-1])
    )
    return low, high


def _largest(frame: pd.DataFrame) -> list[Any]:
    """The rows of everybody's most frequent answer; several where they are as frequent."""
    whole = frame[(frame["group"] == "all") & frame["estimate"].notna()]
    whole = whole[whole["level"] != UNANSWERED]
    top = whole[np.isclose(whole["estimate"], whole["estimate"].max(), rtol=1e-12)]
    return [row for _, row in top.iterrows()]


def _are_numbers(labels: Sequence[Any]) -> bool:
    plain = all(isinstance(x, (int, float, np.number)) for x in labels)
    return plain and len(labels) > _MOST_NUMBERS


def _falls(levels: Sequence[Any]) -> bool:
    """Whether graded answers stand from the best to the worst."""
    marks = graded_scores(list(levels))
    return bool(marks) and marks[levels[0]] > marks[levels[-1]]


def _in_scale_order(labels: Sequence[Any]) -> bool:
    places = [found.level for x in labels if (found := grade(str(x))) is not None]
    return places in (sorted(places), sorted(places, reverse=True))
