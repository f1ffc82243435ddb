package dev.pavise.auditlog.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Small disks of their own, for tests that fill or break them. They need root. */
final class Disks {
    private Disks() {}

    static boolean tmpfs(Path at, String size) {
        return run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString());
    }

    /** An ext4 in a file. */
    static boolean ext4(Path image, Path at, int mebibytes) throws IOException {
        try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        return run("mkfs.ext4", "-q", image.toString())
                && run("mount", "-o", "loop,errors=remount-ro", image.toString(), at.toString());
    }

    /** Makes an ext4 read-only as an error of its device would, whoever has files open. */
    static boolean breakDown(Path at) {
        return run("mount", "-o", "remount,abort", at.toString());
    }

    static boolean unmount(Path at) {
        return run("umount", at.toString()) || run("umount", "-l", at.toString());
    }

    static boolean run(String... command) {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
