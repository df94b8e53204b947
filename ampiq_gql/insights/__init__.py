"""What a segment is worth: tiles, revenue tree and reachability, measured in one pass each."""

from __future__ import annotations

from ampiq_gql.insights.ahead import everyone_measured_ahead
from ampiq_gql.insights.customers import CustomerColumn, CustomerPage, CustomerService, Written
from ampiq_gql.insights.model import (
    Channel,
    Counted,
    Figure,
    HistoricalRevenue,
    Insights,
    Metric,
    PredictedRevenue,
    Reachability,
    RevenueTree,
)
from ampiq_gql.insights.service import ALL_FIGURES, InsightService
from ampiq_gql.insights.table_files import TableFormat
from ampiq_gql.insights.viewsql import ViewSql

__all__ = [
    "ALL_FIGURES", "Channel", "Counted", "CustomerColumn", "CustomerPage", "CustomerService",
    "Figure", "HistoricalRevenue", "InsightService", "Insights", "Metric", "PredictedRevenue",
    "Reachability", "RevenueTree", "TableFormat", "ViewSql", "Written", "everyone_measured_ahead",
]  # fmt: skip
