"""The place of one run: folders, keys, the backend, and which core does what."""
from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from .machine import Process
from .material import Material

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(BENCH)
HOME = os.environ.get("PEER_RIG_HOME") or os.path.expanduser("~/.cache/peer-rig")
LOAD = os.path.join(HOME, "load")
LIBRARIES = "usr/lib/x86_64-linux-gnu"


@dataclass(frozen=True)
class Choices:
    """What the command line chose for a run."""
    seconds: int = 3
    rounds: int = 3
    warmup: int = 40
    retries: int = 2
    max_noise: float = 0.1
    starts: int = 5
    proxy_core: int = 1
    load_core: int = 0
    jvm_flags: str = "-Xms256m -Xmx512m --enable-native-access=ALL-UNNAMED"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_java() -> str:
    candidates = (os.environ.get("PEER_JAVA_HOME"), os.environ.get("JAVA_HOME"), *sorted(glob.glob("/usr/lib/jvm/*25*")))
    for home in candidates:
        if home and os.path.exists(home + "/bin/java"):
            said = subprocess.run([home + "/bin/java", "-version"], capture_output=True, check=False).stderr
            if b'"25' in said:
                return home + "/bin/java"
    return "java"


def build_load() -> None:
    """Compiles the load generator when its sources are newer than it."""
    sources = sorted(glob.glob(os.path.join(BENCH, "load", "*.[ch]")))
    if os.path.exists(LOAD) and os.path.getmtime(LOAD) >= max(map(os.path.getmtime, sources)):
        return
    os.makedirs(HOME, exist_ok=True)
    units = [name for name in sources if name.endswith(".c")]
    try:
        subprocess.run(["gcc", "-O2", "-Wall", "-o", LOAD + ".new", *units, "-lssl", "-lcrypto"], check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"compare: cannot compile the load generator ({problem}); run bench/setup")
    os.replace(LOAD + ".new", LOAD)


class Site:
    """Everything a run makes lies in one temporary folder, and is gone at its end. All traffic stays on loopback."""

    def __init__(self, choices: Choices) -> None:
        build_load()
        self.choices = choices
        self.folder = tempfile.mkdtemp(prefix="compare-")
        keys = os.path.join(self.folder, "keys")
        os.mkdir(keys)
        self.material = Material(keys)
        self.java = find_java()
        self.backend_port = free_port()
        self.backend = Process([LOAD, "backend", "--port", str(self.backend_port)], str(choices.load_core), os.path.join(self.folder, "backend.txt"))
        self._await_backend()
        # What this program itself and the generators it starts cost stays off the proxy's core.
        os.sched_setaffinity(0, {choices.load_core})

    def _await_backend(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.backend_port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit("compare: the backend did not start")

    @property
    def all_cores(self) -> str:
        return f"{self.choices.proxy_core},{self.choices.load_core}"

    def close(self) -> None:
        self.backend.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
