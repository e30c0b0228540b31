"""Threads: one pair score, used online for each new article and offline for all; decisions, and ids that survive."""
