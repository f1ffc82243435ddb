"""sidecar.py LAYOUT BUNDLE NAME MIB SECCOMP ARGUMENT...: what runc needs to start the unpacked gateway's image as a pod starts a sidecar, as config.json.

The folders `etc` and `data` of the bundle become /etc/pavise and /var/lib/pavise. What the container gets is what the Pod Security Standard
`restricted` allows at the most: the image's user, a root that cannot be written, no capability and no way to gain one, a seccomp profile, and MIB
of memory without swap. Containers of a pod share its network; here it is the host's, so that load reaches it by loopback.
SECCOMP is a file, or `none`. A first ARGUMENT that begins with `/` is a program in the place of the image's own.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True
from bundle import MASKED, READ_ONLY, image, mount  # noqa: E402


def mounts(bundle):
    yield mount("/proc", "proc", "noexec")
    yield {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]}
    yield mount("/dev/shm", "tmpfs", "noexec", "mode=1777", "size=64m")
    yield mount("/sys", "bind", "rbind", "ro", source="/sys")
    yield mount("/sys/fs/cgroup", "cgroup", "noexec", "relatime", "ro")
    yield mount("/etc/pavise", "bind", "rbind", "ro", source=str(bundle / "etc"))
    yield mount("/var/lib/pavise", "bind", "rbind", "rw", source=str(bundle / "data"))


def resources(memory):
    limit = int(memory) << 20
    return {
        "devices": [{"allow": False, "access": "rwm"}],
        "memory": {"limit": limit, "swap": limit} if limit else {},
        "pids": {"limit": 256},
    }


def main():
    layout, bundle, name, memory, seccomp, *arguments = sys.argv[1:]
    layout, bundle = pathlib.Path(layout), pathlib.Path(bundle).resolve()
    said = image(layout)
    user, group = map(int, said["User"].split(":"))
    config = {
        "ociVersion": "1.0.2",
        "root": {"path": str((bundle / "rootfs").resolve()), "readonly": True},
        "process": {
            "args": arguments if arguments[:1] and arguments[0].startswith("/") else said["Entrypoint"] + (arguments or said["Cmd"]),
            "env": said["Env"],
            "cwd": said["WorkingDir"],
            "user": {"uid": user, "gid": group},
            "capabilities": {},
            "noNewPrivileges": True,
            "terminal": False,
        },
        "mounts": list(mounts(bundle)),
        "linux": {
            "cgroupsPath": "/" + name,
            "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "cgroup")],
            "resources": resources(memory),
            "maskedPaths": MASKED,
            "readonlyPaths": READ_ONLY,
        },
    }
    if seccomp != "none":
        config["linux"]["seccomp"] = json.loads(pathlib.Path(seccomp).read_text())
    (bundle / "config.json").write_text(json.dumps(config, indent=1))


main()
