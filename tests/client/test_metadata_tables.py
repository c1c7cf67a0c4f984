"""Tables that tell of a bucket's objects: made, changed, ended."""

from __future__ import annotations

import pytest

import ossc
import ossc.mock
from ossc.settings import (
    InventoryTable,
    JournalTable,
    MetadataConfiguration,
    TableEncryption,
    TableExpiration,
)
from tests.conftest import BUCKET, make_client

KMS = TableEncryption(sse_algorithm="oss:kms", kms_key_arn="acs:kms:r:1:key/k")
SSE = TableEncryption(sse_algorithm="AES256")
WEEK = TableExpiration(expiration="ENABLED", days=7)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_tables(server: ossc.mock.Server, signature: str) -> None:
    """Both of them, as they are told of."""
    with make_client(server, signature=signature) as client:
        tables = client.bucket(BUCKET).metadata_configuration
        with pytest.raises(ossc.NoSuchConfiguration) as caught:
            tables.get()
        assert caught.value.code == "NoSuchBucketMetadataConfiguration"
        wanted = MetadataConfiguration(
            journal_table=JournalTable(record_expiration=WEEK, encryption=KMS),
            inventory_table=InventoryTable(configuration_state="ENABLED"),
        )
        tables.create(wanted)
        found = tables.get()
        assert found.table_bucket_type == "oss"
        assert found.table_bucket_arn.startswith("acs:")
        assert found.table_namespace == f"b_{BUCKET}"
        journal, inventory = found.journal_table, found.inventory_table
        assert journal is not None
        assert inventory is not None
        assert (journal.record_expiration, journal.encryption) == (WEEK, KMS)
        assert (journal.table_status, journal.table_name) == ("ACTIVE", "journal")
        assert journal.table_arn.startswith(found.table_bucket_arn)
        assert journal.error_code is None
        assert inventory.configuration_state == "ENABLED"
        assert (inventory.table_name, inventory.encryption) == ("inventory", None)
        with pytest.raises(ossc.ServerError) as refused:
            tables.create(wanted)
        assert refused.value.status == 409
        tables.delete()
        with pytest.raises(ossc.NoSuchConfiguration):
            tables.get()


def test_changes(bucket: ossc.Bucket) -> None:
    """One table changes and the other stays; what encrypts it stays, too."""
    tables = bucket.metadata_configuration
    with pytest.raises(ossc.NoSuchConfiguration):
        tables.update_journal_table(JournalTable())
    with pytest.raises(ossc.NoSuchConfiguration):
        tables.update_inventory_table(InventoryTable(configuration_state="ENABLED"))
    tables.create(MetadataConfiguration(journal_table=JournalTable(encryption=SSE)))
    assert tables.get().inventory_table is None
    never = TableExpiration(expiration="DISABLED")
    tables.update_journal_table(JournalTable(record_expiration=never))
    table = InventoryTable(configuration_state="ENABLED", encryption=KMS)
    tables.update_inventory_table(table)
    found = tables.get()
    assert found.journal_table is not None
    assert found.journal_table.record_expiration == never
    assert found.journal_table.encryption == SSE
    assert found.inventory_table is not None
    assert found.inventory_table.encryption == KMS
    tables.update_inventory_table(InventoryTable(configuration_state="DISABLED"))
    ended = tables.get().inventory_table
    assert ended is not None
    assert (ended.configuration_state, ended.table_name) == ("DISABLED", "")


@pytest.mark.parametrize(
    "value",
    [
        MetadataConfiguration(),
        MetadataConfiguration(
            journal_table=JournalTable(
                record_expiration=TableExpiration(expiration="ENABLED", days=6)
            )
        ),
        MetadataConfiguration(
            journal_table=JournalTable(
                record_expiration=TableExpiration(expiration="ENABLED")
            )
        ),
        MetadataConfiguration(
            journal_table=JournalTable(
                record_expiration=TableExpiration(expiration="DISABLED", days=7)
            )
        ),
        MetadataConfiguration(
            journal_table=JournalTable(encryption=KMS.replace(sse_algorithm="SM4"))
        ),
        MetadataConfiguration(
            journal_table=JournalTable(encryption=KMS.replace(sse_algorithm="AES256"))
        ),
    ],
    ids=["none", "too soon", "no days", "days", "algorithm", "key"],
)
def test_what_is_refused(bucket: ossc.Bucket, value: MetadataConfiguration) -> None:
    """What OSS cannot make."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.metadata_configuration.create(value)
    assert caught.value.code == "MalformedXML"


def test_other_records(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """They are a mistake that nothing is sent of."""
    tables = bucket.metadata_configuration
    server.reset_counts()
    with pytest.raises(TypeError, match="MetadataConfiguration, not JournalTable"):
        tables.create(JournalTable())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="InventoryTable, not JournalTable"):
        tables.update_inventory_table(JournalTable())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="JournalTable, not MetadataConfiguration"):
        tables.update_journal_table(MetadataConfiguration())  # type: ignore[arg-type]
    assert server.requests == []
