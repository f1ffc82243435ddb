package dev.pavise.policy.signing;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of the keys that may sign tools: each {@code *.pub} or {@code *.pem} is one key ({@link TrustedKeyText}),
 * {@code revoked.txt} says what is trusted no more ({@link Revocations}). Names that begin with a dot are passed over, as mounted
 * volumes have some of their own.
 *
 * <p>Fails closed: all of it is understood, or none is believed, since what cannot be read might be a revocation; any other file is
 * refused, as it might have been meant as one; and a folder or file that every user can write is anybody's, unless it is mounted read-only here. It does not hold
 * against who may write the folder: whom it names is trusted.
 */
public final class TrustedKeyFolder {
    private static final String REVOKED = "revoked.txt";
    private static final int MOST_FILES = 200;
    private static final int MOST_KEY_BYTES = 64 << 10;
    private static final int MOST_REVOKED_BYTES = 1 << 20;

    private final Path folder;
    private Map<String, String> lastRead = Map.of();
    private TrustedKeys lastKeys = TrustedKeys.none();

    public TrustedKeyFolder(Path folder) {
        this.folder = folder;
    }

    /** A folder or file cannot be made out. The message names it, what is wrong with it, and the way out. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String problem) {
            super(problem);
        }

        public String problem() {
            return String.valueOf(getMessage());
        }
    }

    /** Whom to believe now. Every file is read each time; what was made of them is kept while they are the same to the letter. */
    public synchronized TrustedKeys read() throws Unreadable {
        Map<String, String> texts = texts();
        if (!texts.equals(lastRead)) {
            lastKeys = keys(texts);
            lastRead = texts;
        }
        return lastKeys;
    }

    /** The files of which {@link #read} makes whom to believe now, by name, to be laid into another folder: all of them, or none. */
    public synchronized Map<String, String> files() throws Unreadable {
        var _ = read();
        return Map.copyOf(lastRead);
    }

    /** One key in a file of its own, called like it where it does not say its name. */
    public static TrustedKey key(Path file) throws Unreadable {
        return key(file, text(file, MOST_KEY_BYTES));
    }

    private Map<String, String> texts() throws Unreadable {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            refuseAnybodys(folder);
            Stream<Path> named = files.filter(file -> !name(file).startsWith("."));
            for (Path file : named.limit(MOST_FILES + 1L).toList()) {
                texts.put(name(file), text(file, limit(file)));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            throw unreadable(folder, unreadable);
        }
        if (texts.size() > MOST_FILES) {
            throw new Unreadable("`" + folder + "` holds more than " + MOST_FILES + " files");
        }
        return texts;
    }

    private static int limit(Path file) throws Unreadable {
        String name = name(file);
        if (name.equals(REVOKED)) {
            return MOST_REVOKED_BYTES;
        }
        if (name.endsWith(".pub") || name.endsWith(".pem")) {
            return MOST_KEY_BYTES;
        }
        throw new Unreadable("`" + file + "` is neither a key (`.pub`, `.pem`) nor `" + REVOKED
                + "`, take it out of the folder of trusted keys");
    }

    private static void refuseAnybodys(Path place) throws IOException, Unreadable {
        boolean anybodys = Files.getPosixFilePermissions(place).contains(PosixFilePermission.OTHERS_WRITE);
        if (anybodys && !isMountedReadOnly(place)) {
            throw new Unreadable("`" + place + "` can be written by every user; take that away: chmod o-w " + place
                    + ", or mount it read-only");
        }
    }

    /**
     * Volumes of Kubernetes have mode 1777 and are mounted read-only; then nobody in this container can write them. Two witnesses, as the first
     * looks for the mount by its device, and takes one inside another of the same device for the outer one.
     */
    private static boolean isMountedReadOnly(Path place) throws IOException {
        return Files.getFileStore(place).isReadOnly() && !Files.isWritable(place);
    }

    private static String text(Path file, int most) throws Unreadable {
        // Whatever else has a name there, a pipe for one, might never come to an end.
        if (!Files.isRegularFile(file)) {
            throw new Unreadable("`" + file + "` cannot be read: there is no such file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            refuseAnybodys(file);
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Unreadable("`" + file + "` is larger than " + most + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new Unreadable("`" + file + "` is not UTF-8 text");
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    private TrustedKeys keys(Map<String, String> texts) throws Unreadable {
        List<TrustedKey> keys = new ArrayList<>();
        Revocations revocations = Revocations.NONE;
        for (Map.Entry<String, String> each : texts.entrySet()) {
            Path file = folder.resolve(each.getKey());
            if (each.getKey().equals(REVOKED)) {
                revocations = revocations(file, each.getValue());
            } else {
                keys.add(key(file, each.getValue()));
            }
        }
        try {
            return new TrustedKeys(keys, revocations);
        } catch (IllegalArgumentException unfit) {
            throw unfit(folder, unfit);
        }
    }

    private static Revocations revocations(Path file, String text) throws Unreadable {
        try {
            return Revocations.parse(text);
        } catch (IllegalArgumentException unfit) {
            throw unfit(file, unfit);
        }
    }

    private static TrustedKey key(Path file, String text) throws Unreadable {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        try {
            return TrustedKeyText.read(text, dot > 0 ? name.substring(0, dot) : name);
        } catch (IllegalArgumentException unfit) {
            throw unfit(file, unfit);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static Unreadable unreadable(Path place, Exception why) {
        return new Unreadable(
                "`" + place + "` cannot be read: " + why.getClass().getSimpleName());
    }

    private static Unreadable unfit(Path place, IllegalArgumentException why) {
        return new Unreadable("`" + place + "`: " + why.getMessage());
    }
}
