"""Table buckets for tasks: the twins of `ossc.tables`.

Values, results and errors are those of `ossc.tables`. Type checkers read the stub beside
this module, which `python -m tests.aio_stubs` writes.

    async with ossc.aio.tables.Client(region="cn-hangzhou") as client:
        bucket = await client.create_table_bucket("analytics")
        namespace = bucket.namespace("sales")
        await namespace.create()
        async for table in namespace.list_tables():
            print(table.name)
"""

from __future__ import annotations

import ossc.tables
from ossc.aio._bridge import twin_of

__all__ = ["Client", "Namespace", "Table", "TableBucket"]

Client = twin_of(ossc.tables.Client)
Namespace = twin_of(ossc.tables.Namespace)
Table = twin_of(ossc.tables.Table)
TableBucket = twin_of(ossc.tables.TableBucket)
