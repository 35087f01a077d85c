"""Real servers for tests, and a connection that a test can cut."""

import os
import pathlib
import queue
import re
import socket
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COFFEE = ROOT / "tests" / "Sam" / "Data" / "images" / "coffee.png"
START_SECONDS = 60


def missing(reason):
    """Skips a test for what is absent; where everything must be there (CI=true) the test fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def program(folder, name):
    """Command of a program that the build of .NET has written."""
    path = ROOT / "services" / folder / "bin" / "Release" / "net10.0" / name
    built = pathlib.Path(os.environ["SEGMENTATION_BUILD"]) / path.relative_to(ROOT) \
        if "SEGMENTATION_BUILD" in os.environ else path
    if not built.exists():
        missing(f"{built} is not built: dotnet build -c Release.")
    return ["dotnet", str(built)]


class Server:
    """The program with all tiers, on ports that the system chooses."""

    def __init__(self, folder, *options):
        command = program("Standalone", "Segmentation.Standalone.dll") + [
            "--Segmentation:Endpoints:GrpcPort=0", "--Segmentation:Endpoints:HttpPort=0",
            f"--Segmentation:Projects:DataFolder={folder}/data", *options]
        self.process = subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.output = []
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        self.grpc = self._address(lines, r"gRPC \(HTTP/2\)\s+(\S+?)/?$")
        self.http = self._address(lines, r"HTTP/1\.1\s+(\S+?)/?$")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def _read(self, lines):
        for line in self.process.stdout:
            self.output.append(line)
            lines.put(line)
        lines.put(None)

    def _address(self, lines, pattern):
        while True:
            line = lines.get(timeout=START_SECONDS)
            if line is None:
                raise RuntimeError("The server did not start:\n" + "".join(self.output))
            found = re.search(pattern, line)
            if found:
                return found.group(1)


class Relay:
    """A port that passes bytes on to a server, until a test cuts the connections."""

    def __init__(self, address):
        host, _, port = address.partition("://")[2].rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self.accepted = 0
        self._open = []
        self._gate = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends all connections."""
        with self._gate:
            ended, self._open = self._open, []
        for one in ended:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def close(self):
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            with self._gate:
                self.accepted += 1
                self._open += [client, server]
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass(source, target):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
