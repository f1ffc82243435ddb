package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.OutputHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The folder in which one run is prepared, new and the runner's alone. The content is copied into it and hashed on the way, so that the
 * bytes that were hashed are the bytes that run, whatever becomes of the file they came from.
 */
final class Staging {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int CHUNK = 64 * 1024;

    private final Path folder;

    private Staging(Path folder) {
        this.folder = folder;
    }

    /** A new folder of this name; fails if there is something of that name. */
    static Staging create(Path parent, String run) throws IOException {
        return new Staging(Files.createDirectory(parent.resolve(run), PRIVATE_FOLDER));
    }

    /** A private folder of this path, made if need be; fails if it is a link or open to others. */
    static void ownFolder(Path path, int user) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path, PRIVATE_FOLDER);
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || owner != user || (mode & 077) != 0) {
            throw new IOException(
                    "`" + path + "` must be a folder of the runner's own user with mode 0700, and no link");
        }
    }

    Path folder() {
        return folder;
    }

    Path content() {
        return folder.resolve("content");
    }

    Path options() {
        return folder.resolve("options");
    }

    /** What the shell does for this run. */
    Path script() {
        return folder.resolve("script");
    }

    Path status() {
        return folder.resolve("status");
    }

    /** What the content turned out to be. */
    sealed interface Copied {
        record Done(String sha256, Content content) implements Copied {}

        record Unreadable(String reason) implements Copied {}
    }

    /** Copies the content here, if it is a plain file of no more than this size. */
    Copied copy(Path source, long most, Architecture architecture) {
        // A pipe would keep the open waiting, so the look comes first; the open follows no link either way.
        if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
            return new Copied.Unreadable("the content is no plain file");
        }
        MessageDigest digest = OutputHash.sha256();
        byte[] head = new byte[Content.HEAD];
        long total = 0;
        try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel to = create(content())) {
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                if (total < head.length) {
                    int more = (int) Math.min(buffer.remaining(), head.length - total);
                    buffer.get(0, head, (int) total, more);
                }
                total += buffer.remaining();
                if (total > most) {
                    return new Copied.Unreadable("the content is larger than " + most + " bytes");
                }
                digest.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            return new Copied.Unreadable(
                    "the content cannot be copied: " + e.getClass().getSimpleName());
        }
        return new Copied.Done(
                HexFormat.of().formatHex(digest.digest()),
                Content.of(head, (int) Math.min(total, head.length), architecture));
    }

    /** Writes down what bubblewrap is told, each word ended by a zero byte, and an empty file for what it answers. */
    void write(List<String> words) throws IOException {
        write(options(), words(words));
        write(status(), new byte[0]);
    }

    void writeScript(String script) throws IOException {
        write(script(), script.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@code bwrap --args} reads them. */
    static byte[] words(List<String> words) {
        // One word would become two, and a value an option.
        if (words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a word with a zero byte cannot be written down");
        }
        return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** A private file that was not there before. */
    static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel to = create(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE_FILE);
    }

    void remove() throws IOException {
        removeTree(folder);
    }

    /** Takes away a folder and what is directly in it; follows no link. */
    static void removeTree(Path folder) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
                    removeTree(one);
                } else {
                    Files.delete(one);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(folder);
    }
}
