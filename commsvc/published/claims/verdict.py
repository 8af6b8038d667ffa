"""What is said of a claim, and the registry of the kinds of claims there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.words.messages import Text

VERDICTS: Final = ("consistent", "only_under_rule", "inconsistent", "undecidable", "unreadable")
# The rules a figure is tried under. Rounding every figure up explains nearly anything and is
# nobody's practice, so it is not among them.
TRIED: Final = ("half_up", "half_even", "truncate")

Reader = Callable[[Any, str], Any]


class Unreadable(CommsvcError):  # noqa: N818 - a verdict
    """A field holds what it cannot hold."""


class Lacking(Exception):  # noqa: N818 - a verdict
    """The claim is well formed but does not say enough; becomes the verdict `undecidable`."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.text("en"))
        self.text = text


def missing(value: object) -> bool:
    """Whether a field is empty: null, or the NaN by which a frame marks a missing cell."""
    if value is None:
        return True
    if isinstance(value, float | Decimal):
        return value != value
    return type(value).__name__ in ("NAType", "NaTType")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one claim.

    Attributes
    ----------
    kind : the claim's kind, as ``"share"``
    verdict : one of `VERDICTS`
    rules : the rounding rules under which it holds: `half_up`, `half_even`, `truncate`,
        `inverted`
    tests : the tests that print so; under another rule than half up with its name behind a
        colon, as ``"fisher_p:trunc"``
    recomputed : the recomputed values under the names of a verdicts file (`values`, `counts`,
        `sum`, `p`, `sizes`, `tables`, ...)
    message : one sentence a reader understands
    note : what else is to be said: a P printed as 0, a conclusion that changes

    Examples
    --------
    >>> from commsvc.published.claims import share
    >>> verdict = share(20, 42, "47%")
    >>> verdict.verdict, verdict.rules
    ('only_under_rule', ('truncate',))
    >>> print(verdict)
    20 of 42 is 47.6%; 47% is printed: cut off, not rounded
    """

    kind: str
    verdict: str
    rules: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    recomputed: Mapping[str, Any] = field(default_factory=dict)
    message: Text | str = ""
    note: Text | str = ""

    def __str__(self) -> str:
        return str(self.message)

    def record(self) -> dict[str, Any]:
        """The verdict as one object of a verdicts file, its words still in every language."""
        found = {
            "kind": self.kind,
            "verdict": self.verdict,
            "rules": list(self.rules),
            "tests": list(self.tests),
            **{name: plain(value) for name, value in self.recomputed.items()},
            "message": self.message,
        }
        return {**found, "note": self.note} if self.note else found

    def as_dict(self) -> dict[str, Any]:
        """The same, ready for JSON, in the language in force.

        >>> from commsvc.published.claims import share
        >>> share(20, 42, "48%").as_dict()["rules"]
        ['half_up', 'half_even']
        """
        return {k: str(v) if isinstance(v, Text) else v for k, v in self.record().items()}


def plain(value: Any) -> Any:
    """A recomputed value as JSON has it: fractions as numbers, what is not a number as null."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float | Fraction):
        number = float(value)
        return number if abs(number) < float("inf") else None
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kind's function found; the verdict follows from the rules, unless it is named."""

    rules: tuple[str, ...]
    recomputed: Mapping[str, Any]
    message: Text
    tests: tuple[str, ...] = ()
    note: Text | str = ""
    verdict: str = ""

    def of(self, kind: str) -> Verdict:
        """The verdict on a claim of a kind."""
        other = "only_under_rule" if self.rules else "inconsistent"
        verdict = self.verdict or ("consistent" if "half_up" in self.rules else other)
        return Verdict(
            kind, verdict, self.rules, self.tests, self.recomputed, self.message, self.note
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a claim: the parameter it goes to, how it is read, whether it must be there."""

    parameter: str
    read: Reader
    needed: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of claim: a row of the registry.

    Attributes
    ----------
    name : as a claims file has it
    compute : takes the fields, read, and says what it found
    fields : by their names in a claims file
    """

    name: str
    compute: Callable[..., Outcome]
    fields: Mapping[str, Field]

    def judge(self, given: Mapping[str, Any]) -> Verdict:
        """The verdict on the fields of a claim; a claim that does not say enough has one, too."""
        try:
            read = {
                one.parameter: one.read(given[name], name)
                for name, one in self.fields.items()
                if name in given and (one.needed or not missing(given[name]))
            }
            return self.compute(**read).of(self.name)
        except Lacking as lack:
            return Verdict(self.name, "undecidable", message=lack.text)


KINDS: Final[dict[str, Kind]] = {}


def kind(
    name: str, **readers: Reader
) -> Callable[[Callable[..., Outcome]], Callable[..., Verdict]]:
    """Register a kind of claim by the function that computes it and the readers of its fields.

    The same row serves a reader in Python and a claims file, so that no second path can treat a
    field differently. A parameter called as a word of Python has an underscore behind it
    (``from_``), the field has none.
    """

    def register(function: Callable[..., Outcome]) -> Callable[..., Verdict]:
        wanted = signature(function)
        fields = {
            p.name.rstrip("_"): Field(p.name, readers[p.name], p.default is Parameter.empty)
            for p in wanted.parameters.values()
        }
        row = KINDS[name] = Kind(name, function, fields)

        @wraps(function)
        def judged(*args: Any, **kwargs: Any) -> Verdict:
            given = wanted.bind(*args, **kwargs).arguments
            return row.judge({parameter.rstrip("_"): value for parameter, value in given.items()})

        return judged

    return register
