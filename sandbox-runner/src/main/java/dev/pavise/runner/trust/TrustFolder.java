package dev.pavise.runner.trust;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder with the keys that may sign tools: each file {@code *.pub} or {@code *.pem} is one key, and {@code revoked} names what is trusted no more. It
 * is read for each run, so that a revocation holds from the next run on; what was read is kept while the files are the same byte for byte.
 *
 * <p>Fails closed: a file that cannot be read or understood, a folder that is gone, one that others can write, means that nothing is trusted, since what
 * cannot be read might be a revocation. Names that begin with a dot are passed over, as mounted volumes have some of their own.
 */
public final class TrustFolder {
    private static final String REVOKED = "revoked";
    private static final int MOST_FILES = 200;
    private static final int MOST_BYTES = 1 << 20;

    private final Path folder;
    private Map<String, String> lastRead = Map.of();
    private TrustedKeys lastKeys = TrustedKeys.none();

    public TrustFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder cannot be made out. The message names it, and the file, and the way out. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String problem) {
            super(problem);
        }

        public String problem() {
            return String.valueOf(getMessage());
        }
    }

    /** Whom to believe now. */
    public synchronized TrustedKeys read() throws Unreadable {
        Map<String, String> texts = texts();
        if (!texts.equals(lastRead)) {
            lastKeys = keys(texts);
            lastRead = texts;
        }
        return lastKeys;
    }

    private Map<String, String> texts() throws Unreadable {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            refuseOthers();
            for (Path file : files.limit(MOST_FILES + 1L).toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".")) {
                    texts.put(name, text(file));
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Unreadable("the folder of trusted keys `" + folder + "` cannot be read");
        }
        if (texts.size() > MOST_FILES) {
            throw new Unreadable("the folder of trusted keys `" + folder + "` has more than " + MOST_FILES + " files");
        }
        return texts;
    }

    private void refuseOthers() throws IOException, Unreadable {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new Unreadable("the folder of trusted keys `" + folder
                    + "` can be written by other users; take that away: chmod o-w " + folder);
        }
    }

    private static String text(Path file) throws Unreadable {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new Unreadable("`" + file + "` is larger than 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable("`" + file + "` is not UTF-8 text");
        } catch (IOException e) {
            throw new Unreadable("`" + file + "` cannot be read; is it a file that the runner's user may read?");
        }
    }

    private TrustedKeys keys(Map<String, String> texts) throws Unreadable {
        List<TrustedKey> keys = new ArrayList<>();
        Revocations revocations = Revocations.NONE;
        for (Map.Entry<String, String> file : texts.entrySet()) {
            String name = file.getKey();
            try {
                if (name.equals(REVOKED)) {
                    revocations = Revocations.parse(file.getValue());
                } else if (name.endsWith(".pub") || name.endsWith(".pem")) {
                    keys.add(TrustedKeyText.read(file.getValue(), name.substring(0, name.length() - 4)));
                } else {
                    throw new IllegalArgumentException(
                            "it is neither a key (*.pub, *.pem) nor `" + REVOKED + "`; remove it from the folder");
                }
            } catch (IllegalArgumentException unfit) {
                throw new Unreadable("`" + folder.resolve(name) + "` is not understood: " + unfit.getMessage());
            }
        }
        try {
            return new TrustedKeys(keys, revocations);
        } catch (IllegalArgumentException unfit) {
            throw new Unreadable("the folder of trusted keys `" + folder + "`: " + unfit.getMessage());
        }
    }
}
