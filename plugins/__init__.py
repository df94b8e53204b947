"""The built-in plugins, registered by the very entry points that third parties use."""
