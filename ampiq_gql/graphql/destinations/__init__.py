"""Destinations and deliveries: where customers are sent, and what came of it."""
