"""A column as whole numbers: what a table is counted with, from any data-frame library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Coded:
    """A column as whole numbers: `code` (n,) from 0, −1 where there is no value; its labels."""

    code: Codes
    labels: list[Any]

    @cached_property
    def lost(self) -> NDArray[np.bool_] | None:
        """(n,) who has no value; None where everybody has one, as nearly always."""
        if self.code.size == 0 or self.code.min() >= 0:
            return None
        return self.code < 0


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
        low, high = (int(values.min()), int(values.max())) if len(values) else (0, 1 << 62)
        if high - low <= max(4 * len(values), 1 << 16):
            plain = low >= 0 and high < 1 << 16
            codes = values.astype(np.int32) if plain else (values - low).astype(np.int32)
            return _used(codes, None, low=0 if plain else low)
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


def compact(codes: NDArray[Any], size: int) -> tuple[NDArray[Any], Codes]:
    """The codes there are, and every code's place among them."""
    there = np.flatnonzero(np.bincount(codes, minlength=size))
    place = np.zeros(size, dtype=np.int32)
    place[there] = np.arange(len(there), dtype=np.int32)
    return there, place[codes]
