"""The builds that are kept, and going back to one."""
