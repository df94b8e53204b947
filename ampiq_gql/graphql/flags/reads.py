"""Blocking reads of flags."""

from __future__ import annotations

from ampiq_gql.build.flags.service import CustomerFlags, CustomerUnknown, FlagService

__all__ = ["flags_of"]


def flags_of(
    service: FlagService, customer: str, flag: str | None, *, may_read_pii: bool
) -> CustomerFlags | None:
    """Explain the flags of a customer; None when there is none."""
    try:
        return service.explain(customer, flag=flag, may_read_pii=may_read_pii)
    except CustomerUnknown:
        return None
