"""No test can reach further than this machine: what the suite says of hotwash, it says without a network."""

from __future__ import annotations

import socket
import urllib.request

import pytest

# Set aside for documentation by RFC 5737 and RFC 3849, so that nobody would be reached if the guard failed.
ADDRESSES = ["192.0.2.1", "2001:db8::1"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_connection_to_another_machine_is_refused(address: str) -> None:
    with pytest.raises(PermissionError, match="reaches for the network"):
        socket.create_connection((address, 9), timeout=1)


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(PermissionError, match="reaches for the network"),
    ):
        sender.sendto(b"x", ("192.0.2.1", 9))


def test_no_name_is_looked_up_and_libraries_see_the_refusal_too() -> None:
    with pytest.raises(OSError, match="reaches for the network"):
        urllib.request.urlopen("https://hotwash.invalid", timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
