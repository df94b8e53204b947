"""Pages of the documentation that are made of the code, and held to it."""
