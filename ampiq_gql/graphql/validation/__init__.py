"""Validation reports over the API."""
