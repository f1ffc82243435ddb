package dev.pavise.proxy.beside;

import dev.pavise.policy.signing.VerifyKey;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the key by which a runner's receipts can be checked. It lies where the runner can write, so no link is followed, and nothing but a
 * public key comes of it: a runner that was taken over does not get at files of the gateway's this way.
 */
final class ReceiptKey {
    private static final Logger log = LoggerFactory.getLogger(ReceiptKey.class);
    private static final int MOST_BYTES = 4096;

    private ReceiptKey() {}

    /** Lays it where everybody can read it, and nobody but the gateway write. */
    static void publish(Path from, Path to) throws IOException {
        String pem = read(from).pem();
        if (Files.exists(to) && !Files.readString(to).equals(pem)) {
            log.warn(
                    "the runner beside the gateway signs receipts with another key than before; {} is replaced, and older receipts need the older one",
                    to);
        }
        PrivateFiles.writeOpen(to, pem.getBytes(StandardCharsets.UTF_8));
    }

    private static VerifyKey read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("`" + file + "` is no file");
        }
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return VerifyKey.ofPem(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException unfit) {
            // Without its cause, which may repeat what was read.
            throw new IOException("`" + file + "` is no public key");
        }
    }
}
