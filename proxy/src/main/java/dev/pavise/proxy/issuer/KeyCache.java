package dev.pavise.proxy.issuer;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys on disk, so that a restart while an issuer is away does not lock its callers out: {@code issuers/<name>.jwks} in the data directory (0600).
 * One line says from where and when they came, the set follows as it came.
 */
final class KeyCache {
    private static final Logger log = LoggerFactory.getLogger(KeyCache.class);
    private static final String MARK = "pavise-issuer-keys/1";
    private static final int LONGEST_LINE = 200;

    private final Path folder;

    KeyCache(Path dataDir) {
        this.folder = dataDir.resolve("issuers");
    }

    /** A set as it came, and when. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Kept(byte[] text, Instant fetched) {}

    /** What was kept of this issuer, under this very configuration; nothing else is taken, whatever is wrong with it. */
    Optional<Kept> read(RemoteIssuer issuer) {
        Path file = file(issuer);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            byte[] all = bounded(file);
            int end = endOfLine(all);
            String[] line = new String(all, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
            if (line.length != 3 || !line[0].equals(MARK) || !line[1].equals(issuer.origin())) {
                return Optional.empty();
            }
            return Optional.of(new Kept(Arrays.copyOfRange(all, end + 1, all.length), Instant.parse(line[2])));
        } catch (IOException | DateTimeException unusable) {
            log.warn("the kept keys in `{}` cannot be used: {}", file, unusable.toString());
            return Optional.empty();
        }
    }

    private static byte[] bounded(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(HttpsFetch.MOST_BYTES + LONGEST_LINE);
        }
    }

    private static int endOfLine(byte[] all) throws IOException {
        for (int at = 0; at < all.length && at < LONGEST_LINE; at++) {
            if (all[at] == '\n') {
                return at;
            }
        }
        throw new IOException("it does not begin with a line");
    }

    void write(RemoteIssuer issuer, byte[] text, Instant fetched) throws IOException {
        PrivateFiles.makeFolder(folder);
        ByteArrayOutputStream all = new ByteArrayOutputStream(text.length + LONGEST_LINE);
        all.writeBytes((MARK + " " + issuer.origin() + " " + fetched + "\n").getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(text);
        PrivateFiles.write(file(issuer), all.toByteArray());
    }

    /** A name is of letters, digits and {@code . _ -}, and begins with none of the three. */
    private Path file(RemoteIssuer issuer) {
        return folder.resolve(issuer.name() + ".jwks");
    }
}
