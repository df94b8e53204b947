"""Saved segments and expressions: read, preview, save, activate."""
