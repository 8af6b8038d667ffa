"""The former name of an estimate by design."""

from commsvc.inference.jackknife import Estimate as LinearEstimate

__all__ = ["LinearEstimate"]
