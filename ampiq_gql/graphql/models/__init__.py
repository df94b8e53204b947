"""Predictive models: the trained versions and how good they are."""
