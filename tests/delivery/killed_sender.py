"""A process that delivers slowly, to be killed on the way: `killed_sender.py HOME SEGMENT DEST`."""

from __future__ import annotations

import sys
from pathlib import Path

from ampiq_gql.delivery import DeliverSegment
from ampiq_gql.settings import Settings
from tests.delivery.house import ADA, open_house
from tests.delivery.receivers import SlowFilePlugin, plugin

if __name__ == "__main__":
    home, segment_id, destination_id = sys.argv[1:]
    with open_house(Settings(home=Path(home)), plugin("local_file", SlowFilePlugin())) as house:
        wanted = DeliverSegment(
            segment_id=segment_id, destination_id=destination_id, columns=("customer_id",)
        )
        house.delivery.wait(house.delivery.deliver_segment(wanted, ADA).id)
