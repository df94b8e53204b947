"""Uploaded lists: customers named by a file."""
