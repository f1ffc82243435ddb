"""even.py JAR...: all files in the jars get the mode 644, all folders 755, in place.

A jar keeps the modes of the tree that it was built from, and a clone has those from the umask of whoever made it.
"""

import pathlib
import stat
import struct
import sys
import zipfile

HEADER = 46  # of an entry of the central directory (APPNOTE 4.3.12), before its name
LENGTHS = struct.Struct("<HHH")  # at 28: name, extra field, comment
MODE = struct.Struct("<H")  # at 40: the upper half of the external attributes


def even(path):
    with zipfile.ZipFile(path) as archive:
        at, entries = archive.start_dir, archive.infolist()
    data = bytearray(path.read_bytes())
    for entry in entries:
        if data[at : at + 4] != b"PK\1\2":
            raise SystemExit(f"even.py: `{path}` has no entry where `{entry.filename}` should be")
        MODE.pack_into(data, at + 40, stat.S_IFDIR | 0o755 if entry.is_dir() else stat.S_IFREG | 0o644)
        at += HEADER + sum(LENGTHS.unpack_from(data, at + 28))
    path.write_bytes(data)


for jar in sys.argv[1:]:
    even(pathlib.Path(jar))
