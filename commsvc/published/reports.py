"""The seven published reports: what each printed, who counted it, and what that allows.

The figures are data (``data/published/``, described in ``data/README.md``) and travel in the
wheel. A figure stays the string that was printed until it is read by `commsvc.printed`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import KINDS
from commsvc.labels import Labels, read_labels
from commsvc.printed import Interval, Printed, read

if TYPE_CHECKING:
    import pandas as pd


# The closed vocabularies of the published figures; ``data/README.md`` explains them.
NUMBERS: Final = range(1, 8)
LANGUAGES: Final = ("zh", "en")
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stock": "what there is at a time: institutions, staff, records on file, floor area",
        "flow": "what happens in a period: visits, services, forms, output",
        "share": "a part of a whole, or one quantity by another",
        "price": "money for something: rent, cost per visit, an investment",
        "standard": "what a norm demands, named as such in the report",
        "need": "what the report derives from a standard",
        "target": "what is to be reached by a date",
        "plan": "what is proposed or being built",
        "rule": "what members or institutions must do",
        "list": "how many items a list is said to have",
        "duration": "how long something takes or took",
        "date": "a year, month or day",
        "mask": "a number its host hid (20xx, __): unknown, never ordered",
    }
)
# These were decided, not measured: an unhedged one stands for itself alone.
EXACT_ROLES: Final = frozenset({"standard", "target", "plan", "rule", "list", "date"})
DESIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {name: KINDS[name] for name in ("census", "incomplete", "unknown", "none")}
)


def data_folder() -> Path:
    """Where the published figures are: in the installed package, else in the checkout.

    >>> (data_folder() / "reports.csv").is_file()
    True
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data" / "published", package.parent / "data" / "published"):
        if folder.is_dir():
            return folder
    raise CommsvcError(
        "the published figures are not installed",
        where=str(package),
        next_step="install commsvc from its wheel, or run it from a checkout with data/published/",
    )


