package dev.pavise.runner.wasm.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Brings what a run changed in granted folders to the host: what it removed is removed, and each new or changed file takes its name whole, by one
 * rename. Only names that were copied from there are removed. Each step is taken from the open folder above it and follows no link, so that
 * somebody who puts a link in the way gets an error, or finds the link replaced, and nothing is written elsewhere.
 */
public final class WriteBack {
    private static final Set<PosixFilePermission> NEW_FILE = PosixFilePermissions.fromString("rw-r--r--");
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final SecureDirectoryStream<Path> rootStream;
    private final SecureRandom random;

    private WriteBack(Path root, SecureDirectoryStream<Path> rootStream, SecureRandom random) {
        this.root = root;
        this.rootStream = rootStream;
        this.random = random;
    }

    /** Writes back all that is to be; the first failure ends it, and what was written by then stays. */
    public static void apply(Granted granted, SecureRandom random) throws IOException {
        for (var copy : granted.writtenBack().entrySet()) {
            Path path = copy.getKey();
            switch (copy.getValue()) {
                case Folder folder -> {
                    try (SecureDirectoryStream<Path> stream = Granted.open(path)) {
                        new WriteBack(path, stream, random).folder(stream, folder, folder.copied(), 0);
                    }
                }
                case Document document -> {
                    if (!document.changed()) break;
                    Path parent = Granted.parentOf(path);
                    try (SecureDirectoryStream<Path> stream = Granted.open(parent)) {
                        new WriteBack(parent, stream, random).file(stream, Granted.nameOf(path), document);
                    }
                }
                case Link _ -> throw new IOException("a link was granted");
            }
        }
    }

    /**
     * @param before what is on the host under these names: removed last, save what stands in the way
     */
    private void folder(SecureDirectoryStream<Path> stream, Folder folder, Map<String, Node> before, int depth)
            throws IOException {
        if (depth > Granted.DEEPEST) throw new IOException("folders are nested too deeply");
        for (var old : before.entrySet()) {
            Node now = folder.child(old.getKey());
            if (now != null && !stays(old.getValue(), now)) remove(stream, Path.of(old.getKey()), old.getValue());
        }
        for (var child : folder.children().entrySet()) {
            boolean known = before.get(child.getKey()) == child.getValue();
            Path name = Path.of(child.getKey());
            // What belongs to another grant is brought back with that.
            if (child.getValue().mount() != folder.mount()) continue;
            switch (child.getValue()) {
                case Folder inner -> inner(stream, name, inner, known, depth);
                case Document document -> {
                    if (!known || document.changed()) file(stream, name, document);
                }
                case Link _ -> throw new IOException("a link came into a granted folder");
            }
        }
        for (var old : before.entrySet()) {
            if (folder.child(old.getKey()) == null) remove(stream, Path.of(old.getKey()), old.getValue());
        }
    }

    /** A file is replaced by a file, and a folder is gone through, without being removed first. */
    private static boolean stays(Node old, Node now) {
        return old == now || (old instanceof Document && now instanceof Document);
    }

    private void inner(SecureDirectoryStream<Path> stream, Path name, Folder inner, boolean known, int depth)
            throws IOException {
        if (!known) makeFolder(stream, name);
        try (SecureDirectoryStream<Path> below = stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            folder(below, inner, known ? inner.copied() : Map.of(), depth + 1);
        }
    }

    /**
     * Java makes folders by path alone, and a path can be led astray: so it is made in the granted folder itself, under a name that nobody knows, and
     * moved from there. At worst an empty folder of that name is left somewhere, and the run says that it failed.
     */
    private void makeFolder(SecureDirectoryStream<Path> stream, Path name) throws IOException {
        Path fresh = freshName();
        Files.createDirectory(root.resolve(fresh));
        try {
            rootStream.move(fresh, stream, name);
        } catch (IOException e) {
            clear(() -> rootStream.deleteDirectory(fresh), e);
            throw e;
        }
    }

    private void file(SecureDirectoryStream<Path> stream, Path name, Document document) throws IOException {
        Path fresh = freshName();
        Set<OpenOption> making =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> permissions = document.permissions().orElse(NEW_FILE);
        try {
            // Only its owner's until it is whole: then whatever the file had that it takes the place of.
            try (SeekableByteChannel channel = stream.newByteChannel(fresh, making, PRIVATE)) {
                document.writeTo(channel);
            }
            stream.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setPermissions(permissions);
            stream.move(fresh, stream, name);
        } catch (IOException e) {
            clear(() -> stream.deleteFile(fresh), e);
            throw e;
        }
    }

    /** Something that can fail. */
    @FunctionalInterface
    private interface Clearing {
        void run() throws IOException;
    }

    private static void clear(Clearing clearing, IOException cause) {
        try {
            clearing.run();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void remove(SecureDirectoryStream<Path> stream, Path name, Node node) throws IOException {
        if (!(node instanceof Folder folder)) {
            stream.deleteFile(name);
            return;
        }
        try (SecureDirectoryStream<Path> below = stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Map.Entry<String, Node> child : folder.copied().entrySet()) {
                remove(below, Path.of(child.getKey()), child.getValue());
            }
        }
        stream.deleteDirectory(name);
    }

    private Path freshName() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Path.of(".pavise-" + HexFormat.of().formatHex(bytes));
    }
}
