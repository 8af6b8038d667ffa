"""Indicators of satisfaction, utilisation, resources, equity and evaluation."""
