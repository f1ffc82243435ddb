"""oci.py ARCHIVE TAG VERSION ROOT...: an OCI image (image-spec 1.0, image layout) as one tar archive, a layer for each root.

Nothing of the machine goes in: names in order, one time, owner root, no setuid, no compression that tells when it was made.
"""

import datetime
import gzip
import hashlib
import io
import json
import os
import platform
import stat
import sys
import tarfile

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
USER = 10001
OWNED = {"data": 0o700}  # the volume; what is made of it takes its owner and mode over
TYPE = "application/vnd.oci.image."


def fit(entry):
    entry.name = entry.name.removeprefix("./")
    entry.uid = entry.gid = USER if entry.name in OWNED else 0
    entry.uname = entry.gname = ""
    entry.mtime = EPOCH
    entry.mode = OWNED.get(entry.name, entry.mode & (0o1777 if entry.isdir() else 0o777))
    return entry


def paths(root):
    """Relative to the root, a folder before what is in it."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files + folders):
            path = os.path.join(folder, name)
            if not (stat.S_ISREG(mode := os.lstat(path).st_mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                raise SystemExit(f"oci.py: `{path}` is no file, folder or link")
            yield os.path.relpath(path, root)


def layer(root):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT, dereference=False) as tar:
        for path in sorted(paths(root)):
            # Files with several names are stored once for each: what is a link then depends on no order.
            tar.inodes.clear()
            tar.add(os.path.join(root, path), arcname=path, recursive=False, filter=fit)
    return plain.getvalue(), gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


class Layout:
    """The files of the archive; blobs by their digest."""

    def __init__(self):
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(self, kind, data):
        digest = hashlib.sha256(data).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = data
        return {"mediaType": TYPE + kind, "digest": f"sha256:{digest}", "size": len(data)}

    def write(self, archive):
        with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
            for folder in ("blobs", "blobs/sha256"):
                entry = tarfile.TarInfo(folder)
                entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, EPOCH
                tar.addfile(entry)
            for name, data in sorted(self.files.items()):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(data), 0o644, EPOCH
                tar.addfile(entry, io.BytesIO(data))


def dump(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def config(tag, version, created, digests, names):
    return {
        "created": created,
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()],
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            # A JVM as process 1 would take no note of the ends of what runs leave to it.
            "Entrypoint": ["/usr/bin/tini", "--", "/opt/java/bin/java", "@/opt/pavise/runner/arguments", "dev.pavise.runner.RunnerMain"],
            "Cmd": ["--config", "/etc/pavise/runner.yaml"],
            "Env": ["PATH=/usr/bin", "LANG=C.UTF-8", "MALLOC_ARENA_MAX=2"],
            "WorkingDir": "/data",
            "Volumes": {"/data": {}},
            "ExposedPorts": {"8444/tcp": {}},
            "StopSignal": "SIGTERM",
            "Labels": {
                "org.opencontainers.image.title": tag.split(":")[0].rsplit("/", 1)[-1],
                "org.opencontainers.image.description": "Runs signed tools in a sandbox, for Pavise gateways.",
                "org.opencontainers.image.version": version,
                "org.opencontainers.image.created": created,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": digests},
        "history": [{"created": created, "created_by": f"runner-image: {name}"} for name in names],
    }


def main():
    archive, tag, version, *roots = sys.argv[1:]
    created = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    layout, layers, digests = Layout(), [], []
    for root in roots:
        plain, packed = layer(root)
        digests.append("sha256:" + hashlib.sha256(plain).hexdigest())
        layers.append(layout.blob("layer.v1.tar+gzip", packed))
        print(f"layer {os.path.basename(root):8} {len(packed) / 1e6:6.1f} MB packed, {len(plain) / 1e6:6.1f} MB  {layers[-1]['digest']}")
    names = [os.path.basename(root) for root in roots]
    settings = layout.blob("config.v1+json", dump(config(tag, version, created, digests, names)))
    manifest = {"schemaVersion": 2, "mediaType": TYPE + "manifest.v1+json", "config": settings, "layers": layers}
    image = layout.blob("manifest.v1+json", dump(manifest))
    # ctr takes the first name, skopeo and podman the second.
    image["annotations"] = {"io.containerd.image.name": tag, "org.opencontainers.image.ref.name": tag}
    layout.files["index.json"] = dump({"schemaVersion": 2, "mediaType": TYPE + "index.v1+json", "manifests": [image]})
    layout.write(archive)
    print(f"image {tag} {image['digest']}")
    print(f"{os.path.getsize(archive) / 1e6:.1f} MB in {archive}")


main()
