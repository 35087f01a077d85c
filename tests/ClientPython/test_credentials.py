"""Keys, tokens and TLS against a server that asks for them."""

import datetime
import json
import os
import shutil
import subprocess
import time

import pytest
import segmentation
from segmentation import SegmentationError
from servers import COFFEE, Server, missing, program


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with API keys, over TLS with a certificate of its own."""
    folder = tmp_path_factory.mktemp("guarded")
    if shutil.which("openssl") is None:
        missing("openssl is missing.")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem",
         "-out", "certificate.pem"], cwd=folder, capture_output=True)
    assert made.returncode == 0, made.stderr
    keys = folder / "keys.json"
    create_key(keys, "first")
    started = Server(
        folder, f"--Segmentation:Identity:KeysFile={keys}", "--Segmentation:Sessions:ExpiryNotice=00:00:30",
        "--Segmentation:Sessions:ExpiryGrace=00:00:00",
        f"--Segmentation:Endpoints:Tls:CertificateFile={folder}/certificate.pem",
        f"--Segmentation:Endpoints:Tls:KeyFile={folder}/key.pem")
    started.keys, started.ca = keys, folder / "certificate.pem"
    yield started
    started.stop()


def create_key(keys, name, *options):
    command = program("Cli", "segctl.dll") + ["keys", "create", "--file", str(keys), "--tenant", "anna", "--name", name]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=True).stdout.strip()


def known(server, key):
    """Waits until the server has read a key that was added."""
    with segmentation.Client(server.grpc, api_key=key, ca=server.ca) as client:
        while True:
            try:
                client.models()
                return key
            except SegmentationError as error:
                assert error.reason == "API_KEY_UNKNOWN"


def test_client_with_a_key_over_tls_is_served(guarded):
    key = known(guarded, create_key(guarded.keys, "python"))
    address = guarded.grpc.replace("127.0.0.1", "localhost")

    for ca in (guarded.ca, str(guarded.ca), guarded.ca.read_bytes()):
        with segmentation.Client(address, api_key=key, ca=ca) as client:
            assert len(client.segment(COFFEE, [300, 200])) == 3
            assert client.usage().tenant == "anna"


def test_client_without_a_key_is_told_so(guarded):
    with segmentation.Client(guarded.grpc, ca=guarded.ca) as client:
        with pytest.raises(SegmentationError) as refused:
            client.models()

    assert (refused.value.code, refused.value.reason) == ("UNAUTHENTICATED", "CREDENTIAL_MISSING")


def test_client_does_not_believe_another_authority(guarded):
    with segmentation.Client(guarded.grpc, api_key="key", retries=0) as client:
        with pytest.raises(SegmentationError) as lost:
            client.models()

    assert lost.value.code == "UNAVAILABLE"


def test_download_sends_the_key_and_believes_the_authority(guarded, tmp_path):
    key = known(guarded, create_key(guarded.keys, "downloads"))
    with segmentation.Client(guarded.grpc, api_key=key, ca=guarded.ca, http_address=guarded.http) as client:
        project = client.projects.create("Downloads")
        client.projects.add_picture(project, COFFEE)

        path = client.projects.export(project, tmp_path / "all.zip")

    assert path.stat().st_size > 0


def test_session_of_a_key_that_expires_goes_on_with_the_next(guarded):
    lasting, short = (known(guarded, create_key(guarded.keys, name)) for name in ("lasting", "short"))
    given = []

    def token():
        given.append(lasting if given else short)
        return given[-1]

    with segmentation.Client(guarded.grpc, token=token, ca=guarded.ca) as client:
        with client.session(COFFEE, mode="all") as session:
            first = session.prompt([300, 200])
            expire(guarded.keys, short, datetime.timedelta(seconds=2))
            end = time.monotonic() + 60
            with segmentation.Client(guarded.grpc, api_key=short, ca=guarded.ca) as other:
                while not (is_expired(other) and len(given) > 1) and time.monotonic() < end:
                    session.prompt([300, 200])
            again = session.prompt([[300, 200], [250, 150]], labels=[1, 0], refine=True, timeout=60)

    assert len(first) == 3 and len(again) == 1
    assert given[1:] and set(given[1:]) == {lasting}


def is_expired(client):
    try:
        client.models()
        return False
    except SegmentationError as error:
        assert error.reason == "API_KEY_EXPIRED"
        return True


def expire(keys, key, after):
    """Sets the end of a key, which segctl takes in hours."""
    records = json.loads(keys.read_text())
    (record,) = (record for record in records["keys"] if record["id"] == key.split("_")[1])
    end = datetime.datetime.now(datetime.timezone.utc) + after
    record["expires"] = end.isoformat()
    written = keys.with_suffix(".new")
    written.write_text(json.dumps(records))
    os.replace(written, keys)
