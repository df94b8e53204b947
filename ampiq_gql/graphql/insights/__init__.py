"""How insights are asked of the services: what the selection needs, many segments at once."""
