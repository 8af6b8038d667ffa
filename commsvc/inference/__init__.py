"""Arithmetic on small arrays: intervals, contingency tables, ordered answers, rates."""
