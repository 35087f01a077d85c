"""What tests share: a server, clients, a picture."""

import pytest
import segmentation
from servers import COFFEE, Relay, Server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server without identity, for all tests."""
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def client(server):
    with segmentation.Client(server.grpc, http_address=server.http) as connected:
        yield connected


@pytest.fixture
def relay(server):
    """A way to the server that the test can cut."""
    between = Relay(server.grpc)
    yield between
    between.close()


@pytest.fixture
def coffee():
    """The bytes of a picture of 600 x 400 pixels."""
    return COFFEE.read_bytes()


@pytest.fixture
def picture(coffee):
    """A picture that no other test has: the same pixels, and a comment of its own after them."""
    import uuid
    return coffee + uuid.uuid4().bytes
