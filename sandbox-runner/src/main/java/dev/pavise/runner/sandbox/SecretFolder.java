package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Where the secrets of one run lie while it is under way: a folder in memory, not on a disk, that nobody but the run's user (and root) can
 * enter, with a file of mode 0400 for each. The sandbox sees it read-only, as {@link Secrets#FOLDER}. It is removed with the run; what a
 * runner that was killed left behind goes at its next start. It does not hold against root of the host, nor keep the kernel from swapping.
 */
final class SecretFolder {
    /** The memory file system that every Linux has; other places may be disks. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final String OPEN = "rwx------";
    private static final String SHUT = "r-x------";
    private static final String FILE = "r--------";

    private final String prefix;
    private final OptionalInt firstUser;
    private final int users;

    /**
     * @param runner the runner's own folder, by which its secrets are told from those of other runners
     * @param firstUser where runs have users of their own: the first of so many
     */
    SecretFolder(Path runner, OptionalInt firstUser, int users) {
        byte[] digest = OutputHash.sha256()
                .digest(runner.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
        this.prefix = "pavise-" + HexFormat.of().formatHex(digest, 0, 8) + "-";
        this.firstUser = firstUser;
        this.users = users;
    }

    /** Lays them down for one run; its user's number in the order of {@link RunUsers}. */
    Path create(String run, Secrets secrets, int slot) throws IOException {
        if (!Files.getFileStore(MEMORY).type().equals("tmpfs")) {
            throw new IOException("`" + MEMORY + "` is no memory");
        }
        Path folder = MEMORY.resolve(prefix + run);
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OPEN)));
        try {
            Map<String, Bytes> values = new TreeMap<>();
            secrets.reveal(values::put);
            for (Map.Entry<String, Bytes> each : values.entrySet()) {
                Path file = folder.resolve(each.getKey());
                Staging.write(file, each.getValue().toArray());
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(FILE));
                give(file, slot);
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(SHUT));
            give(folder, slot);
            return folder;
        } catch (IOException | RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    private void give(Path path, int slot) throws IOException {
        if (firstUser.isPresent()) {
            Files.setAttribute(path, "unix:uid", firstUser.getAsInt() + slot, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Takes them away. */
    void remove(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OPEN));
            Staging.removeTree(folder);
        }
    }

    /** Takes away what an earlier runner of the same folder left, which holds its lock no more. */
    void sweep() throws IOException {
        if (!Files.isDirectory(MEMORY)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(MEMORY, prefix + "*")) {
            for (Path each : left) {
                // Everybody may make a name here; only what is ours or a run's is believed to be what it looks like.
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS) && isOurs(each)) {
                    remove(each);
                }
            }
        }
    }

    private boolean isOurs(Path folder) throws IOException {
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean ofRun =
                firstUser.isPresent() && owner >= firstUser.getAsInt() && owner < (long) firstUser.getAsInt() + users;
        return ofRun || owner == Users.own();
    }
}
