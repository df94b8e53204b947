"""Object types of the schema: each shows one value of the domain by `from_domain`."""
