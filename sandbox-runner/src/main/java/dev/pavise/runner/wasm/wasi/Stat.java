package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Folder;
import dev.pavise.runner.wasm.files.Link;
import dev.pavise.runner.wasm.files.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Lays out what is told of files: {@code filestat}, {@code fdstat} and {@code dirent} of preview 1. */
final class Stat {
    static final int CHARACTER_DEVICE = 2;
    static final int DIRECTORY = 3;
    static final int REGULAR_FILE = 4;
    static final int SYMBOLIC_LINK = 7;
    static final int DIRENT_HEAD = 24;

    private static final int FILESTAT = 64;
    private static final int FDSTAT = 24;

    private Stat() {}

    static int type(Node node) {
        return switch (node) {
            case Folder _ -> DIRECTORY;
            case Document _ -> REGULAR_FILE;
            case Link _ -> SYMBOLIC_LINK;
        };
    }

    static ByteBuffer file(Node node) {
        ByteBuffer stat = buffer(FILESTAT);
        stat.putLong(8, node.inode());
        stat.put(16, (byte) type(node));
        stat.putLong(24, node instanceof Document document ? document.names() : 1);
        stat.putLong(32, node.size());
        stat.putLong(40, node.accessedNs());
        stat.putLong(48, node.modifiedNs());
        stat.putLong(56, node.changedNs());
        return stat;
    }

    static ByteBuffer stream() {
        ByteBuffer stat = buffer(FILESTAT);
        stat.put(16, (byte) CHARACTER_DEVICE);
        stat.putLong(24, 1);
        return stat;
    }

    static ByteBuffer descriptor(int type, int flags, long rights, long inheriting) {
        ByteBuffer stat = buffer(FDSTAT);
        stat.put(0, (byte) type);
        stat.putShort(2, (short) flags);
        stat.putLong(8, rights);
        stat.putLong(16, inheriting);
        return stat;
    }

    static ByteBuffer entry(long next, long inode, int type, byte[] name) {
        ByteBuffer entry = buffer(DIRENT_HEAD + name.length);
        entry.putLong(0, next);
        entry.putLong(8, inode);
        entry.putInt(16, name.length);
        entry.put(20, (byte) type);
        entry.put(DIRENT_HEAD, name);
        return entry;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
