"""What the kernel says about processes and cores, and the processes that a run starts."""
from __future__ import annotations

import glob
import os
import platform
import re
import signal
import subprocess
from dataclasses import dataclass

TICK = os.sysconf("SC_CLK_TCK")


def _stat(path: str) -> list[str] | None:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError:
        return None
    return text[text.rindex(")") + 2:].split()


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat(f"/proc/{name}/stat")):
            children.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of the processes."""
    fields = (_stat(f"/proc/{pid}/stat") for pid in pids)
    return sum(int(f[11]) + int(f[12]) for f in fields if f) / TICK


def compiler_seconds(pids: list[int]) -> float:
    """CPU time of just-in-time compiler threads."""
    ticks = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/comm"):
            try:
                with open(path, encoding="ascii", errors="replace") as file:
                    compiles = "CompilerThre" in file.read()
            except OSError:
                continue
            if compiles and (fields := _stat(path[:-4] + "stat")):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


@dataclass(frozen=True)
class Memory:
    """Bytes: pages that several processes share count once in pss, each time in rss; anonymous ones belong to no file."""
    pss: int
    rss: int
    anonymous: int


def memory(pids: list[int]) -> Memory:
    found = {"Pss": 0, "Rss": 0, "Anonymous": 0}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                text = file.read()
        except OSError:
            continue
        for name, value in re.findall(r"^(Pss|Rss|Anonymous):\s+(\d+)", text, re.M):
            found[name] += int(value) * 1024
    return Memory(found["Pss"], found["Rss"], found["Anonymous"])


def core_seconds(core: int) -> tuple[float, float]:
    """Seconds that a core has been busy, and that the host of the virtual machine took from it."""
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            if line.startswith(f"cpu{core} "):
                v = [int(x) for x in line.split()[1:]]
                return (sum(v[:3]) + v[5] + v[6]) / TICK, v[7] / TICK
    return 0.0, 0.0


def said(*command: str, folder: str | None = None) -> str:
    """What a command prints, or nothing when it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def describe() -> dict[str, str]:
    """The machine, for the result file. No host name and no path of it."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        text = file.read()
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    with open("/proc/meminfo", encoding="ascii") as file:
        total = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1))
    virtual = "virtual machine" if re.search(r"^flags\s*:.*\bhypervisor\b", text, re.M) else "bare metal"
    return {"cores": str(os.cpu_count()), "processor": model.group(1).strip() if model else platform.machine(), "memory": f"{total / 2**20:.0f} GiB",
            "kernel": f"{platform.system()} {platform.release().split('-')[0]}", "virtual": virtual}


class Process:
    """A process that runs until it is told to end, on the cores it is given. Ends only what it started."""

    def __init__(self, command: list[str], cores: str, output: str, env: dict[str, str] | None = None) -> None:
        log = output.endswith(".log")  # then standard output is the log itself, and errors go beside it
        with open(output, "ab") as out, open(output + ".err" if log else output, "ab") as err:
            self._process = subprocess.Popen(["taskset", "-c", cores, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, start_new_session=True)
        self.pid = self._process.pid

    def ended(self) -> bool:
        return self._process.poll() is not None

    def family(self) -> list[int]:
        return family(self.pid)

    def move(self, cores: str) -> None:
        for pid in self.family():
            subprocess.run(["taskset", "-apc", cores, str(pid)], capture_output=True, check=False)

    def stop(self) -> None:
        pids = self.family()
        for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            for pid in reversed(pids):
                try:
                    os.kill(pid, sign)
                except OSError:
                    pass
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            if not any(_stat(f"/proc/{pid}/stat") for pid in pids[1:]):
                return
