"""Exports of shop systems that are recognised by their headers."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.ingest.errors import MappingInvalid
from ampiq_gql.ingest.presets.model import Export, Preset, PresetTable
from ampiq_gql.ingest.presets.shopify_customers import SHOPIFY_CUSTOMERS
from ampiq_gql.ingest.presets.shopify_orders import SHOPIFY_ORDERS
from ampiq_gql.ingest.presets.stripe_charges import STRIPE_API_CHARGES, STRIPE_CHARGES
from ampiq_gql.ingest.presets.woocommerce import WOOCOMMERCE_CSV, WOOCOMMERCE_REST

__all__ = ["PRESETS", "Export", "Preset", "PresetTable", "find_preset", "preset_named"]

PRESETS: tuple[Preset, ...] = (
    SHOPIFY_ORDERS, SHOPIFY_CUSTOMERS, WOOCOMMERCE_REST, WOOCOMMERCE_CSV, STRIPE_CHARGES,
    STRIPE_API_CHARGES,
)  # fmt: skip

NO_PRESET = "none"
"""As the preset of a mapping: read the file as any other."""


def find_preset(headers: Sequence[str]) -> Preset | None:
    """Return the preset whose fingerprint the headers show; the most particular one first."""
    present = {header.strip() for header in headers}
    fitting = [preset for preset in PRESETS if preset.fingerprint <= present]
    return max(fitting, key=lambda preset: len(preset.fingerprint), default=None)


def preset_named(name: str, headers: Sequence[str], *, place: str) -> Preset | None:
    """Return the preset that a mapping names. Raises `MappingInvalid` when it does not fit."""
    if name == NO_PRESET:
        return None
    preset = next((one for one in PRESETS if one.name == name), None)
    if preset is None:
        raise MappingInvalid(
            f'There is no preset "{name}".',
            place=place,
            hint="Choose among " + ", ".join([*(one.name for one in PRESETS), NO_PRESET]) + ".",
        )
    missing = sorted(preset.fingerprint - {header.strip() for header in headers})
    if missing:
        raise MappingInvalid(
            f'The file is no "{name}": it lacks ' + ", ".join(f'"{one}"' for one in missing) + ".",
            place=place,
        )
    return preset
