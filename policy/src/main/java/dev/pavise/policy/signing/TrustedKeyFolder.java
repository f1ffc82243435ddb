package dev.pavise.policy.signing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the folder of trusted keys when a configuration is loaded: each {@code *.pub} or {@code *.pem} is a key
 * ({@link TrustedKeyText}), {@code revoked.txt} says what is revoked ({@link Revocations}). Files whose names begin with a dot
 * are passed over, as mounted volumes have them; any other is refused, as it might have been meant to revoke something.
 */
public final class TrustedKeyFolder {
    private static final String REVOKED = "revoked.txt";
    private static final int MAX_KEY = 64 * 1024;
    private static final int MAX_REVOKED = 4 * 1024 * 1024;

    private TrustedKeyFolder() {}

    /** The keys in a folder; throws {@link IllegalArgumentException} that names the file and what is wrong with it. */
    public static TrustedKeys read(Path folder) {
        List<TrustedKey> keys = new ArrayList<>();
        Revocations revocations = Revocations.NONE;
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            if (name.equals(REVOKED)) {
                revocations = read(file, MAX_REVOKED, Revocations::parse);
            } else if (name.endsWith(".pub") || name.endsWith(".pem")) {
                keys.add(key(file));
            } else if (!name.startsWith(".")) {
                throw new IllegalArgumentException("`" + file + "` is neither a key (`.pub`, `.pem`) nor `" + REVOKED
                        + "`, take it out of the folder of trusted keys");
            }
        }
        return new TrustedKeys(keys, revocations);
    }

    /** One key in a file, called like it where it does not say its name. */
    public static TrustedKey key(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String called = dot > 0 ? name.substring(0, dot) : name;
        return read(file, MAX_KEY, text -> TrustedKeyText.read(text, called));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException unreadable) {
            throw unreadable(folder, unreadable);
        }
    }

    private interface Reading<T> {
        T of(String text);
    }

    private static <T> T read(Path file, int most, Reading<T> reading) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(most + 1);
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
        if (bytes.length > most) {
            throw new IllegalArgumentException("`" + file + "` is larger than " + most + " bytes");
        }
        try {
            return reading.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException("`" + file + "`: " + unfit.getMessage(), unfit);
        }
    }

    private static IllegalArgumentException unreadable(Path place, IOException why) {
        return new IllegalArgumentException(
                "`" + place + "` cannot be read: " + why.getClass().getSimpleName(), why);
    }
}
