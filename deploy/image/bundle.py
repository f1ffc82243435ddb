"""bundle.py LAYOUT BUNDLE NAME KIND ARGUMENT...: what runc needs to start an unpacked image (runtime-spec 1.0), as config.json in the bundle.

The folders `etc` and `data` of the bundle become /etc/pavise and /data. The container is what a pod with `hostUsers: false` gets at the
least: namespaces of its own, user and network included, a root that cannot be written, no capability and no way to gain one. KIND is what
it has beyond that: `wasm` nothing; `native` a /proc that hides nothing, its cgroup to write, and seccomp.json instead of what an engine
has; `masked` the same with a /proc as engines make it.
"""

import json
import pathlib
import sys

MASKED = ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
          "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
USERS = [{"containerID": 0, "hostID": 100000, "size": 65536}]
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def image(layout):
    def blob(digest):
        return json.loads((layout / "blobs" / digest.replace(":", "/")).read_text())

    index = json.loads((layout / "index.json").read_text())
    return blob(blob(index["manifests"][0]["digest"])["config"]["digest"])["config"]


def mount(point, kind, *options, source=None):
    return {"destination": point, "type": kind, "source": source or kind, "options": ["nosuid", "nodev", *options]}


def mounts(bundle, native):
    yield mount("/proc", "proc", "noexec")
    yield {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]}
    yield mount("/sys", "sysfs", "noexec", "ro")
    yield mount("/sys/fs/cgroup", "cgroup", "noexec", "relatime", "rw" if native else "ro")
    yield mount("/etc/pavise", "bind", "rbind", "ro", source=str(bundle / "etc"))
    yield mount("/data", "bind", "rbind", "rw", source=str(bundle / "data"))


def main():
    layout, bundle, name, kind, *arguments = sys.argv[1:]
    layout, bundle, native = pathlib.Path(layout), pathlib.Path(bundle).resolve(), kind != "wasm"
    said = image(layout)
    user, group = map(int, said["User"].split(":"))
    linux = {
        "cgroupsPath": "/" + name,
        "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts", "cgroup", "network", "user")],
        "uidMappings": USERS,
        "gidMappings": USERS,
        "resources": {"devices": [{"allow": False, "access": "rwm"}]},
    }
    if kind != "native":
        linux |= {"maskedPaths": MASKED, "readonlyPaths": READ_ONLY}
    if native:
        linux["seccomp"] = json.loads((pathlib.Path(__file__).parent / "seccomp.json").read_text())
    config = {
        "ociVersion": "1.0.2",
        "root": {"path": "rootfs", "readonly": True},
        "hostname": "runner",
        "process": {
            "args": said["Entrypoint"] + (arguments or said["Cmd"]),
            "env": said["Env"],
            "cwd": said["WorkingDir"],
            "user": {"uid": user, "gid": group},
            "capabilities": {},
            "noNewPrivileges": True,
            "terminal": False,
        },
        "mounts": list(mounts(bundle, native)),
        "linux": linux,
    }
    (bundle / "config.json").write_text(json.dumps(config, indent=1))


if __name__ == "__main__":
    main()
