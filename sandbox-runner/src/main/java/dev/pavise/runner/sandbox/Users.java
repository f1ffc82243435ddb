package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process is, and which user numbers its user namespace has. */
final class Users {
    private Users() {}

    static int own() throws IOException {
        return effective(Files.readString(Path.of("/proc/self/status")));
    }

    /** The effective user of a process, from its {@code status}: real, effective, saved and of the file system. */
    static int effective(String status) {
        return status.lines()
                .filter(line -> line.startsWith("Uid:"))
                .mapToInt(line -> Integer.parseInt(line.split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a process has a user"));
    }

    /** Whether a map, as {@code /proc/self/uid_map} shows it, has all these numbers: lines of inside, outside, count. */
    static boolean maps(String map, long first, int count) {
        return map.lines().map(line -> line.strip().split("\\s+", -1)).anyMatch(parts -> {
            long inside = Long.parseLong(parts[0]);
            return inside <= first && first + count <= inside + Long.parseLong(parts[2]);
        });
    }
}
