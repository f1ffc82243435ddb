package dev.pavise.proxy.access;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far the store has to reach: the seal of the last acknowledged change, in a small file beside the store's folder. An embedded
 * store whose tail is damaged opens at an older state and does not say so; a revoked key would be live again. The edge is written
 * after the store and before the answer, so it is never ahead of what is safe, and at most one change behind.
 */
final class Edge {
    static final String FILE = "access.edge";

    private static final String HEADER = "pavise access edge 1";

    private final Path file;

    Edge(Path dataDir) {
        this.file = dataDir.resolve(FILE);
    }

    /** What the file says. */
    sealed interface Reading {
        /** No store was ever made here, or the file was taken away. */
        record Absent() implements Reading {}

        record Unreadable(String why) implements Reading {}

        record At(Seal seal) implements Reading {}
    }

    Path file() {
        return file;
    }

    Reading read() {
        if (!Files.exists(file)) {
            return new Reading.Absent();
        }
        try {
            String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1);
            if (lines.length != 4 || !lines[0].equals(HEADER) || !lines[3].isEmpty()) {
                return new Reading.Unreadable("it is no edge file");
            }
            // The second copy tells a flipped digit from one that was written.
            return lines[1].equals(lines[2])
                    ? new Reading.At(Seal.parse(lines[1]))
                    : new Reading.Unreadable("its two copies differ");
        } catch (IOException | IllegalArgumentException unfit) {
            return new Reading.Unreadable(String.valueOf(unfit.getMessage()));
        }
    }

    /** Replaces it whole; when this returns, it survives the loss of power. */
    void write(Seal seal) throws IOException {
        String text = HEADER + "\n" + seal.text() + "\n" + seal.text() + "\n";
        PrivateFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }
}
