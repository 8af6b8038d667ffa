"""What is said of a claim: the verdict, what was recomputed, and a sentence in two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Final, ParamSpec

from commsvc.errors import CommsvcError
from commsvc.shown import Shown

VERDICTS: Final = ("consistent", "only_under_rule", "inconsistent", "undecidable", "unreadable")
# The rules a figure is tried under. Rounding every figure up explains nearly anything and is
# nobody's practice, so it is not among them.
TRIED: Final = ("half_up", "half_even", "truncate")

Sentence = tuple[str, str]
_P = ParamSpec("_P")


class Unreadable(CommsvcError):  # noqa: N818 - a verdict
    """A field holds what it cannot hold; carries the reason in Chinese as well."""

    def __init__(self, problem: str, zh: str, *, allowed: str = "", next_step: str = "") -> None:
        super().__init__(problem, allowed=allowed, next_step=next_step)
        self.zh = zh


class Lacking(Exception):  # noqa: N818 - a verdict
    """The claim is well formed but does not say enough; becomes the verdict `undecidable`."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True, slots=True)
class Verdict(Shown):
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
    message, message_zh : one sentence a reader understands

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
    message: str = ""
    message_zh: str = ""

    def __str__(self) -> str:
        return self.message

    def as_dict(self) -> dict[str, Any]:
        """The verdict as one object of a verdicts file, ready for JSON.

        >>> from commsvc.published.claims import share
        >>> share(20, 42, "48%").as_dict()["rules"]
        ['half_up', 'half_even']
        """
        return {
            "kind": self.kind,
            "verdict": self.verdict,
            "rules": list(self.rules),
            "tests": list(self.tests),
            **{name: plain(value) for name, value in self.recomputed.items()},
            "message": self.message,
            "message_zh": self.message_zh,
        }


def plain(value: Any) -> Any:
    """A recomputed value as JSON has it: fractions as numbers, what is not a number as null."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (float, Fraction)):
        number = float(value)
        return number if abs(number) < float("inf") else None
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value]


def judge(
    kind: str,
    rules: tuple[str, ...],
    recomputed: Mapping[str, Any],
    sentence: Sentence,
    tests: tuple[str, ...] = (),
) -> Verdict:
    """The verdict that follows from the rules under which a claim holds."""
    other = "only_under_rule" if rules else "inconsistent"
    verdict = "consistent" if "half_up" in rules else other
    return Verdict(kind, verdict, rules, tests, recomputed, *sentence)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of claim: the function that judges it and the fields it takes.

    `required` and `optional` map a field of a claims file to the function's parameter.
    """

    name: str
    judge: Callable[..., Verdict]
    required: Mapping[str, str]
    optional: Mapping[str, str]


KINDS: Final[dict[str, Kind]] = {}


def kind(name: str, **fields: str) -> Callable[[Callable[_P, Verdict]], Callable[_P, Verdict]]:
    """Register the function of a kind; its parameters are the claim's fields.

    `fields` names the fields that are called otherwise in a claims file (``between="range"``).

    The same function serves a reader in Python and a claims file, so that no second path can
    treat a field differently.
    """

    def register(function: Callable[_P, Verdict]) -> Callable[_P, Verdict]:
        @wraps(function)
        def judged(*args: _P.args, **kwargs: _P.kwargs) -> Verdict:
            try:
                return function(*args, **kwargs)
            except Lacking as lack:
                return Verdict(name, "undecidable", message=lack.en, message_zh=lack.zh)

        parameters = signature(function).parameters.values()
        needed = {p.name for p in parameters if p.default is Parameter.empty}
        named = {fields.get(p.name, p.name): p.name for p in parameters}
        KINDS[name] = Kind(
            name,
            judged,
            {field: parameter for field, parameter in named.items() if parameter in needed},
            {field: parameter for field, parameter in named.items() if parameter not in needed},
        )
        return judged

    return register
