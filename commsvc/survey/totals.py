"""One pass over the records: from any data frame to totals of first-stage clusters.

A column becomes small whole numbers (`encode`), a record one cell of clusters × groups × answers,
and the cells are summed. Nothing after that grows with the number of records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.inference.linearisation import Clusters

Codes = NDArray[np.int32]
# Cells of clusters × groups × answers that fit into some 400 MB.
_MOST_CELLS = 50_000_000


@dataclass(frozen=True)
class Coded:
    """A column as whole numbers: `code` (n,) from 0, −1 where there is no value; its labels."""

    code: Codes
    labels: list[Any]


def encode(column: nw.Series[Any]) -> Coded:
    """A column's values numbered: categories in their order, others sorted.

    >>> coded = encode(nw.from_native(pd.Series([3, 1, 3]), series_only=True))
    >>> coded.code, coded.labels
    (array([1, 0, 1], dtype=int32), [1, 3])
    """
    native = column.to_native()
    if isinstance(getattr(native, "dtype", None), pd.CategoricalDtype):
        codes = native.cat.codes.to_numpy().astype(np.int32)
        return _used(codes, list(native.cat.categories), drop=False)
    if column.dtype.is_integer() and column.null_count() == 0:
        values = column.to_numpy()
        if len(values) and np.ptp(values) <= max(4 * len(values), 1 << 16):
            low = int(values.min())
            return _used((values - low).astype(np.int32), None, low=low)
    codes, labels = _dictionary(column)
    order = np.asarray(sorted(range(len(labels)), key=lambda i: _sort_key(labels[i])), dtype=int)
    place = np.empty(len(labels) + 1, dtype=np.int32)
    place[order] = np.arange(len(labels), dtype=np.int32)
    place[-1] = -1  # what has no value is numbered −1, the last place
    return Coded(place[codes], [labels[i] for i in order])


def _dictionary(column: nw.Series[Any]) -> tuple[NDArray[Any], list[Any]]:
    """Codes and labels in order of appearance; Arrow's dictionary where there is Arrow."""
    try:
        import pyarrow as pa
    except ImportError:
        codes, values = pd.factorize(np.asarray(column.to_list(), dtype=object))
        return codes, list(values)
    array = column.to_arrow()
    chunked = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    if not pa.types.is_dictionary(chunked.type):
        chunked = chunked.dictionary_encode()
    whole = chunked.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        if whole.num_chunks == 0:
            return np.zeros(0, dtype=np.int32), []
        whole = whole.chunk(0)
    indices = whole.indices
    codes = (indices.fill_null(-1) if indices.null_count else indices).to_numpy(False)
    labels = [None if v != v else v for v in whole.dictionary.to_pylist()]
    if None in labels:  # NaN and an empty category are no values
        lost = labels.index(None)
        codes = np.where(codes == lost, -1, np.where(codes > lost, codes - 1, codes))
        labels.pop(lost)
    return codes, labels


def _sort_key(label: Any) -> tuple[str, Any]:
    return ("", label) if isinstance(label, (int, float)) else (type(label).__name__, label)


def _used(codes: Codes, labels: list[Any] | None, *, low: int = 0, drop: bool = True) -> Coded:
    """Codes without gaps; labels of whole numbers made here."""
    if labels is not None and not drop:
        return Coded(codes, labels)
    there = np.flatnonzero(np.bincount(codes)) if len(codes) else np.zeros(0, dtype=int)
    names = [int(x) + low for x in there]
    if len(there) == 0 or there[-1] == len(there) - 1:
        return Coded(codes, names)
    place = np.zeros(there[-1] + 1, dtype=np.int32)
    place[there] = np.arange(len(there), dtype=np.int32)
    return Coded(place[codes], names)


