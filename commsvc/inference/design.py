"""Who was counted: the design is said before anything is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    from commsvc.inference.replicates import Replicates
    from commsvc.inference.sample import Sample

# The choices of R's survey package (Lumley), by its names.
LONELY = ("fail", "remove", "adjust", "average", "certainty")
# One vocabulary for a survey in hand and for what somebody published.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "census": "everything of its kind was counted: exact fractions, no interval, no test",
        "incomplete": "a count that calls itself incomplete: at most a lower bound, no test",
        "srs": "a simple random sample",
        "unknown": "a sample nobody described: an interval holds only if it was random",
        "sample": "a sample with weights, strata or clusters",
        "none": "nothing was counted",
    }
)
_NAMED = ("census", "incomplete", "srs", "unknown")


@dataclass(frozen=True)
class Design:
    """How the people counted were chosen.

    Made by `Design.census`, `.incomplete`, `.srs`, `.unknown`, `.sample` or `.of`.

    Attributes
    ----------
    kind : "census", "incomplete", "srs", "unknown" or "sample" (`KINDS` says what each is)
    n, population : how many were counted (None: any), and how many there are (None: not said)
    deff, free : design effect assumed beside the design, 1 for none; its degrees of freedom
    weights, strata, clusters, stratum_sizes : column names of a sample (clusters: first stage
        first; stratum_sizes: the column with the number of first-stage units in the population)
    lonely : what to do with a stratum of one cluster, by the names of R's survey
    people : `Sample` or `Replicates` in place of column names, one row a respondent
    note : what a reader has to know

    Examples
    --------
    >>> Design.srs(population=18000).describe()
    'simple random sample from 18000'
    >>> Design.census().allows_inference
    False
    """

    kind: str
    n: int | None = None
    population: int | None = None
    deff: float = 1.0
    free: float | None = None
    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    stratum_sizes: Any = None
    lonely: str = "fail"
    people: Any = field(default=None, repr=False, compare=False)
    note: Text | str = ""

    @classmethod
    def census(cls, n: int | None = None) -> Design:
        """A complete count of `n` units: fractions are exact."""
        return cls("census", n=n, population=n)

    @classmethod
    def incomplete(cls, population: int | None = None, note: str = "") -> Design:
        """A count known to be incomplete: of everything it is at most a lower bound.

        Parameters
        ----------
        population : how many there are in all, where that is known: shares then have worst-case
            bounds. They are no confidence interval, and there is no P
        note : what is known of those not counted
        """
        return cls("incomplete", population=_population(population), note=note)

    @classmethod
    def srs(cls, population: int | None = None) -> Design:
        """A simple random sample; `population` gives the finite population correction."""
        return cls("srs", population=_population(population))

    @classmethod
    def unknown(cls, note: str = "") -> Design:
        """A sample nobody described: results carry what they would have to rest on."""
        return cls("unknown", note=note)

    @classmethod
    def sample(
        cls,
        *,
        weights: str | None = None,
        strata: str | None = None,
        clusters: str | tuple[str, ...] = (),
        stratum_sizes: str | tuple[str, ...] | None = None,
        lonely: str = "fail",
    ) -> Design:
        """A weighted, stratified or clustered sample, by the names of its columns.

        Parameters
        ----------
        clusters : the first stage first. Errors come from the spread of the first-stage clusters
            (the ultimate-cluster rule), which has that of later stages in it where the first
            stage is drawn with replacement, or few of its clusters are drawn
        stratum_sizes : column with the number of first-stage units in the population of the
            stratum; of several stages a column for each, the last of which may be the people
            (then the clusters are one stage fewer)

        Examples
        --------
        >>> Design.sample(weights="pw", clusters=("district", "school")).describe()
        'sample (weights pw, clusters district > school)'
        """
        if lonely not in LONELY:
            raise unknown_name("treatment of lonely clusters", lonely, LONELY)
        stages = (clusters,) if isinstance(clusters, str) else tuple(clusters)
        sizes = stratum_sizes if isinstance(stratum_sizes, tuple) else (stratum_sizes,)
        if stratum_sizes and not len(stages) <= len(sizes) <= len(stages) + 1:
            raise CommsvcError(
                f"{len(stages)} stages of clusters with population sizes of {len(sizes)}",
                where=f"clusters {' > '.join(stages)}, stratum_sizes {', '.join(map(str, sizes))}",
                allowed="a column of sizes for each stage",
                next_step="leave out stratum_sizes: errors are then right or a little too large; "
                "or name the first stage alone, if its clusters were taken whole",
            )
        return cls(
            "sample",
            weights=weights,
            strata=strata,
            clusters=stages,
            stratum_sizes=stratum_sizes,
            lonely=lonely,
        )

    @classmethod
    def of(cls, people: Sample | Replicates, says: Text | str = "") -> Design:
        """A sample whose weights were worked out: raked, calibrated, replicated, adjusted.

        Parameters
        ----------
        people : `Sample` (a calibrated one keeps the errors of its calibration) or `Replicates`,
            in the order of the survey's rows
        says : what was done to the weights; every result says it

        Examples
        --------
        >>> from commsvc.inference import Sample, post_stratify
        >>> people = Sample([1, 1, 1, 1])
        >>> known = post_stratify(people, ["f", "f", "m", "m"], {"f": 30, "m": 10})
        >>> Design.of(known, "post-stratified by sex").describe()
        'sample (post-stratified by sex)'
        """
        return cls("sample", people=people, note=says)

    @classmethod
    def named(cls, name: str) -> Design:
        """A design from its bare name; one with columns has to be made by `Design.sample`.

        >>> Design.named("census").describe()
        'complete count'
        """
        if name == "none":
            raise CommsvcError("nothing was counted: there is nothing to estimate from")
        if name not in _NAMED:
            raise unknown_name("design", name, _NAMED)
        return cls(name)

    def assuming(self, deff: float, df: float | None = None) -> Design:
        """The same design with an assumed design effect: the variance is `deff` times as large.

        Parameters
        ----------
        deff : above 0; 1 to 3 is usual in household surveys
        df : degrees of freedom that go with it, such as the clusters that were drawn less one;
            intervals and tests from counts are then Student's and F, not normal and chi-square

        Examples
        --------
        >>> Design.unknown().assuming(2, df=11).describe()
        'sample of unknown design, design effect 2 on 11 degrees of freedom assumed'
        """
        if df is not None and not df > 0:
            raise CommsvcError(f"{df:g} degrees of freedom", allowed="above 0: clusters less one")
        if not 0 < deff < float("inf"):
            raise CommsvcError(
                f"design effect is {deff:g}",
                allowed="above 0; 1 to 3 is usual in household surveys",
            )
        if not self.allows_inference:
            raise CommsvcError(f"{self.describe().text('en')} has no design effect")
        return replace(self, deff=deff, free=df)

    @property
    def allows_inference(self) -> bool:
        """Whether a sampling error exists at all."""
        return self.kind not in ("census", "incomplete")

    def require_sample(self, what: str) -> None:
        """Refuse what a count has not: a complete one no error, an incomplete one no chance."""
        if self.kind == "incomplete":
            raise CommsvcError(
                f"an incomplete count was not drawn by chance: {what} would mean nothing",
                where=self.describe(),
                next_step="give the counts as lower bounds, or shares with worst-case bounds "
                "(Design.incomplete(population=...))",
            )
        if not self.allows_inference:
            raise CommsvcError(
                f"a complete count has no sampling error: {what} would answer no question",
                where=self.describe(),
                next_step="give the exact share; or say which population it samples (Design.srs)",
            )

    def require_counts(self, what: str) -> None:
        """Refuse to treat counts of a weighted or clustered sample as if they were simple."""
        self.require_sample(what)
        if self.kind == "sample":
            raise CommsvcError(
                f"{what} from counts alone ignores the weights, strata and clusters",
                where=self.describe(),
                next_step="tabulate the survey with its design, or by_design(statistic, sample)",
            )

    def caveat(self) -> Text:
        """What the result rests on, in words for its note; empty when nothing is assumed."""
        said: list[Text | str] = []
        if self.kind == "unknown":
            said += [_LIKE if self.deff == 1 else _CHANCE, self.note]
        elif self.kind == "incomplete":
            said += [_INCOMPLETE, self.note]
        if self.people is not None:
            said.append(getattr(self.people, "note", ""))
        return joined([*said, self._assumed()])

    def _assumed(self) -> Text | str:
        if self.deff == 1:
            return ""
        if self.free is not None:
            return message(
                "design effect {deff:g} on {free:g} degrees of freedom assumed",
                deff=self.deff, free=self.free,
            )  # fmt: skip
        return message("design effect {deff:g} assumed", deff=self.deff)

    def describe(self) -> Text:
        """The design in a few words, for captions."""
        return joined([self._plainly(), self._assumed()], message(", "))

    def _plainly(self) -> Text:
        if self.kind == "census":
            if self.n is None:
                return message("complete count")
            return message("complete count of {n}", n=self.n)
        if self.kind in ("srs", "incomplete"):
            whole = self.population
            if self.kind == "srs":
                from_ = message("simple random sample from {whole}", whole=whole)
                return from_ if whole is not None else message("simple random sample")
            from_ = message("incomplete count from {whole}", whole=whole)
            return from_ if whole is not None else message("incomplete count")
        if self.kind == "unknown":
            return message("sample of unknown design")
        named = [
            message("weights {name}", name=self.weights) if self.weights else "",
            message("strata {name}", name=self.strata) if self.strata else "",
            message("clusters {name}", name=" > ".join(self.clusters)) if self.clusters else "",
            self.note,
        ]
        said = joined(named, message(", ")) or message("unweighted")
        return message("sample ({said})", said=said)


def _population(population: int | None) -> int | None:
    if population is not None and population < 1:
        raise CommsvcError(f"population is {population}", allowed="1 or more")
    return population


_LIKE: Final = message(
    "holds only if those counted are like a simple random sample of the population"
)
_CHANCE: Final = message("holds only if those counted were chosen by chance")
_INCOMPLETE: Final = message("the count is incomplete: every number is at most a lower bound")
