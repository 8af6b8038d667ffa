"""What the first cell of a study's notebook says, checked: design, questions, groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.survey.answers import Answers, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.codebook_files import load_codebook
from commsvc.survey.draft import draft_codebook
from commsvc.survey.headers import leads
from commsvc.survey.likert import are_codes

DESIGNS: Final = ("census", "incomplete", "srs", "unknown", "sample")
# How questionnaires ask for the whole: overall satisfaction, 总体满意度.
_OVERALL: Final = re.compile(
    r"(?:总体|整体|总的|综合).*满意|满意.*(?:总体|整体)|overall.*satisf|satisf.*overall", re.I
)
_CLOSED: Final = ("single", "scale", "multiple", "matrix", "ranking", "number")


def study_design(
    kind: str = "",
    *,
    codebook: Codebook | None = None,
    weights: str = "",
    strata: str = "",
    clusters: Sequence[str] | str = (),
    fpc: str = "",
    population: int | None = None,
    lonely: str = "fail",
) -> Design:
    """The design that the parameters describe.

    Parameters
    ----------
    kind : "census", "incomplete", "srs", "unknown", "sample", or "": "sample" where columns are
        named, else what the codebook's roles say, else unknown
    codebook : whose roles weight, stratum and cluster count where no column is named
    weights, strata, clusters, fpc : columns of a sample; clusters first stage first, fpc the number
        of first-stage units in the population of the stratum
    population : how many people there are, for "srs" and "incomplete"
    lonely : what to do with a stratum of one cluster, by the names of R's survey

    Examples
    --------
    >>> study_design("srs", population=18000).describe()
    'simple random sample from 18000'
    >>> study_design(weights="w", strata="district").describe()
    'sample (weights w, strata district)'
    >>> study_design("census", weights="w")
    Traceback (most recent call last):
        ...
    commsvc.errors.CommsvcError: parameters: design 'census' has no weights, strata, clusters or
    fpc; allowed: design = "sample"
    """
    stages = (clusters,) if isinstance(clusters, str) and clusters else tuple(clusters)
    named = bool(weights or strata or stages or fpc)
    if not kind:
        kind = "sample" if named else ""
    elif kind not in DESIGNS:
        raise unknown_name("design", kind, DESIGNS, "parameters")
    if kind and kind != "sample" and named:
        raise CommsvcError(
            f"design {kind!r} has no weights, strata, clusters or fpc",
            where="parameters",
            allowed='design = "sample"',
        )
    if population is not None and kind not in ("srs", "incomplete"):
        raise CommsvcError(
            f"design {kind or 'unknown'!r} has no population",
            where="parameters",
            allowed='design = "srs" or "incomplete"; a sample has fpc, the name of a column',
        )
    if kind in ("srs", "incomplete"):
        return Design.srs(population) if kind == "srs" else Design.incomplete(population)
    if kind in ("census", "unknown"):
        return Design.named(kind)
    if named:
        return Design.sample(
            weights=weights or None,
            strata=strata or None,
            clusters=stages,
            stratum_sizes=fpc or None,
            lonely=lonely,
        )
    found = codebook.design(lonely=lonely) if codebook is not None else Design.unknown()
    if kind == "sample" and found.kind != "sample":
        raise CommsvcError(
            'design "sample" without weights, strata or clusters',
            where="parameters",
            next_step="name their columns, or give columns of the codebook these roles",
        )
    return found


def study_codebook(answers: Answers, data: str | Path, codebook: str | Path = "") -> Codebook:
    """The codebook a study goes by: the one named, else one beside the data, else a draft.

    Parameters
    ----------
    answers : read from `data`; the codebook is checked against them
    data : for `answers.xlsx`, `answers_codebook.yaml` (.yml, .csv) in the same folder
    codebook : a file; "" for one beside the data, or a draft

    Raises
    ------
    CommsvcError : the file is not there, is no codebook, or is one of other answers
    """
    file = Path(data)
    beside = [file.with_name(f"{file.stem}_codebook{end}") for end in (".yaml", ".yml", ".csv")]
    found = [Path(codebook)] if codebook else [path for path in beside if path.is_file()]
    book = load_codebook(found[0]) if found else draft_codebook(answers)
    book.check(answers)
    return book


def chosen_questions(
    codebook: Codebook, names: Sequence[str] | str = (), answers: Answers | None = None
) -> list[Question]:
    """The questions named, or every closed one that has no role, scales first.

    Parameters
    ----------
    names : questions of the codebook; empty for all
    answers : questions without any column there, or without any answer, are left out

    Examples
    --------
    >>> book = Codebook((Question("age", kind="number"), Question("sat", kind="scale"),
    ...                  Question("said", kind="text")))
    >>> [question.name for question in chosen_questions(book)]
    ['sat', 'age']
    """
    if names:
        return [codebook[name] for name in ([names] if isinstance(names, str) else names)]
    lead = leads()
    closed = [q for q in codebook if q.kind in _CLOSED and not q.role and q.name not in lead]
    if answers is not None:
        there = answers.data
        closed = [
            q for q in closed if all(c in there and there[c].notna().any() for c in q.columns)
        ]
    graded = [q for q in closed if q.kind == "scale"]
    return graded + [q for q in closed if q.kind != "scale"]


def chosen_outcome(
    codebook: Codebook, name: str = "", answers: Answers | None = None
) -> Question | None:
    """The question that the report is about: the one named, else the first of overall satisfaction,
    else the first scale of words, else the first question with answers to choose from.

    Parameters
    ----------
    name : a question of the codebook; empty to look for one
    answers : a question without any answer there is not taken

    Examples
    --------
    >>> from commsvc.survey.answers import Level
    >>> words = (Level("1", "满意"), Level("2", "不满意"))
    >>> book = Codebook((Question("Q1", "收费", kind="scale", levels=words),
    ...                  Question("Q2", "总体满意度", kind="scale", levels=words)))
    >>> chosen_outcome(book).name
    'Q2'
    """
    if name:
        return codebook[name]
    there = [q for q in chosen_questions(codebook, (), answers) if q.kind != "ranking"]
    scales = [q for q in there if q.kind == "scale"]
    overall = [q for q in scales if _OVERALL.search(f"{q.text} {q.text_en}")]
    worded = [q for q in scales if not are_codes([x.label for x in q.levels if not x.missing])]
    closed = [q for q in there if q.kind in ("single", "multiple")]
    return next(iter([*overall, *worded, *scales, *closed, *there]), None)


def chosen_groups(codebook: Codebook, names: Sequence[str] | str = ()) -> list[Question]:
    """The questions named, or those whose role is group; each with one answer a person.

    >>> sex = Question("sex", kind="single", columns=("sex",), role="group")
    >>> book = Codebook((sex, Question("q")))
    >>> [question.name for question in chosen_groups(book)]
    ['sex']
    """
    if names:
        found = [codebook[name] for name in ([names] if isinstance(names, str) else names)]
    else:
        found = [q for q in codebook if q.role == "group"]
    for group in found:
        if len(group.columns) != 1:
            raise CommsvcError(
                f"groups of {group.name} overlap: a person may have given several answers",
                where="groups",
                allowed="a question with one answer",
            )
    return found
