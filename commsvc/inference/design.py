"""Who was counted: the design is said before anything is inferred."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commsvc.errors import CommsvcError, unknown_name

# The choices of R's survey package (Lumley), by its names.
LONELY = ("fail", "remove", "adjust", "average", "certainty")


@dataclass(frozen=True)
class Design:
    """How the people counted were chosen.

    Made by `Design.census`, `Design.srs`, `Design.unknown` or `Design.sample`.

    Attributes
    ----------
    kind : "census", "srs", "unknown" or "sample"
    n, population : how many were counted (None: any), and how many there are (None: not said)
    deff : design effect assumed beside the design, 1 for none
    weights, strata, clusters, stratum_sizes : column names of a sample (clusters: first stage
        first; stratum_sizes: the column with the number of first-stage units in the population)
    lonely : what to do with a stratum of one cluster, by the names of R's survey
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
    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    stratum_sizes: str | None = None
    lonely: str = "fail"
    note: str = ""

    @classmethod
    def census(cls, n: int | None = None) -> Design:
        """A complete count of `n` units: fractions are exact."""
        return cls("census", n=n, population=n)

    @classmethod
    def srs(cls, population: int | None = None) -> Design:
        """A simple random sample; `population` gives the finite population correction."""
        if population is not None and population < 1:
            raise CommsvcError(f"population is {population}", allowed="1 or more")
        return cls("srs", population=population)

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
        stratum_sizes: str | None = None,
        lonely: str = "fail",
    ) -> Design:
        """A weighted, stratified or clustered sample, by the names of its columns."""
        if lonely not in LONELY:
            raise unknown_name("treatment of lonely clusters", lonely, LONELY)
        stages = (clusters,) if isinstance(clusters, str) else tuple(clusters)
        return cls(
            "sample",
            weights=weights,
            strata=strata,
            clusters=stages,
            stratum_sizes=stratum_sizes,
            lonely=lonely,
        )

    def assuming(self, deff: float) -> Design:
        """The same design with an assumed design effect: the variance is `deff` times as large."""
        if not 0 < deff < float("inf"):
            raise CommsvcError(
                f"design effect is {deff:g}",
                allowed="above 0; 1 to 3 is usual in household surveys",
            )
        if self.kind == "census":
            raise CommsvcError("a complete count has no design effect")
        return replace(self, deff=deff)

    @property
    def allows_inference(self) -> bool:
        """Whether a sampling error exists at all."""
        return self.kind != "census"

    def require_sample(self, what: str) -> None:
        """Refuse what a complete count does not have."""
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
                next_step="tabulate the survey with its design "
                "(commsvc.inference.linearisation works on its cluster totals)",
            )

    def caveat(self) -> str:
        """What the result rests on, in words for its note; empty when nothing is assumed."""
        said = []
        if self.kind == "unknown":
            said.append(
                "holds only if those counted are like a simple random sample of the population"
                if self.deff == 1
                else "holds only if those counted were chosen by chance"
            )
            said.append(self.note)
        if self.deff != 1:
            said.append(f"design effect {self.deff:g} assumed")
        return "; ".join(part for part in said if part)

    def describe(self) -> str:
        """The design in a few words, for captions."""
        if self.kind == "census":
            return "complete count" + (f" of {self.n}" if self.n is not None else "")
        if self.kind == "srs":
            base = "simple random sample"
            base += f" from {self.population}" if self.population is not None else ""
        elif self.kind == "unknown":
            base = "sample of unknown design"
        else:
            parts = [
                f"{name} {value}"
                for name, value in (
                    ("weights", self.weights),
                    ("strata", self.strata),
                    ("clusters", " > ".join(self.clusters)),
                )
                if value
            ]
            base = "sample (" + (", ".join(parts) or "unweighted") + ")"
        return base + (f", design effect {self.deff:g} assumed" if self.deff != 1 else "")
