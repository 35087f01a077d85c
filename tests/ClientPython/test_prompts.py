"""Prompts, addresses and options, without a server."""

import ast

import numpy as np
import pytest
import segmentation
from segmentation import Mask, Prompt
from segmentation._channels import server_of
from segmentation.prompts import message_of, prompts_of
from servers import ROOT

CLIENT = ROOT / "services" / "client-python"


def options(address, **changed):
    none = dict.fromkeys(("api_key", "token", "ca", "tenant", "http_address"))
    return server_of(address, **{**none, **changed})


def test_message_of_takes_what_notebooks_have():
    message = message_of(Prompt(np.array([[1, 2], [3, 4]]), np.array([1, 0]), (1, 2, 3, 4), np.zeros((1, 256, 256))))

    assert [(point.x, point.y, point.label) for point in message.points] == [(1, 2, 1), (3, 4, 2)]
    assert (message.box.x_min, message.box.y_max) == (1, 4)
    assert len(message.mask.logits) == 4 * 256 * 256
    assert len(message_of(Prompt([5, 6])).points) == 1


@pytest.mark.parametrize("prompt, words", [
    (Prompt(), "points, a box or a mask"),
    (Prompt([[1, 2, 3]]), r"points: .*\[1, 3\]"),
    (Prompt([[1, 2]], [1, 0]), "2 labels for 1 points"),
    (Prompt([[1, 2]], [2]), "2 is no label"),
    (Prompt(labels=[1]), "no points"),
    (Prompt(box=[1, 2, 3]), "box: 4 numbers"),
    (Prompt(mask=np.zeros((2, 2))), r"mask: \[256, 256\]"),
    (Prompt(mask=Mask.from_array(np.ones((2, 2)))), "neither an id nor logits"),
])
def test_message_of_a_wrong_prompt_says_what_is_wrong(prompt, words):
    with pytest.raises(ValueError, match=words):
        message_of(prompt)


def test_prompts_of_names_the_wrong_prompt():
    with pytest.raises(ValueError, match=r"prompts\[1\]\.box"):
        prompts_of([Prompt([1, 2]), Prompt(box=[1])])


@pytest.mark.parametrize("address, target, is_encrypted, http", [
    ("localhost:7080", "localhost:7080", False, "http://localhost:7081"),
    ("localhost", "localhost:7080", False, "http://localhost:7081"),
    ("http://localhost:7080/", "localhost:7080", False, "http://localhost:7081"),
    ("http://[::1]:9000", "[::1]:9000", False, None),
    ("https://segmentation.example", "segmentation.example:443", True, "https://segmentation.example"),
    ("https://segmentation.example:7080", "segmentation.example:7080", True, "https://segmentation.example:7081"),
])
def test_server_of_reads_addresses(address, target, is_encrypted, http):
    server = options(address)

    assert (server.target, server.authorities is not None, server.http_address) == (target, is_encrypted, http)


@pytest.mark.parametrize("address", ["", "ftp://host", "http://host/path", "host:port", "https://"])
def test_server_of_another_address_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        options(address)


def test_server_of_options_that_exclude_each_other_are_refused():
    with pytest.raises(ValueError, match="not both"):
        options("host", api_key="key", token=lambda: "token")
    with pytest.raises(ValueError, match="https"):
        options("http://host", ca=b"")


def test_client_keeps_its_key_to_itself():
    client = segmentation.Client("localhost:7080", api_key="seg_secret")

    assert "secret" not in repr(client) + repr(client._connection.server)


@pytest.mark.parametrize("path", sorted(
    path for folder in ("src", "examples") for path in (CLIENT / folder).rglob("*.py")), ids=lambda path: path.name)
def test_sources_are_of_python_3_9(path):
    ast.parse(path.read_text(), feature_version=(3, 9))
