"""Campaigns: who is to get what, and what became of it."""
