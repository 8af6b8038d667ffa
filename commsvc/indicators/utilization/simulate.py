"""Records of visits that are made up, and say so: to try indicators on, never to report from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    import pandas as pd

# Lowest level first, as `referrals` wants them: where people go first, the bill of a visit there
# and the part of it that insurance pays. Round numbers of our own; no report prints them.
LEVELS: Final = ("station", "centre", "hospital")
_FIRST: Final = (0.35, 0.15, 0.50)
_BILL: Final = (45.0, 60.0, 135.0)
_PAID: Final = (0.5, 0.5, 0.5)
_REFERRED_UP: Final = 0.10
_REFERRED_DOWN: Final = 0.05


def simulate_visits(seed: int, persons: int = 200, *, days: int = 365) -> pd.DataFrame:
    """A simulated table of visits with referrals and insurance, one row a visit.

    Parameters
    ----------
    seed : the same seed gives the same table
    persons : people, each of whom makes at least one visit
    days : length of the period; a visit has a day from 1 to this

    Returns
    -------
    DataFrame `person, day, place` (one of `LEVELS`), `referred_to` (a level, or missing), `cost,
    paid` (yuan; what insurance paid of the bill) and `simulated` (always true); ``attrs`` says so
    too, with the seed

    Examples
    --------
    >>> visits = simulate_visits(1, 50)
    >>> bool(visits["simulated"].all()), visits["person"].nunique(), visits.attrs["seed"]
    (True, 50, 1)
    """
    import numpy as np
    import pandas as pd

    if persons < 1 or days < 1:
        raise CommsvcError("simulate at least one person and one day")
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(persons), 1 + rng.poisson(1.5, persons))
    n = len(who)
    place = rng.choice(len(LEVELS), n, p=_FIRST)
    drawn = rng.random(n)
    # A station or centre may send up one or two levels, a hospital back to either.
    up = (place < 2) & (drawn < _REFERRED_UP)
    down = (place == 2) & (drawn < _REFERRED_DOWN)
    target = np.where(up, rng.integers(np.minimum(place, 1) + 1, 3), rng.integers(0, 2, n))
    cost = np.round(np.take(_BILL, place) * rng.lognormal(0.0, 0.4, n), 1)
    insured = rng.random(n) < 0.7
    visits = pd.DataFrame(
        {
            "person": [f"p{i:04d}" for i in who],
            "day": rng.integers(1, days + 1, n),
            "place": np.take(LEVELS, place),
            "referred_to": pd.Series(np.take(LEVELS, target)).where(up | down),
            "cost": cost,
            "paid": np.where(insured, np.floor(10 * cost * np.take(_PAID, place)) / 10, 0.0),
            "simulated": True,
        }
    ).sort_values(["day", "person"], kind="stable", ignore_index=True)
    visits.attrs |= {"simulated": True, "seed": seed}
    return visits
