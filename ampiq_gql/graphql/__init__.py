"""The GraphQL layer: types, thin resolvers, limits. Rules live in the services below it.

Nothing outside this package imports strawberry. Start at `schema.py` for what is served, at
`context.py` for what resolvers are given, at `problems.py` for how user errors are answered.
"""
