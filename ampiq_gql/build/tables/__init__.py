"""One module per table of the customer-360: pure functions from tables to Core selects."""
