"""alibabacloud-oss-v2: signature V4, path style, CRC-64 on where it has one."""

from __future__ import annotations

from typing import Any

from bench.clients.base import Client, Settings, load

__all__ = ["make"]


class _OSSv2(Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._sdk = sdk = load("alibabacloud_oss_v2")
        config = sdk.config.load_default()
        config.credentials_provider = sdk.credentials.StaticCredentialsProvider(
            settings.key_id, settings.key_secret
        )
        config.region = settings.region
        config.endpoint = settings.endpoint
        config.use_path_style = True
        self._client: Any = sdk.Client(config)
        self._crc64 = load("alibabacloud_oss_v2.crc").Crc64

    def _request(self, kind: str, key: str, **fields: Any) -> Any:
        make_request = getattr(self._sdk, f"{kind}ObjectRequest")
        return make_request(bucket=self.settings.bucket, key=key, **fields)

    def get(self, key: str) -> Any:
        with self._client.get_object(self._request("Get", key)).body as body:
            return body.read()

    def put(self, key: str, data: bytes) -> None:
        self._client.put_object(self._request("Put", key, body=data))

    def get_into(self, key: str, buffer: bytearray) -> int:
        position = 0
        with self._client.get_object(self._request("Get", key)).body as body:
            for piece in body.iter_bytes(block_size=512 * 1024):
                buffer[position : position + len(piece)] = piece
                position += len(piece)
        return position

    def get_file(self, key: str, path: str) -> None:
        self._client.get_object_to_file(self._request("Get", key), path)

    def put_file(self, key: str, path: str) -> None:
        self._client.put_object_from_file(self._request("Put", key), path)

    def download(self, key: str, path: str) -> None:
        downloader = self._client.downloader(
            part_size=self.settings.part_size,
            parallel_num=self.settings.concurrency,
        )
        downloader.download_file(self._request("Get", key), path)

    def upload(self, key: str, path: str) -> None:
        uploader = self._client.uploader(
            part_size=self.settings.part_size,
            parallel_num=self.settings.concurrency,
        )
        uploader.upload_file(self._request("Put", key), path)

    def crc(self, data: memoryview) -> int:
        sum_ = self._crc64(0)
        sum_.write(data)
        return int(sum_.sum64())


def make(settings: Settings, variant: str) -> Client:
    """The client; it has no variants."""
    del variant
    return _OSSv2(settings)
