"""What the purchase models say of each customer before any tree: the prior of the three heads.

Parameters are fitted on training cutoffs only. The prior serves three ends: where boosting starts
(its base margin), features of their own, and the yardstick or the fallback beside the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ampiq_gql.predict.features import Customers, Floats, ratio
from ampiq_gql.predict.gamma_gamma import GammaGamma, fit_gamma_gamma
from ampiq_gql.predict.pareto_nbd import ParetoNbd, fit_pareto_nbd

__all__ = ["Outlook", "PriorModel", "PriorUse", "fit_prior"]

FIT_CUSTOMERS = 20_000  # parameters of two or four numbers need no more; ids are random already
TRUST_DAYS = 5.0  # order days at which one's own orders per day count as much as the population's
EPSILON = 1e-6
SLICE_CUSTOMERS = 10_000  # the integrals hold a dozen tables of 32 numbers per customer


class PriorUse(StrEnum):
    """How the heads use the prior; chosen in the inner backtest, not by default."""

    NONE = "none"
    FEATURE = "feature"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is expected of each customer: the three public columns before rounding.

    `frequency` and `order_value` hold for those who return; spend does not assume it.
    """

    returns: Floats
    frequency: Floats
    order_value: Floats

    @property
    def orders(self) -> Floats:
        """Expected orders in the horizon."""
        return self.returns * self.frequency

    @property
    def spend(self) -> Floats:
        """Expected spend in the horizon."""
        return self.returns * self.frequency * self.order_value


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorModel:
    """Fitted Pareto/NBD and Gamma-Gamma; orders per order day turn days into orders."""

    rhythm: ParetoNbd
    value: GammaGamma
    orders_per_day: float

    def outlook(self, customers: Customers, *, days: int) -> Outlook:
        """Return the expectations for the next `days`."""
        returns, order_days = self._days_ahead(customers, days)
        orders = order_days * self._orders_per_day(customers)
        mean = ratio(customers.spend, customers.orders)
        return Outlook(
            returns=returns,
            frequency=np.maximum(orders / returns, 1),
            order_value=np.maximum(self.value.mean_value(customers.orders, mean), 0.01),
        )

    def _days_ahead(self, customers: Customers, days: int) -> tuple[Floats, Floats]:
        """Return the chance of an order and the expected order days, a slice at a time."""
        repeats = np.maximum(customers.order_days - 1, 0)
        returns, order_days = np.empty(len(customers)), np.empty(len(customers))
        for start in range(0, len(customers), SLICE_CUSTOMERS):
            part = slice(start, start + SLICE_CUSTOMERS)
            history = (repeats[part], customers.last_day[part], customers.age_days[part])
            returns[part] = np.maximum(self.rhythm.returns(*history, days=days), EPSILON)
            order_days[part] = self.rhythm.order_days(*history, days=days)
        return returns, order_days

    def _orders_per_day(self, customers: Customers) -> Floats:
        """Shrink one's own orders per order day towards the population's."""
        return (customers.orders + TRUST_DAYS * self.orders_per_day) / (
            customers.order_days + TRUST_DAYS
        )


def fit_prior(customers: Customers) -> PriorModel:
    """Fit on the histories of one cutoff."""
    step = max(1, len(customers) // FIT_CUSTOMERS)
    days, orders = customers.order_days[::step], customers.orders[::step]
    return PriorModel(
        rhythm=fit_pareto_nbd(days - 1, customers.last_day[::step], customers.age_days[::step]),
        value=fit_gamma_gamma(orders, ratio(customers.spend[::step], orders)),
        orders_per_day=float(orders.sum() / days.sum()),
    )