@dataclass(frozen=True, repr=False)
class Report:
    """One published report.

    Attributes
    ----------
    number : 1 to 7, its place on the page
    title : our own short title, ``{"zh": …, "en": …}``
    source : what kind of document it is, who counted and when, in both languages
    design : one of `DESIGNS`
    n : how many units were counted, where that is one number
    n_unit : what those units are, in both languages
    allows : what the design allows, in both languages

    Examples
    --------
    >>> report = load_report(1)
    >>> report.title["en"]
    'Community health services of a city'
    >>> report.printed("rent_total").text, str(report.values("rent_total"))
    ('60多万元', '(600000, 700000)')
    >>> report.value("staff_urban")
    Fraction(197, 1)
    >>> report.label("visits_urban", "zh")
    '市区社区卫生服务机构门诊量'
    """

    number: int
    title: Mapping[str, str]
    source: Mapping[str, str]
    design: str
    n: int | None
    n_unit: Mapping[str, str]
    allows: Mapping[str, str]
    _rows: Mapping[str, Mapping[str, str]]

    def __repr__(self) -> str:
        return f"Report({self.number}, {self.title['en']!r}, {len(self._rows)} figures)"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its figures, in the report's order."""
        return tuple(self._rows)

    @property
    def figures(self) -> pd.DataFrame:
        """Its printed figures, one a row, as in ``data/published/report_N.csv``.

        `report` and `paragraph` are whole numbers; all else is text: `value_low` and `value_high`
        are exact (``"58.175"``, ``"1/3"``) and empty where there is no such end.
        """
        import pandas as pd

        frame = pd.DataFrame([dict(row) for row in self._rows.values()], columns=list(_FIGURES))
        return frame.astype({"report": "int64", "paragraph": "int64"})

    @property
    def name(self) -> tuple[str, str]:
        """What a caption calls it, in English and Chinese.

        >>> load_report(3).name
        ('report 3', '报告三')
        """
        return f"report {self.number}", f"报告{'一二三四五六七'[self.number - 1]}"

    @property
    def labels(self) -> Labels:
        """What the columns of its tables, and of what is worked out from them, are called.

        >>> load_report(3).labels.of("status", "built").text("zh")
        '建成'
        """
        return labels(str(self.number))

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its further tables, for `table`."""
        return tuple(sorted(_tables(self.number)))

    def row(self, id: str) -> Mapping[str, str]:
        """Everything the table says about one figure."""
        if id not in self._rows:
            raise unknown_name("figure", id, self._rows, where=f"report {self.number}")
        return self._rows[id]

    def printed(self, id: str, rule: str = "half_up") -> Printed:
        """One figure, read; standards, targets, plans and rules exactly (see `EXACT_ROLES`)."""
        row = self.row(id)
        try:
            return read(row["printed"], rule=rule, exact=row["role"] in EXACT_ROLES)
        except CommsvcError as error:
            raise CommsvcError(error.problem, where=self._where(id)) from None

    def values(self, id: str, rule: str = "half_up") -> Interval:
        """Every value one figure may stand for, in its printed unit (万 multiplied out, % as %)."""
        printed = self.printed(id, rule)
        if printed.values is None:
            raise CommsvcError(
                f"{printed.text!r} is masked: nobody can know its value", where=self._where(id)
            )
        return printed.values

    def value(self, id: str) -> Fraction:
        """The number itself, where one plain number is printed.

        Raises
        ------
        CommsvcError : where the figure is hedged, a range or masked; `values` has its bounds
        """
        printed = self.printed(id)
        if printed.hedge or printed.face is None:
            known = "" if printed.values is None else f"; it allows {printed.values}"
            raise CommsvcError(
                f"{printed.text!r} is not one plain number ({printed.hedge or printed.kind})"
                + known,
                where=self._where(id),
                next_step="use values(), which gives the bounds" if printed.values else "",
            )
        return printed.face

    def label(self, id: str, lang: str = "en") -> str:
        """What the figure is of, in Chinese (`zh`) or English (`en`)."""
        if lang not in LANGUAGES:
            raise unknown_name("language", lang, LANGUAGES)
        return self.row(id)[f"subject_{lang}"]

    def table(self, name: str) -> pd.DataFrame:
        """One of its further tables (see `tables` and ``data/README.md``).

        Whole numbers come as ``Int64``; what was printed, and hashes, stay text; an empty cell is
        missing.
        """
        import pandas as pd

        files = _tables(self.number)
        if name not in files:
            raise unknown_name("table", name, files, where=f"report {self.number}")
        with files[name].open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        text = {column: "string" for column in header if _TEXT.search(column)}
        frame = pd.read_csv(files[name], dtype=text, keep_default_na=False, na_values=[""])
        return frame.convert_dtypes()

    def _where(self, id: str) -> str:
        return f"report {self.number}, {id}"


_FIGURES: Final = (
    *("id", "report", "section", "paragraph", "subject_zh", "subject_en", "printed", "raw"),
    *("value_low", "value_high", "unit", "hedge", "role", "note"),
)
# Columns that hold what was printed, or hexadecimal digits: never to become floats.
_TEXT: Final = re.compile(r"printed|raw|hash")
_TABLE_NAME: Final = re.compile(r"report((?:_\d)+)_([a-z]\w*)\.csv")


def load_report(number: int) -> Report:
    """One of the seven published reports, by its number on the page.

    Parameters
    ----------
    number : 1 (city community health service), 2 (district health survey), 3 (county rural
        service centres), 4 (what community service is), 5 (students' winter holiday), 6 (city
        community service industry) or 7 (party members volunteering)

    Raises
    ------
    CommsvcError : for any other number

    Examples
    --------
    >>> load_report(2).design, load_report(2).n
    ('unknown', 230)
    >>> load_report(8)
    Traceback (most recent call last):
        ...
    commsvc.errors.CommsvcError: no report '8'; allowed: 1, 2, 3, 4, 5, 6, 7
    """
    if not isinstance(number, int) or number not in NUMBERS:
        raise unknown_name("report", number, NUMBERS)
    return _load(int(number))


def labels(of: str = "") -> Labels:
    """What columns and values are called: the data dictionary ``labels.csv``.

    Parameters
    ----------
    of : whose labels beside those for all: the number of a report, ``"all"`` for tables of several
        reports; ``"repair"``, ``"studies"``, ``"tables"``, ``"planning"`` or ``"equity"`` for
        the notebooks of methods

    Examples
    --------
    >>> labels("all").of("design", "census").text("zh")
    '普查'
    """
    return read_labels(data_folder() / "labels.csv", of=of)


def outcomes() -> pd.DataFrame:
    """What each report says of satisfaction and of utilisation, and what follows from it.

    Returns
    -------
    DataFrame
        a row a report and `outcome` (`satisfaction`, `utilisation`): `state` (`yes`, `partly`,
        `no`: whether figures of it are printed), and in both languages what is `printed`, what it
        `can` and what it `cannot` support

    Examples
    --------
    >>> table = outcomes().set_index(["report", "outcome"])
    >>> table.loc[(2, "satisfaction"), ["state", "printed_en"]].tolist()
    ['partly', 'three shares of 230 forms']
    """
    import pandas as pd

    return pd.read_csv(data_folder() / "outcomes.csv")


def claims(number: int) -> list[dict[str, Any]]:
    """What a report's figures say of each other, for `commsvc.published.claims.audit`.

    Parameters
    ----------
    number : 1 to 7

    Returns
    -------
    list of dict
        a claim each, in the order of the file: the fields of its kind with strings as printed;
        `id`, `about_en`, `about_zh` (what is claimed), `report`, `source`, `figures` (the ids it is
        made of), `not_printed` (why something is given that the report does not print) and
        `given` (the fields of which that is true); an empty list where nothing can be checked

    Raises
    ------
    CommsvcError : for any other number; for a file whose claims refer to what is not there

    Examples
    --------
    >>> [c["printed"] for c in claims(3) if c["id"] == "r3/ratio Nanzhan"]
    ['4.1个']
    """
    from commsvc.published.report_claims import read_claims_file

    report = load_report(number)
    path = data_folder() / f"report_{report.number}_claims.jsonl"
    return read_claims_file(path, report) if path.is_file() else []


@lru_cache(maxsize=len(NUMBERS))
def _load(number: int) -> Report:
    about = {row["report"]: row for row in _read(data_folder() / "reports.csv")}[str(number)]
    rows = _read(data_folder() / f"report_{number}.csv")
    return Report(
        number=number,
        title=_both(about, "title"),
        source=MappingProxyType({lang: _source(about, lang) for lang in LANGUAGES}),
        design=about["design"],
        n=int(about["n"]) if about["n"] else None,
        n_unit=_both(about, "n_unit"),
        allows=_both(about, "allows"),
        _rows=MappingProxyType({row["id"]: MappingProxyType(row) for row in rows}),
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _both(row: Mapping[str, str], field: str) -> Mapping[str, str]:
    return MappingProxyType({lang: row[f"{field}_{lang}"] for lang in LANGUAGES})


def _source(row: Mapping[str, str], lang: str) -> str:
    parts = [row[f"kind_{lang}"], row[f"counted_by_{lang}"]]
    if row[f"counted_when_{lang}"]:
        parts.append({"zh": "时间：", "en": "when: "}[lang] + row[f"counted_when_{lang}"])
    return ("；" if lang == "zh" else "; ").join(parts)


def _tables(number: int) -> dict[str, Path]:
    """name -> file of the further tables of a report; a table may belong to two reports."""
    found = {}
    for path in sorted(data_folder().glob("report_*.csv")):
        match = _TABLE_NAME.fullmatch(path.name)
        if match and str(number) in match[1].split("_"):
            found[match[2]] = path
    return found
