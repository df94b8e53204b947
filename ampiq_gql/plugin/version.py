"""The version of the plugin API, and which plugins may use it.

A new hook, an optional member or a flag with a default raises the minor number; anything removed
or renamed raises the major one.
"""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier, SpecifierSet

__all__ = ["PLUGIN_API", "supports"]

PLUGIN_API = "1.0"


def supports(specifier: str) -> bool:
    """Tell whether this server offers what a plugin asks for, such as `>=1.0,<2`.

    A text that is no specifier asks for nothing that exists.
    """
    try:
        return PLUGIN_API in SpecifierSet(specifier)
    except InvalidSpecifier:
        return False
