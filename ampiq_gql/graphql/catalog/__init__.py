"""The data explorer: tables and attributes, as the build measured them."""
