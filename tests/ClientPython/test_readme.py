"""The README's blocks of Python, which are one program, against a server."""

import os
import pathlib
import re
import subprocess
import sys

from servers import COFFEE, ROOT

README = ROOT / "services" / "client-python" / "README.md"
GRPC = "localhost:7080"


def test_readme_program_runs(server, tmp_path):
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL))
    grpc = server.grpc.partition("://")[2]
    opening = f'segmentation.Client("{GRPC}"'
    assert opening in program and 'AsyncClient("' + GRPC in program
    # The ports are the system's choice, and so the client cannot know the second one from the first.
    program = program.replace(opening, f'{opening}, http_address="{server.http}"').replace(GRPC, grpc)
    (tmp_path / "readme.py").write_text(program)
    (tmp_path / "coffee.png").write_bytes(COFFEE.read_bytes())

    ran = subprocess.run(
        [sys.executable, "-W", "error", "readme.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env={**os.environ, "SEGMENTATION_ADDRESS": grpc})

    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert re.fullmatch(r"sha256:[0-9a-f]{64} 600 400", lines[0])
    assert "INVALID_ARGUMENT INVALID_FIELD prompts[0].points[0].x: 9000 is outside" in ran.stdout
    assert lines[-1] == "(3, 400, 600) (3,) (3, 256, 256)"
    assert pathlib.Path(tmp_path / "coffee.zip").stat().st_size > 100
