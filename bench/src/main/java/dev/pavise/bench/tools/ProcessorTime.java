package dev.pavise.bench.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of this process, and of its children that have ended with theirs, from {@code /proc/self/stat} (proc(5)). */
public final class ProcessorTime {
    private static final double MILLIS_PER_TICK = 10;

    private ProcessorTime() {}

    /** Milliseconds of its own. */
    public static double own() {
        return read(13);
    }

    /** Milliseconds of its children. */
    public static double children() {
        return read(15);
    }

    private static double read(int field) {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // The name in brackets may hold anything; what follows it counts from the third field.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[field - 2]) + Long.parseLong(fields[field - 1])) * MILLIS_PER_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
