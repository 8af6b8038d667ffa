"""Volunteers: what the rules imply, whether the ledger keeps them, the time bank, matching."""

from commsvc.indicators.volunteers.audit import audit_sample
from commsvc.indicators.volunteers.ledger import (
    LedgerRules,
    member_compliance,
    post_compliance,
    reconcile_registers,
    validate_ledger,
)
from commsvc.indicators.volunteers.matching import match_requests
from commsvc.indicators.volunteers.rules import (
    hours_per_activity,
    hours_required,
    organisations_per_community,
    participants_behind,
    participation,
    register_gap,
)
from commsvc.indicators.volunteers.simulate import (
    simulate_ledger,
    simulate_registers,
    simulate_requests,
    simulate_time_bank,
)
from commsvc.indicators.volunteers.timebank import time_bank, time_bank_summary

__all__ = [
    "LedgerRules",
    "audit_sample",
    "hours_per_activity",
    "hours_required",
    "match_requests",
    "member_compliance",
    "organisations_per_community",
    "participants_behind",
    "participation",
    "post_compliance",
    "reconcile_registers",
    "register_gap",
    "simulate_ledger",
    "simulate_registers",
    "simulate_requests",
    "simulate_time_bank",
    "time_bank",
    "time_bank_summary",
    "validate_ledger",
]
