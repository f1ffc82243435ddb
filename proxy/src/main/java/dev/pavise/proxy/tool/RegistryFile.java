package dev.pavise.proxy.tool;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry on disk: one file, {@code tools/registry.jsonl} in the data directory, and beside the folder its edge,
 * {@code tools.edge}, with the number of the last acknowledged change and the digest of the file. Each change writes the file
 * anew, puts it in the place of the former one when it is safe on disk, and then the edge. A database could do no more for what
 * changes a few times a day; and this one can be read.
 *
 * <p>Guarantees: what {@link #write} has returned from survives the death of the process and the loss of power. A file that is
 * damaged, or an old copy that was put back and would bring a removed version to life, does not open. It does not hold against
 * whoever can write the data directory as a whole. One process at a time has it: the lock of the access store, which is opened
 * first, keeps others out of the data directory.
 */
final class RegistryFile {
    private static final Logger log = LoggerFactory.getLogger(RegistryFile.class);

    static final String FOLDER = "tools";
    static final String EDGE = "tools.edge";

    private static final String FILE = "registry.jsonl";
    private static final String HEADER = "pavise tools edge 1";
    private static final Pattern EDGE_TEXT = Pattern.compile(HEADER + "\n((\\d{1,18}) ([0-9a-f]{64}))\n\\1\n");

    /** More than any registry of people and pipelines, and less than memory. */
    static final int MOST_BYTES = 64 << 20;

    private final Path file;
    private final Path edge;
    private BookText current;
    private byte[] written;

    private RegistryFile(Path file, Path edge, BookText current, byte[] written) {
        this.file = file;
        this.edge = edge;
        this.current = current;
        this.written = written;
    }

    /** Opens it, or makes an empty one where there never was any. */
    static RegistryFile open(Path dataDir) throws ToolStoreException {
        Path file = dataDir.resolve(FOLDER).resolve(FILE);
        Path edge = dataDir.resolve(EDGE);
        try {
            PrivateFiles.makeFolder(dataDir.resolve(FOLDER));
            return Files.exists(file) ? existing(file, edge) : first(file, edge);
        } catch (ToolStoreException told) {
            throw told;
        } catch (IOException failure) {
            throw new ToolStoreException("the tool registry `" + file + "` cannot be used: " + failure.getMessage());
        }
    }

    private static RegistryFile first(Path file, Path edge) throws IOException {
        if (Files.exists(edge)) {
            throw refused(file, "is gone, and `" + edge + "` says that there was one");
        }
        BookText empty = new BookText(0, "", ToolBook.EMPTY);
        RegistryFile made = new RegistryFile(file, edge, empty, empty.bytes());
        PrivateFiles.write(file, made.written);
        made.writeEdge(empty, made.written);
        return made;
    }

    private static RegistryFile existing(Path file, Path edge) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw refused(file, "is larger than any that was written here");
        }
        byte[] bytes = Files.readAllBytes(file);
        BookText text;
        try {
            text = BookText.parse(bytes);
        } catch (IllegalArgumentException damaged) {
            throw refused(file, "is damaged: " + damaged.getMessage());
        }
        RegistryFile found = new RegistryFile(file, edge, text, bytes);
        found.compare();
        return found;
    }

    private void compare() throws IOException {
        if (!Files.exists(edge)) {
            if (current.change() == 0) {
                writeEdge(current, written); // the first start ended between the two
                return;
            }
            throw refused(file, "has " + current.change() + " changes, and its edge is gone");
        }
        Matcher said = EDGE_TEXT.matcher(Files.readString(edge, StandardCharsets.US_ASCII));
        if (!said.matches()) {
            throw refused(file, "cannot be checked, as `" + edge + "` is damaged");
        }
        long change = Long.parseLong(said.group(2));
        String digest = said.group(3);
        if (change == current.change() && digest.equals(digest(written))) {
            return;
        }
        if (current.change() == change + 1 && current.previous().equals(digest)) {
            writeEdge(current, written); // the last change before a crash, of which perhaps nobody was told: it holds
            return;
        }
        throw refused(
                file,
                "is at change " + current.change() + " and has to be what reached change " + change
                        + ": an old copy was put back, and what was removed since could run again");
    }

    private static ToolStoreException refused(Path file, String what) {
        return new ToolStoreException("the tool registry `" + file + "` " + what + "; put back the newest copy of"
                + " `" + FOLDER + "` and `" + EDGE + "`, or remove both and register the tools anew");
    }

    ToolBook book() {
        return current.book();
    }

    /** Whether a book can be written down at all. */
    static boolean fits(ToolBook book) {
        return new BookText(Long.MAX_VALUE, "0".repeat(64), book).bytes().length <= MOST_BYTES;
    }

    /** Makes the registry this one. When it returns, that is safe; when it throws, the former one is in force. */
    void write(ToolBook next) throws IOException {
        BookText text = new BookText(current.change() + 1, digest(written), next);
        byte[] bytes = text.bytes();
        try {
            PrivateFiles.write(file, bytes);
            writeEdge(text, bytes);
        } catch (IOException failure) {
            putBack();
            throw failure;
        }
        current = text;
        written = bytes;
    }

    /** Undoes what a failed write may have left behind, as well as it can. */
    private void putBack() {
        try {
            PrivateFiles.write(file, written);
        } catch (IOException failure) {
            log.warn("the tool registry `{}` is left with a change that failed: {}", file, failure.getMessage());
        }
    }

    private void writeEdge(BookText text, byte[] bytes) throws IOException {
        String line = text.change() + " " + digest(bytes) + "\n";
        PrivateFiles.write(edge, (HEADER + "\n" + line + line).getBytes(StandardCharsets.US_ASCII));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
