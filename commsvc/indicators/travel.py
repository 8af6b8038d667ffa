"""Who can reach what: distances on the globe, and links between places and facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from commsvc.errors import CommsvcError, unknown_name

Array = NDArray[np.float64]

EARTH_KM: Final = 6371.0088  # mean radius, IUGG
# So many links take about 1 GB.
MOST_LINKS: Final = 60_000_000
_CHUNK: Final = 5000


@dataclass(frozen=True)
class Sites:
    """Places or facilities: their names, how much of what stands there, where they are.

    Attributes
    ----------
    names : (n,)
    amount : (n,) persons, doctors, beds
    at : (n, 2) latitude and longitude in degrees; `None` where links are given instead
    ends : (2, n) least and greatest that printed amounts may stand for; `None` for plain numbers
    """

    names: NDArray[Any]
    amount: Array
    at: Array | None
    ends: Array | None = None

    @property
    def low(self) -> Array:
        """Least amounts (n,)."""
        return self.amount if self.ends is None else self.ends[0]

    @property
    def high(self) -> Array:
        """Greatest amounts (n,)."""
        return self.amount if self.ends is None else self.ends[1]


def great_circle(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """Distance in km on a sphere of 6371.0088 km, by the haversine: at most 0.6 % off the globe's.

    Degrees, broadcast against each other. No road is this straight: times about 1.2 to 1.4 in
    towns.

    Examples
    --------
    A quarter of the way round is π/2 radii:

    >>> round(float(great_circle(0, 0, 0, 90)), 4), round(np.pi / 2 * EARTH_KM, 4)
    (10007.5572, 10007.5572)
    """
    first, second = (_degrees(np.stack(np.broadcast_arrays(a, b), axis=-1).astype(float))
                     for a, b in ((lat1, lon1), (lat2, lon2)))  # fmt: skip
    p, q = np.radians(first), np.radians(second)
    half = np.sin((p - q) / 2) ** 2
    h = half[..., 0] + np.cos(p[..., 0]) * np.cos(q[..., 0]) * half[..., 1]
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))


def read_sites(
    frame: Any, name: str | None, amount: str | None, at: tuple[str, str] | None, role: str
) -> Sites:
    """Names (1 to n without a column), amounts (1 each without one) and coordinates.

    Amounts may be figures as printed (`"近3万人"`), measures or ratios, with the range they have.

    >>> import pandas as pd
    >>> read_sites(pd.DataFrame({"p": [5, 6]}), None, "p", None, "places").amount
    array([5., 6.])
    """
    ends = None
    if amount is not None:
        values, ends = _amounts(column_array(frame, amount), amount)
    elif at is not None:
        values = np.ones(column_array(frame, at[0]).size)
    else:
        values = np.ones(column_array(frame, str(name)).size)
    if values.size == 0:
        raise CommsvcError(f"no {role}", allowed="one row or more")
    bad = ~np.isfinite(values) | (values < 0)
    if ends is not None:
        bad |= ends[0] < 0
    if bad.any():
        row = int(bad.argmax())
        raise CommsvcError(
            f"{amount!r} is {values[row]:g}", where=f"{role}, row {row}", allowed="0 or more"
        )
    names = np.arange(1, values.size + 1) if name is None else column_array(frame, name)
    if np.unique(names.astype(str)).size < names.size:
        raise CommsvcError(f"two {role} have one name", where=str(name), next_step="sum them first")
    if at is None:
        return Sites(names, values, None, ends)
    where = np.column_stack([column_array(frame, column).astype(float) for column in at])
    return Sites(names, values, _degrees(where), ends)


def _amounts(column: NDArray[Any], name: str) -> tuple[Array, Array | None]:
    """Amounts, and their ends where they are figures as printed."""
    if column.dtype.kind in "biuf":
        return column.astype(float), None
    from commsvc.indicators.printed_cells import as_cells

    cells = as_cells(column, name)
    ends = np.stack([cells.low[:, 0], cells.high[:, 0]]) if cells.loose else None
    return cells.face[:, 0], ends


def links_between(demand: Sites, supply: Sites, reach_km: float) -> sparse.csr_array:
    """(places, facilities) distances in km of every pair within reach; a pair not stored is beyond.

    >>> here = Sites(np.array(["a", "b"]), np.ones(2), np.array([[0.0, 0], [0, 1]]))
    >>> links_between(here, here, 50).toarray().shape, links_between(here, here, 50).nnz
    ((2, 2), 2)
    """
    if demand.at is None or supply.at is None:
        raise CommsvcError("neither coordinates nor links", next_step="pass `at`, or `links`")
    # Chords through the globe instead of arcs on it: a tree in space then finds neighbours.
    chord = 2 * np.sin(min(reach_km / EARTH_KM, np.pi) / 2) * (1 + 1e-12)
    here, there = cKDTree(on_sphere(demand.at)), cKDTree(on_sphere(supply.at))
    total = int(here.count_neighbors(there, chord))
    if total > MOST_LINKS:
        raise CommsvcError(
            f"{total} links within {reach_km:g} km", allowed=f"{MOST_LINKS} at most",
            next_step="a smaller reach, or larger places",
        )  # fmt: skip
    blocks = []
    points = on_sphere(demand.at)
    for start in range(0, len(points), _CHUNK):
        part = cKDTree(points[start : start + _CHUNK])
        found = part.sparse_distance_matrix(there, chord, output_type="ndarray")
        km = 2 * EARTH_KM * np.arcsin(np.minimum(found["v"] / 2, 1.0))
        shape = (len(part.data), len(supply.names))
        blocks.append(
            sparse.coo_array(
                (km, (found["i"].astype(np.int32), found["j"].astype(np.int32))), shape=shape
            ).tocsr()
        )
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def links_from_table(
    table: Any, demand: Sites, supply: Sites, columns: tuple[str, str, str], reach: float
) -> sparse.csr_array:
    """The same from a table of measured costs (minutes, km): columns place, facility, cost.

    >>> import pandas as pd
    >>> a, b = (Sites(np.array([n]), np.ones(1), None) for n in "ab")
    >>> table = pd.DataFrame({"place": ["a"], "facility": ["b"], "minutes": [7]})
    >>> links_from_table(table, a, b, ("place", "facility", "minutes"), 30).toarray()
    array([[7.]])
    """
    import pandas as pd

    cost = column_array(table, columns[2]).astype(float)
    if not np.isfinite(cost).all() or (cost < 0).any():
        raise CommsvcError("a cost is missing or negative", where=columns[2], allowed="0 or more")
    ends = []
    for column, sites in zip(columns[:2], (demand, supply), strict=True):
        names = column_array(table, column)
        code = pd.Index(sites.names).get_indexer(pd.Index(names))
        if (code < 0).any():
            raise unknown_name(column, names[code < 0][0], list(sites.names[:50]), where="links")
        ends.append(code)
    pair = ends[0].astype(np.int64) * supply.names.size + ends[1]
    if np.unique(pair).size < pair.size:
        raise CommsvcError("a link stands in the table twice", next_step="keep the cheaper one")
    near = cost <= reach
    shape = (demand.names.size, supply.names.size)
    return sparse.csr_array(
        sparse.coo_array((cost[near], (ends[0][near], ends[1][near])), shape=shape)
    )


def find_links(
    demand: Sites,
    supply: Sites,
    reach: float,
    links: Any,
    columns: tuple[str, str, str],
) -> sparse.csr_array:
    """Links from a table where there is one, else from coordinates."""
    if isinstance(reach, str) or not (np.isfinite(reach) and reach > 0):
        raise CommsvcError(f"reach is {reach!r}", allowed="a number above 0")
    if links is None:
        return links_between(demand, supply, reach)
    return links_from_table(links, demand, supply, columns, reach)


def column_array(frame: Any, column: str) -> NDArray[Any]:
    """A column as an array, without a Python object a cell: tables of links are long.

    >>> import pandas as pd
    >>> column_array(pd.DataFrame({"a": [1, 2]}), "a")
    array([1, 2])
    """
    import narwhals as nw

    native = nw.from_native(frame)
    known = native.collect_schema().names()
    if column not in known:
        raise unknown_name("column", column, known)
    table = native.select(column)
    eager = table.collect() if isinstance(table, nw.LazyFrame) else table
    missing = eager[column].is_null().to_numpy()
    if missing.any():
        raise CommsvcError("a value is missing", where=f"row {int(missing.argmax())}, {column!r}")
    return eager[column].to_numpy()


def on_sphere(at: Array) -> Array:
    """Latitude and longitude as (n, 3) points on a sphere of radius one.

    >>> on_sphere(np.array([[0.0, 0]]))
    array([[1., 0., 0.]])
    """
    lat, lon = np.radians(at).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _degrees(at: Array) -> Array:
    if not np.isfinite(at).all():
        raise CommsvcError(
            "a coordinate is missing", next_step="leave such places out, say how many"
        )
    off = (np.abs(at[..., 0]) > 90) | (np.abs(at[..., 1]) > 180)
    if off.any():
        lat, lon = at[off][0] if at.ndim > 1 else at
        raise CommsvcError(
            f"latitude {lat:g}, longitude {lon:g}",
            allowed="latitude −90 to 90, longitude −180 to 180",
            next_step="are the two exchanged, or metres of a projection?",
        )
    return at
