"""Address, connection and credential of a client."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, List, Optional, Tuple, Union
from urllib.parse import urlsplit

import grpc

Token = Callable[[], Union[str, Awaitable[str]]]
Metadata = List[Tuple[str, str]]

CHANNEL_OPTIONS = [
    # Embeddings and logits are larger than the default of 4 MB.
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # gRPC's own pause of a second and more would outlast this client's.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 3000),
    # A session on a connection that is gone without a word finds out.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
]

_GRPC_PORT = 7080
_HTTP_PORT = 7081


@dataclass(frozen=True)
class Server:
    """A server and the right to use it."""

    target: str
    authorities: Optional[bytes]
    """Certificates that sign the server's, as PEM; empty for the system's; None without TLS."""

    http_address: Optional[str]
    credential: Union[str, Token, None] = field(repr=False)
    tenant: Optional[str]

    @property
    def can_renew(self) -> bool:
        """True when another credential may be had after one has expired."""
        return callable(self.credential)

    def open(self, api: Any) -> Any:
        """Opens a channel of ``grpc`` or ``grpc.aio``."""
        if self.authorities is None:
            return api.insecure_channel(self.target, options=CHANNEL_OPTIONS)
        credentials = grpc.ssl_channel_credentials(self.authorities or None)
        return api.secure_channel(self.target, credentials, options=CHANNEL_OPTIONS)

    def metadata(self, credential: Optional[str]) -> Metadata:
        """Headers of a call."""
        headers = [("authorization", f"Bearer {credential}")] if credential else []
        return headers + ([("x-segmentation-tenant", self.tenant)] if self.tenant else [])


def server_of(
    address: str,
    *,
    api_key: Optional[str],
    token: Optional[Token],
    ca: Union[str, "os.PathLike[str]", bytes, None],
    tenant: Optional[str],
    http_address: Optional[str],
) -> Server:
    """Reads a client's options.

    Raises:
        ValueError: The address cannot be read, or options exclude each other.
        OSError: The file of ``ca`` cannot be read.
    """
    if api_key is not None and token is not None:
        raise ValueError("Set api_key or token, not both.")
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"address: {address!r}: {error}.") from None
    if parts.scheme not in ("", "http", "https") or not host or parts.path.strip("/") or parts.query:
        raise ValueError(f"address: {address!r} is not host:port, http://host:port or https://host:port.")
    if parts.scheme == "http" and ca is not None:
        raise ValueError(f"ca: {address} is not encrypted; write https.")
    encrypted = parts.scheme == "https" or ca is not None
    name = f"[{host}]" if ":" in host else host
    if http_address is None:
        http_address = _http_address(name, port, encrypted, parts.scheme == "https")
    if ca is None:
        authorities = b"" if encrypted else None
    elif isinstance(ca, bytes):
        authorities = ca
    else:
        with open(ca, "rb") as file:
            authorities = file.read()
    port = port or (443 if parts.scheme == "https" else _GRPC_PORT)
    return Server(f"{name}:{port}", authorities, http_address, api_key if token is None else token, tenant)


def _http_address(host: str, port: Optional[int], encrypted: bool, is_proxy: bool) -> Optional[str]:
    scheme = "https" if encrypted else "http"
    if port is None and is_proxy:
        return f"https://{host}"  # a proxy that tells gRPC from HTTP
    return f"{scheme}://{host}:{_HTTP_PORT}" if port in (None, _GRPC_PORT) else None
