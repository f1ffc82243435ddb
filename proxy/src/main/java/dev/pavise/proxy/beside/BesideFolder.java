package dev.pavise.proxy.beside;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a runner beside the gateway. {@code told} holds what the gateway tells it, {@code data} is what it keeps.
 *
 * <p>Where the runner has a user of its own, all but {@code data} stays the gateway's, and the runner can read it by its group: it can put
 * nothing in the gateway's way there, and the gateway never writes where the runner can.
 */
record BesideFolder(Path top, Whom whom) {
    private static final Set<PosixFilePermission> WRITERS = PosixFilePermissions.fromString("----w--w-");

    /**
     * Where it is, if the configuration does not say: the runner's user could not pass the gateway's own folder.
     *
     * @param gateway the gateway's data directory
     */
    static Path standard(Path gateway, Whom whom) {
        Path absolute = gateway.toAbsolutePath().normalize();
        return whom instanceof Whom.Other
                ? absolute.resolveSibling(absolute.getFileName() + "-runner")
                : absolute.resolve("runner");
    }

    static BesideFolder of(@Nullable Path configured, Path gateway, Whom whom) {
        Path top = configured == null
                ? standard(gateway, whom)
                : configured.toAbsolutePath().normalize();
        return new BesideFolder(top, whom);
    }

    Path data() {
        return top.resolve("data");
    }

    /** A file that the gateway tells the runner something in. */
    Path told(String name) {
        return top.resolve("told").resolve(name);
    }

    Path config() {
        return told("runner.yaml");
    }

    /** The public half of the key that the runner signs receipts with. */
    Path receiptKey() {
        return data().resolve("receipt.pub");
    }

    /** Makes what is not there, and refuses what is somebody else's. */
    void make() throws IOException {
        folder(top);
        folder(told(""));
        boolean made = !Files.exists(data(), LinkOption.NOFOLLOW_LINKS);
        if (made) {
            PrivateFiles.makeFolder(data());
        }
        switch (whom) {
            case Whom.Other user -> {
                if (made) {
                    own(data(), user.uid(), user.gid());
                }
                requireOwner(data(), user.uid());
            }
            case Whom.Own own -> requireOwner(data(), own.uid());
            case Whom.Nobody nobody -> throw new IllegalStateException(nobody.problem());
        }
    }

    private void folder(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.makeFolder(folder);
        }
        requireOwner(folder, (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        Set<PosixFilePermission> writers = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        if (WRITERS.stream().anyMatch(writers::contains)) {
            throw new IOException("`" + folder + "` can be written by others; take that away: chmod go-w " + folder);
        }
        if (whom instanceof Whom.Other user) {
            own(folder, 0, user.gid());
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        }
    }

    private static void requireOwner(Path folder, int uid) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("`" + folder + "` is a link or no folder; take it away");
        }
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner != uid) {
            throw new IOException("`" + folder + "` belongs to user " + owner + " and not to " + uid
                    + "; name another `data_dir`, or take it away");
        }
    }

    /** Writes something for the runner to read, and nobody else. */
    void tell(String name, byte[] bytes) throws IOException {
        Path file = told(name);
        PrivateFiles.write(file, bytes);
        if (whom instanceof Whom.Other user) {
            own(file, 0, user.gid());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        }
    }

    private static void own(Path place, int uid, int gid) throws IOException {
        Files.setAttribute(place, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(place, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    /** The folders on the way to it that are there already, from which it hangs. */
    static List<Path> above(Path top) {
        Path at = top.getParent();
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        return at == null ? List.of() : List.of(at);
    }
}
