"""The control plane: what people made (segments, campaigns, destinations) and what was done.

Small, transactional and separate from the customer-360. One `Store` per process; everything goes
through a `UnitOfWork`, which commits or rolls back as a whole.
"""

from ampiq_gql.store.database import Store
from ampiq_gql.store.paging import Page, PageRequest
from ampiq_gql.store.unit_of_work import UnitOfWork

__all__ = ["Page", "PageRequest", "Store", "UnitOfWork"]
