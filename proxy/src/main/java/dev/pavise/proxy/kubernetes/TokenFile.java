package dev.pavise.proxy.kubernetes;

import dev.pavise.policy.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A bearer token in a file that somebody else renews, as the kubelet does. No message shows any of it. */
final class TokenFile {
    private static final int MOST_BYTES = 16 << 10;

    private TokenFile() {}

    /** What the file holds now; throws what names it where that is no token. */
    static Secret read(Path file) throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("`" + file + "` is too large to hold a token");
            }
            text = new String(bytes, StandardCharsets.US_ASCII).strip();
        } catch (java.nio.file.FileSystemException unreadable) {
            throw new IOException("the token `" + file + "` cannot be read", unreadable);
        }
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException("`" + file + "` does not hold a token: printable characters without a space");
        }
        return Secret.of(text);
    }
}
