"""The sample segments and the sample campaign that a demonstration home starts with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CAMPAIGN", "JOURNEY_SEGMENTS", "SYNTHETIC_SEGMENTS", "TREE_SEGMENTS", "SampleCampaign",
    "SampleSegment",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSegment:
    """A segment to save, as a user would type it."""

    name: str
    expression: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCampaign:
    """A campaign to save: its audience by name, and the shares in basis points."""

    name: str
    audience: str
    control: int
    treatments: tuple[tuple[str, int], ...]


JOURNEY_SEGMENTS = (
    SampleSegment(
        name="All customers",
        expression="everyone",
        description="Everybody in the customer-360.",
    ),
    SampleSegment(
        name="Seattle soft drink regulars",
        expression=(
            'city is "Seattle" and has purchased at least 3 times in last 90 days'
            ' where (product_category is "SOFT DRINKS")'
        ),
        description="Three or more orders with soft drinks in the last 90 days, in Seattle.",
    ),
    SampleSegment(
        name="Weekly shoppers",
        expression="l12m_order_frequency >= 52",
        description="At least one order a week over the past year.",
    ),
    SampleSegment(
        name="Lapsing shoppers",
        expression=(
            "has purchased at least 3 times in last 12 months and has not purchased in last 30 days"
        ),
        description="Bought three times or more in the year, and not at all for a month.",
    ),
    SampleSegment(
        name="Families at home",
        expression=(
            'kids_count in ("1", "2", "3+") and people_at_home in ("3", "4", "5+")'
            " and l3m_order_revenue >= $200"
        ),
        description="Households with children that spent 200 dollars in three months.",
    ),
    SampleSegment(
        name="Best of the year",
        expression="l12m_recency >= 8 and l12m_frequency >= 8 and l12m_monetary >= 8",
        description="In the top three deciles of recency, frequency and money alike.",
    ),
    SampleSegment(
        name="Most valuable, by e-mail",
        expression=(
            'predicted_customer_lifetime_value_tier in ("Platinum", "Gold", "Silver")'
            " and contactable_email is true"
        ),
        description="The ten per cent with the highest predicted value whom e-mail reaches.",
    ),
    SampleSegment(
        name="Mail only",
        expression=(
            "include contactable_address is true"
            " exclude contactable_email is true or contactable_phone is true"
        ),
        description="Reached by post and by nothing else.",
    ),
)
SYNTHETIC_SEGMENTS = (
    JOURNEY_SEGMENTS[0],
    SampleSegment(
        name="Seattle jacket regulars",
        expression=(
            'city is "Seattle" and has purchased at least 2 times in last 12 months'
            ' where (product_category is "Jackets")'
        ),
        description="Two or more orders with jackets in the past year, in Seattle.",
    ),
    SampleSegment(
        name="Frequent shoppers",
        expression="l12m_order_frequency >= 6",
        description="At least six orders in the past year.",
    ),
    SampleSegment(
        name="Lapsing shoppers",
        expression=(
            "has purchased at least 2 times in last 2 years and has not purchased in last 6 months"
        ),
        description="Bought twice or more in two years, and not at all for six months.",
    ),
    SampleSegment(
        name="Across channels",
        expression="multi_purchase_channel is true and l12m_order_revenue >= $300",
        description="More than one channel, and 300 dollars in the past year.",
    ),
    JOURNEY_SEGMENTS[5],
    JOURNEY_SEGMENTS[6],
    JOURNEY_SEGMENTS[7],
)
TREE_SEGMENTS = ("Weekly shoppers", "Frequent shoppers")
"""The segment whose revenue tree is shown, in the real and in the synthetic shop."""

CAMPAIGN = SampleCampaign(
    name="Come back for the holidays",
    audience="Lapsing shoppers",
    control=1_000,
    treatments=(("Free delivery", 4_500), ("Ten percent off", 4_500)),
)
