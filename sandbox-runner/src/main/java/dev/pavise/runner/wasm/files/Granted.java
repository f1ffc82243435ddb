package dev.pavise.runner.wasm.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The granted files and folders of the host, copied into the tree of a run: regular files and folders, as they are when the run starts. Links,
 * devices, sockets, pipes and names that are no text are left out. Every step is taken from the open folder above it and follows no link, so that somebody who changes the
 * folders meanwhile can change what is copied, but not where it comes from.
 */
public final class Granted {
    /** Each level keeps a descriptor of the host open while it is copied. */
    static final int DEEPEST = 64;

    private static final int CHUNK = 64 * 1024;

    private final Tree tree;
    private final SortedMap<Path, Mount.Mode> grants = new TreeMap<>();
    private final Map<Path, Node> copies = new LinkedHashMap<>();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

    private Granted(Tree tree, Set<Path> readOnly, Set<Path> readWrite) {
        this.tree = tree;
        readOnly.forEach(path -> grants.put(path, Mount.Mode.READ_ONLY));
        readWrite.forEach(path -> grants.put(path, Mount.Mode.WRITTEN_BACK));
    }

    /** Copies them, or throws a {@link GrantException}. */
    public static Granted copy(Tree tree, Space space, Set<Path> readOnly, Set<Path> readWrite) throws GrantException {
        Granted granted = new Granted(tree, readOnly, readWrite);
        for (var grant : granted.grants.entrySet()) granted.take(grant.getKey(), new Mount(grant.getValue(), space));
        return granted;
    }

    /** What came from each path that is written back. */
    Map<Path, Node> writtenBack() {
        Map<Path, Node> written = new LinkedHashMap<>(copies);
        written.keySet().removeIf(path -> grants.get(path) != Mount.Mode.WRITTEN_BACK);
        return written;
    }

    private void take(Path path, Mount mount) throws GrantException {
        try {
            if (!path.toRealPath().equals(path))
                throw new GrantException(path, "leads through a link; grant the path it leads to");
            try (SecureDirectoryStream<Path> above = open(parentOf(path))) {
                copies.put(path, takeEntry(above, path, mount));
            }
        } catch (Fault fault) {
            throw new GrantException(path, "holds more than the run may hold in memory, or is nested too deeply");
        } catch (IOException | DirectoryIteratorException e) {
            throw new GrantException(path, "cannot be read");
        }
    }

    static Path parentOf(Path path) {
        return Objects.requireNonNull(path.getParent(), "a granted path is not the root");
    }

    static Path nameOf(Path path) {
        return Objects.requireNonNull(path.getFileName(), "a granted path is not the root");
    }

    /** Opens a folder step by step from the root, through no link: the names above a grant are no safer than those in it. */
    static SecureDirectoryStream<Path> open(Path folder) throws IOException {
        SecureDirectoryStream<Path> at = root(folder);
        for (Path name : folder) {
            try (SecureDirectoryStream<Path> above = at) {
                at = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return at;
    }

    @SuppressWarnings("StreamResourceLeak") // Given to the caller open, or closed here.
    private static SecureDirectoryStream<Path> root(Path folder) throws IOException {
        DirectoryStream<Path> stream =
                Files.newDirectoryStream(Objects.requireNonNull(folder.getRoot(), "a granted path is absolute"));
        if (stream instanceof SecureDirectoryStream<Path> secure) return secure;
        stream.close();
        throw new IOException("the file system cannot be walked without following links");
    }

    private Node takeEntry(SecureDirectoryStream<Path> above, Path path, Mount mount)
            throws IOException, GrantException {
        Path name = nameOf(path);
        PosixFileAttributes attributes = attributes(above, name);
        if (attributes.isRegularFile()) {
            Folder parent = tree.above(path.toString());
            return takeFile(above, name, attributes, parent, mount);
        }
        if (!attributes.isDirectory()) throw new GrantException(path, "is neither a file nor a folder");
        Folder folder = tree.mount(path.toString(), mount);
        takeFolder(above, name, path, folder, mount, 0);
        return folder;
    }

    private static PosixFileAttributes attributes(SecureDirectoryStream<Path> above, Path name) throws IOException {
        return above.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private void takeFolder(
            SecureDirectoryStream<Path> above, Path name, Path path, Folder folder, Mount mount, int depth)
            throws IOException {
        if (depth > DEEPEST) throw new Fault(Errno.NAMETOOLONG);
        try (SecureDirectoryStream<Path> here = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : here) {
                Path child = nameOf(entry);
                // Another grant covers it, and will be taken on its own terms.
                if (grants.containsKey(path.resolve(child)) || !isText(child)) continue;
                PosixFileAttributes attributes = attributes(here, child);
                if (attributes.isRegularFile()) {
                    takeFile(here, child, attributes, folder, mount);
                } else if (attributes.isDirectory()) {
                    Folder inner = tree.newFolder(folder, child.toString(), mount);
                    takeFolder(here, child, path.resolve(child), inner, mount, depth + 1);
                }
            }
        }
        folder.markCopied();
    }

    /** Whether its bytes are text in the encoding of the runner's locale; two names that are not could become one. */
    private static boolean isText(Path name) {
        try {
            return Path.of(name.toString()).equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Document takeFile(
            SecureDirectoryStream<Path> above, Path name, PosixFileAttributes attributes, Folder folder, Mount mount)
            throws IOException {
        Document document = tree.newDocument(folder, name.toString(), mount);
        document.stamp(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        Set<OpenOption> reading = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = above.newByteChannel(name, reading)) {
            while (channel.read(chunk.clear()) >= 0) document.fill(chunk.flip(), attributes.permissions());
        }
        return document;
    }
}
