"""The classification of customers, explained."""
