"""Questionnaires and service records: read, describe, clean, tabulate."""
