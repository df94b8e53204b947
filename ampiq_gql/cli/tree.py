"""The revenue tree in a terminal: each figure, and how it differs from everyone's."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from ampiq_gql.cli.terminal import answers
from ampiq_gql.insights import Metric, RevenueTree

__all__ = ["print_revenue_tree"]


def print_revenue_tree(name: str, tree: RevenueTree, currency: str) -> None:
    """Print the tree of the past year; money in the site's currency."""
    root = Tree(_node("Net revenue", tree.net_revenue, currency))
    root.add(_node("Customers", tree.customers))
    per_customer = root.add(_node("Revenue per customer", tree.revenue_per_customer, currency))
    per_customer.add(_node("Orders per customer", tree.orders_per_customer))
    order_value = per_customer.add(_node("Average order value", tree.average_order_value, currency))
    order_value.add(_node("Units per transaction", tree.units_per_transaction))
    order_value.add(_node("Average unit revenue", tree.average_unit_revenue, currency))
    console = answers()
    console.print(
        f"\nRevenue tree of {name}, past year, after discounts and before returns", markup=False
    )
    console.print(root)


def _node(label: str, metric: Metric, currency: str = "") -> Text:
    digits = 0 if metric.change is None and not currency else 2
    value = "no value" if metric.value is None else f"{metric.value:,.{digits}f}"
    text = Text(f"{label}  ").append(f"{value} {currency}".rstrip(), style="bold")
    if metric.share is not None:
        text.append(f"  {metric.share:.1%} of all customers", style="dim")
    if metric.change is not None:
        style = "green" if metric.change > 0 else "red" if metric.change < 0 else "dim"
        text.append(f"  {metric.change:+.1%}", style=style)
    return text