@dataclass(frozen=True)
class Sample:
    """Records with their design, each column encoded once.

    Parameters
    ----------
    frame : a data frame that Narwhals takes; a lazy one is collected, its needed columns only
    design : its column names are looked up here

    Attributes
    ----------
    n : records
    weight : (n,) or None
    cluster : (n,) first-stage cluster of each record, or None where each is its own
    clusters : their strata and population sizes; None unless the design is a sample

    Notes
    -----
    A cluster is a pair of stratum and cluster label: labels may begin anew in every stratum (R's
    nest=TRUE). Later stages are covered by the ultimate-cluster rule.

    Examples
    --------
    >>> frame = pd.DataFrame({"psu": [1, 1, 2], "w": [2.0, 1.0, 1.0], "q": ["a", "b", "a"]})
    >>> sample = Sample(frame, Design.sample(weights="w", clusters="psu"))
    >>> sample.totals([sample.codes("q")])
    array([[2., 1.],
           [1., 0.]])
    """

    frame: Any
    design: Design
    columns: tuple[str, ...] | None = None
    n: int = field(init=False)
    weight: NDArray[np.float64] | None = field(init=False)
    cluster: Codes | None = field(init=False)
    clusters: Clusters | None = field(init=False)
    _table: Any = field(init=False, repr=False)
    _memo: dict[str, Coded] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        design = self.design
        native = nw.from_native(self.frame)
        names = native.collect_schema().names()
        used = [design.weights, design.strata, *design.clusters[:1], design.stratum_sizes]
        wanted = [name for name in (*used, *(self.columns or ())) if name]
        for name in wanted:
            if name not in names:
                raise unknown_name("column", name, names)
        if isinstance(native, nw.LazyFrame):
            native = native.select(*dict.fromkeys(wanted or names)).collect()
        put = object.__setattr__
        put(self, "_table", native)
        put(self, "n", len(native))
        put(self, "weight", self._weights())
        cluster, clusters = self._clusters() if design.kind == "sample" else (None, None)
        put(self, "cluster", cluster)
        put(self, "clusters", clusters)

    def _weights(self) -> NDArray[np.float64] | None:
        name = self.design.weights
        if name is None:
            return None
        weight = self.numbers(name)
        if not np.isfinite(weight).all() or (weight < 0).any():
            bad = int(np.argmax(~np.isfinite(weight) | (weight < 0)))
            raise CommsvcError(
                f"weight {weight[bad]:g}",
                where=f"{name}, row {bad}",
                allowed="a number from 0 up for every respondent",
            )
        return weight

    def _clusters(self) -> tuple[Codes | None, Clusters]:
        design = self.design
        stratum = self.complete(design.strata).code if design.strata else None
        sizes = self.numbers(design.stratum_sizes) if design.stratum_sizes else None
        if not design.clusters:
            return None, Clusters(stratum, size=self.n, population=sizes, lonely=design.lonely)
        coded = self.complete(design.clusters[0])
        code = coded.code
        if stratum is not None:
            pair = stratum.astype(np.int64) * len(coded.labels) + code
            there, code = _compact(pair, (int(stratum.max()) + 1) * len(coded.labels))
            of_cluster = there // len(coded.labels)
        else:
            there, code = _compact(code, len(coded.labels))
            of_cluster = None
        population = None
        if sizes is not None:
            population = np.empty(len(there))
            population[code] = sizes
        return code, Clusters(
            of_cluster, size=len(there), population=population, lonely=design.lonely
        )

    def complete(self, name: str) -> Coded:
        """A column of the design, where nothing may be missing."""
        coded = self.codes(name)
        if (coded.code < 0).any():
            raise CommsvcError(
                "a respondent without stratum or cluster",
                where=f"{name}, row {int(np.argmax(coded.code < 0))}",
            )
        return coded

    def codes(self, name: str) -> Coded:
        """A column encoded, once."""
        if name not in self._memo:
            if name not in self._table.columns:
                raise unknown_name("column", name, self._table.columns)
            self._memo[name] = encode(self._table[name])
        return self._memo[name]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where there is none."""
        if name not in self._table.columns:
            raise unknown_name("column", name, self._table.columns)
        column = self._table[name]
        if not (column.dtype.is_numeric() or column.dtype == nw.Boolean):
            raise CommsvcError(
                "not numbers", where=name, next_step="clean them with survey.read_numbers"
            )
        return np.asarray(column.cast(nw.Float64).to_numpy(), dtype=float)

    @property
    def size(self) -> int:
        """First-stage clusters, each record where nothing else is said; 1 without a sample."""
        return 1 if self.clusters is None else int(self.clusters.code.size)

    def totals(
        self, keys: list[Coded], values: NDArray[np.float64] | None = None, *, weighted: bool = True
    ) -> NDArray[np.float64]:
        """Totals of weight · value (m, labels of each key…); records without a key or value are 0.

        Parameters
        ----------
        keys : what the totals are broken down by
        values : (n,) what is summed; 1 when left out
        weighted : False for plain counts, summed over clusters: the first dimension is 1
        """
        m = self.size if weighted else 1
        shape = (m, *(max(len(key.labels), 1) for key in keys))
        if np.prod(shape, dtype=float) > _MOST_CELLS:
            raise CommsvcError(
                f"{' × '.join(str(s) for s in shape)} totals are too many to hold",
                next_step="name the clusters of the design, or tabulate fewer groups at a time",
            )
        cell: NDArray[Any] | None = None
        if m > 1:
            cell = self.cluster if self.cluster is not None else np.arange(self.n, dtype=np.int64)
            if np.prod(shape, dtype=float) > np.iinfo(np.int32).max:
                cell = cell.astype(np.int64)
        lost = None
        for key in keys:
            missing = key.code < 0
            if missing.any():
                lost = missing if lost is None else lost | missing
            size = max(len(key.labels), 1)
            cell = key.code if cell is None else cell * np.int32(size) + key.code
        weight = self.weight if weighted else None
        if values is not None:
            absent = np.isnan(values)
            lost = absent if lost is None else lost | absent
            weight = values if weight is None else weight * values
        if cell is None:
            cell = np.zeros(self.n, dtype=np.int32)
        if lost is not None and lost.any():
            cell = cell[~lost]
            weight = None if weight is None else weight[~lost]
        flat = np.bincount(cell, weights=weight, minlength=int(np.prod(shape)))
        return flat.astype(float, copy=False).reshape(shape)


def _compact(codes: NDArray[Any], size: int) -> tuple[NDArray[Any], Codes]:
    """The codes there are, and every code's place among them."""
    there = np.flatnonzero(np.bincount(codes, minlength=size))
    place = np.zeros(size, dtype=np.int32)
    place[there] = np.arange(len(there), dtype=np.int32)
    return there, place[codes]
