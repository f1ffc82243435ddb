package dev.pavise.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a person is likely to read what we write. Where it cannot be told, nobody is. */
public final class Terminal {
    private Terminal() {}

    public static boolean onStandardOutput() {
        return isTerminal(1);
    }

    public static boolean onStandardError() {
        return isTerminal(2);
    }

    // The JDK only tells whether standard input and output together are a terminal, and loads JLine to find out.
    private static boolean isTerminal(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
            return target.startsWith("/dev/pts") || target.startsWith("/dev/tty") || target.startsWith("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
