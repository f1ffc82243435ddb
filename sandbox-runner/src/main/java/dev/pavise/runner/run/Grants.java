package dev.pavise.runner.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What a manifest allows beside the scratch folder: paths of the host, and hosts as {@code host:port}, which are reached through a proxy. Absolute and normal paths only. */
public record Grants(Set<Path> readOnly, Set<Path> readWrite, List<String> hosts) {
    /** Nothing but the scratch folder. */
    public static final Grants NONE = new Grants(Set.of(), Set.of(), List.of());

    public Grants {
        readOnly = Set.copyOf(readOnly);
        readWrite = Set.copyOf(readWrite);
        hosts = List.copyOf(hosts);
        readOnly.forEach(Grants::check);
        readWrite.forEach(Grants::check);
    }

    private static void check(Path path) {
        if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
            throw new IllegalArgumentException("a granted path is absolute, has no '..' and is not the root itself");
        }
    }
}
