"""Findings: sentences made from estimates, in the reader's language, that never say more than the interval does."""
