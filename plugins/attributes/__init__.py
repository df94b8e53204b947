"""Built-in attribute sources, one module each."""
