"""Saved queries: SQL over the customer-360, looked at, activated and run."""
