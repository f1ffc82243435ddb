package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the folder of the keys that may sign tools: each file {@code *.pub} or {@code *.pem} is one key, and {@code revoked} names
 * what is trusted no more. Names that begin with a dot are passed over, as mounted volumes have some of their own.
 *
 * <p>All of it is understood, or none is believed: a file that cannot be read might be a revocation, and a folder that others can
 * write is anybody's.
 */
final class KeyFolder {
    private static final String REVOKED = "revoked";
    private static final int MOST_FILES = 200;
    private static final int MOST_BYTES = 1 << 20;

    private final Path folder;
    private final List<TrustedKey> keys = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private Revocations revocations = Revocations.NONE;

    private KeyFolder(Path folder) {
        this.folder = folder;
    }

    static TlsMaterial<TrustedKeys> read(Path folder) {
        return new KeyFolder(folder).read();
    }

    private TlsMaterial<TrustedKeys> read() {
        try {
            if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
                problems.add("`" + folder + "` can be written by every user; take that away: chmod o-w " + folder);
            }
            files().forEach(this::take);
            return problems.isEmpty()
                    ? new TlsMaterial.Ready<>(new TrustedKeys(keys, revocations), warnings())
                    : new TlsMaterial.Refused<>(problems);
        } catch (IOException | UncheckedIOException unreadable) {
            return new TlsMaterial.Refused<>(List.of("`" + folder + "` cannot be read: " + unreadable.getMessage()));
        } catch (IllegalArgumentException unfit) {
            return new TlsMaterial.Refused<>(List.of("`" + folder + "`: " + unfit.getMessage()));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(each -> !each.getFileName().toString().startsWith("."))
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
            if (files.size() > MOST_FILES) {
                throw new IOException("it holds more than " + MOST_FILES + " files");
            }
            return files;
        }
    }

    private List<String> warnings() {
        return keys.isEmpty() ? List.of("`" + folder + "` holds no key, so that no tool can be registered or run") : List.of();
    }

    private void take(Path file) {
        String name = file.getFileName().toString();
        try {
            if (name.equals(REVOKED)) {
                revocations = Revocations.parse(text(file));
            } else if (name.endsWith(".pub") || name.endsWith(".pem")) {
                keys.add(TrustedKeyText.read(text(file), name.substring(0, name.length() - 4)));
            } else {
                problems.add("`" + file + "` is neither a key (*.pub, *.pem) nor `" + REVOKED
                        + "`; remove it from the folder");
            }
        } catch (CharacterCodingException binary) {
            problems.add("`" + file + "` is not UTF-8 text");
        } catch (IOException unreadable) {
            problems.add("`" + file + "` cannot be read, or is larger than " + MOST_BYTES + " bytes");
        } catch (IllegalArgumentException unfit) {
            problems.add("`" + file + "` is not understood: " + unfit.getMessage());
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("too large");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
