from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.predict.framing import (
    HORIZONS,
    Framing,
    frame,
    history_needed,
    scoring_cutoff,
    watermark,
)
from ampiq_gql.warehouse import BuildInfo
from tests.predict.builders import at

START = at("2014-01-01 09:30")


def build(as_of: date, newest: date | None) -> BuildInfo:
    return BuildInfo(
        id="b",
        as_of=as_of,
        built_at=datetime(2026, 1, 1, tzinfo=UTC),
        time_zone="UTC",
        currency="USD",
        newest_event_on=newest,
    )


@st.composite
def framings(draw: st.DrawFn) -> Framing:
    horizon = draw(st.sampled_from(HORIZONS))
    days = history_needed(horizon) + draw(st.integers(1, 2_000))
    loaded_until = at("2014-01-01") + timedelta(days=days)
    return frame(horizon_days=horizon, first_order_at=START, loaded_until=loaded_until)


@given(framings())
def test_no_training_label_touches_the_days_that_test_it(framing: Framing) -> None:
    horizon = timedelta(days=framing.horizon_days)
    assert framing.evaluation + horizon == framing.watermark
    assert max(framing.final.cutoffs) + horizon <= framing.watermark
    assert max(framing.backtest.cutoffs) + horizon <= framing.evaluation
    if framing.selection:
        assert max(framing.selection.cutoffs) + horizon <= framing.backtest.cutoffs[0]


@given(framings())
def test_every_cutoff_looks_back_over_the_same_days_of_history(framing: Framing) -> None:
    for stack in (framing.backtest, framing.final, framing.selection):
        if stack:
            assert 1 <= len(stack.cutoffs) <= 4
            assert all((c - START).days >= stack.window_days for c in stack.cutoffs)
    assert framing.final.window_days == framing.backtest.window_days


def test_a_year_of_history_trains_on_one_cutoff_and_keeps_half_a_year_of_features() -> None:
    framing = frame(
        horizon_days=90,
        first_order_at=at("2017-01-01 11:00"),
        loaded_until=at("2018-01-01"),
    )
    assert framing.evaluation == at("2017-10-03")
    assert framing.backtest.cutoffs == (at("2017-07-05"),)
    assert framing.backtest.window_days == 184
    assert framing.final.cutoffs == (at("2017-10-03"),)


def test_a_history_too_short_for_an_inner_backtest_still_trains() -> None:
    framing = frame(horizon_days=90, first_order_at=START, loaded_until=START + timedelta(days=271))
    assert framing.selection is None


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        pytest.param(date(2026, 10, 31), at("2026-11-01"), id="loaded to the eve of as_of"),
        pytest.param(date(2026, 11, 1), at("2026-11-01"), id="as_of may still be running"),
        pytest.param(date(2026, 10, 20), at("2026-10-21"), id="loading stopped earlier"),
        pytest.param(None, at("2026-11-01"), id="no events at all"),
    ],
)
def test_labels_end_with_the_last_full_day(newest: date | None, expected: datetime) -> None:
    assert watermark(build(date(2026, 11, 1), newest)) == expected


def test_scoring_knows_the_rows_of_the_day_of_as_of() -> None:
    assert scoring_cutoff(build(date(2026, 11, 1), None)) == at("2026-11-02")
