package dev.pavise.proxy.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what lies in a folder outlasts its container and its pod. For the gateway and the manager, each about its own audit trail.
 *
 * <p>Guarantees, against an operator who does not know: in a container, a folder on the container's own layer, in memory, or in an {@code emptyDir} is
 * told as one that ends with them, and so is one of which that cannot be found out. It does not know how long a volume of the cluster lives.
 */
public final class AuditStorage {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOST_BYTES = 4 << 20;
    private static final String EMPTY_DIR = "kubernetes.io~empty-dir";
    private static final Set<String> LAYERS = Set.of("overlay", "fuse.fuse-overlayfs", "aufs");
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");

    private AuditStorage() {}

    /** Why what lies in this folder ends with the container or the pod; empty where nothing says so. The folder need not be there yet. */
    public static Optional<String> lost(Path folder) {
        try (InputStream in = Files.newInputStream(TABLE)) {
            byte[] table = in.readNBytes(MOST_BYTES + 1);
            if (table.length > MOST_BYTES) {
                return Optional.of("what is mounted is more than can be read");
            }
            return lost(new String(table, StandardCharsets.UTF_8), real(folder));
        } catch (IOException unreadable) {
            return Optional.of("what it lies on cannot be found out: " + unreadable);
        }
    }

    /** Where it is, or would be made: what leads there by a symbolic link lies elsewhere. */
    private static Path real(Path folder) throws IOException {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there.toRealPath();
    }

    /** The same for a table of mounts; pure. */
    static Optional<String> lost(String table, Path folder) {
        Optional<Mount> mount;
        try {
            mount = MountTable.parse(table).of(folder);
        } catch (IllegalArgumentException unfit) {
            return Optional.of(String.valueOf(unfit.getMessage()));
        }
        return mount.isEmpty() ? Optional.of("nothing is mounted there") : lost(mount.get());
    }

    private static Optional<String> lost(Mount mount) {
        if (mount.point().getParent() == null || LAYERS.contains(mount.type())) {
            return Optional.of("it lies on the container's own layer");
        }
        if (MEMORY.contains(mount.type())) {
            return Optional.of("it lies in memory (" + mount.type() + ")");
        }
        if (mount.root().contains(EMPTY_DIR)) {
            return Optional.of("it lies in an emptyDir");
        }
        return Optional.empty();
    }
}
