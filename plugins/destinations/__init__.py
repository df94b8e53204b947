"""Built-in destinations, one module each; `local_file` shows how a destination is written."""
