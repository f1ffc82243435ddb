package dev.pavise.proxy.cli;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ContentMeter;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads and writes what the commands that sign work on; what cannot be used ends the command. */
final class SigningFiles {
    private static final int MOST_KEY = 64 * 1024;
    private static final int CHUNK = 64 * 1024;

    private SigningFiles() {}

    /** A private key that nobody but its owner can read. */
    static SigningKey key(Path file) throws IOException {
        String pem = new String(whole(file, MOST_KEY), StandardCharsets.ISO_8859_1);
        if (PrivateFiles.openToOthers(file)) {
            throw CommandFailure.wanting(
                    "`" + file + "` can be reached by others than its owner, restrict it first: chmod 600");
        }
        return fit(file, () -> SigningKey.ofPem(pem));
    }

    /** All of a file, if it is not larger than that. */
    static byte[] whole(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw CommandFailure.wanting("`" + file + "` is larger than " + most + " bytes");
            }
            return bytes;
        }
    }

    /** Measures the content of a tool, however large it is. */
    static MeasuredContent content(Path file) throws IOException {
        ContentMeter meter = new ContentMeter();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                meter.update(chunk, 0, read);
            }
        }
        return meter.finish();
    }

    /** What is read from a file, or the end of the command with the file's name before the reason. */
    static <T> T fit(Path file, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException unfit) {
            throw CommandFailure.wanting("`" + file + "`: " + unfit.getMessage());
        }
    }

    /** Refuses where there is something already, unless told to replace it. */
    static void checkFree(Path file, boolean replace) {
        if (Files.isDirectory(file)) {
            throw CommandFailure.wanting("`" + file + "` is a folder, name a file");
        }
        if (!replace && Files.exists(file)) {
            throw CommandFailure.wanting("`" + file + "` exists already (--force replaces it)");
        }
    }
}
