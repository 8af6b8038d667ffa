"""Whether an estimated share is reliable enough to be printed: the standards of the NCHS."""

from __future__ import annotations

from dataclasses import dataclass

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_positive
from commsvc.inference.share_intervals import clopper_pearson_ends, korn_graubard_size
from commsvc.words.messages import Text, joined, message

VERDICTS = {
    "show": message("show"),
    "footnote": message("footnote"),
    "review": message("review"),
    "suppress": message("suppress"),
}
# Parker et al. (2017), table A.
LEAST_SIZE, NARROW, WIDE, RELATIVE, LEAST_DF = 30, 0.05, 0.30, 1.30, 8


@dataclass(frozen=True)
class Reliability:
    """What the standards say of one share.

    Attributes
    ----------
    verdict : "show", "footnote" (show it; its complement is unreliable), "review" (show it only
        after a statistician has looked) or "suppress"
    reasons : why, in words; empty for a plain "show"
    effective_n : as the standards have it, at most n
    low, high : Korn and Graubard's interval with the degrees of freedom, n at most n
    """

    verdict: str
    reasons: tuple[Text, ...]
    effective_n: float
    low: float
    high: float

    @property
    def note(self) -> Text:
        """The verdict in words, empty for a plain "show"."""
        verdict = VERDICTS[self.verdict]
        return joined(
            message("NCHS: {verdict} ({reason})", verdict=verdict, reason=reason)
            for reason in self.reasons
        )


def nchs_reliability(share: float, variance: float, n: float, df: float) -> Reliability:
    """Whether a share may be presented, by the NCHS data presentation standards for proportions.

    Parameters
    ----------
    share, variance : the weighted share and its design-based variance
    n : unweighted number of answers
    df : degrees of freedom of the group's own clusters

    Returns
    -------
    Reliability

    Notes
    -----
    Parker, Talih, Malec et al. (2017, Vital Health Stat 2(175)). Suppressed: n or effective n under
    30; an absolute width of the 95 % interval of 0.30 or more; between 0.05 and 0.30 a relative
    width (width over share) above 1.30. Footnoted: the same relative width of the complement.
    Reviewed: fewer than 8 degrees of freedom; a share of 0 or 1, whose relative width is not
    looked at. The effective n, and that of the interval, is at most n. At 0 and 1 the degrees of
    freedom shrink n too, as in Stata's kg_nchs (Ward 2019).

    Examples
    --------
    >>> nchs_reliability(0.4, 0.03**2, 400, 30).verdict
    'show'
    >>> nchs_reliability(0.04, 0.02**2, 400, 30).note
    'NCHS: suppress (relative width of the interval 236%, over 130%)'
    """
    if not 0 <= share <= 1 or variance < 0:
        raise CommsvcError(
            f"share {share:g} with variance {variance:g}", allowed="0 to 1, variance 0 or more"
        )
    size = as_positive(n, "n")
    edge = share in (0.0, 1.0)
    effective = size if edge or variance == 0 else min(size, share * (1 - share) / variance)
    if df < 1 or size < 2:
        why = message("no degrees of freedom")
        if size < 2:
            why = message("fewer than two people")
        return Reliability("suppress", (why,), effective, float("nan"), float("nan"))
    used = min(size, korn_graubard_size(share, variance, size, df))
    low, high = clopper_pearson_ends(share, used)
    width = high - low
    small = [
        message("{name} {n}, under {least}", name=name, n=f"{number:.4g}", least=LEAST_SIZE)
        for name, number in ((message("n"), size), (message("effective n"), effective))
        if number < LEAST_SIZE
    ]
    if small:
        return Reliability("suppress", tuple(small[:1]), effective, low, high)
    if width >= WIDE and not edge:
        said = message("width of the interval {width:.2f}, 0.30 or more", width=width)
        return Reliability("suppress", (said,), effective, low, high)
    middling = width > NARROW and not edge
    if middling and width / share > RELATIVE:
        said = message(
            "relative width of the interval {width:percent0}, over 130%", width=width / share
        )
        return Reliability("suppress", (said,), effective, low, high)
    free = message("{df:g} degrees of freedom, under {least}", df=df, least=LEAST_DF)
    review = [free] if df < LEAST_DF else []
    review += [message("a share of {share:percent0}", share=share)] if edge else []
    if middling and width / (1 - share) > RELATIVE:
        review.append(
            message(
                "relative width of the complement {width:percent0}, over 130%",
                width=width / (1 - share),
            )
        )
        if len(review) == 1:
            return Reliability("footnote", tuple(review), effective, low, high)
    return Reliability("review" if review else "show", tuple(review), effective, low, high)
