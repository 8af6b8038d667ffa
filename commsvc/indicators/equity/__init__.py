"""Is it fairly shared: how unevenly places have what they should have."""

from commsvc.indicators.equity.concentration import gini, hhi, lorenz, share_with_none, unevenness

__all__ = ["gini", "hhi", "lorenz", "share_with_none", "unevenness"]
