package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of the host every tool sees: the folders of shared libraries, without which few programs start. No programs, no configuration.
 *
 * @param links those that are links on this host ({@code /lib} to {@code usr/lib}), kept as links
 */
record SystemFolders(List<Path> folders, SortedMap<Path, String> links) {
    private static final List<String> LIBRARIES =
            List.of("lib", "lib32", "lib64", "libx32", "usr/lib", "usr/lib32", "usr/lib64", "usr/libx32");

    SystemFolders {
        folders = List.copyOf(folders);
        links = new TreeMap<>(links);
    }

    /** Those of the host whose root this is. */
    static SystemFolders of(Path root) throws IOException {
        List<Path> folders = new ArrayList<>();
        SortedMap<Path, String> links = new TreeMap<>();
        for (String library : LIBRARIES) {
            Path path = root.resolve(library);
            if (Files.isSymbolicLink(path)) {
                String text = Files.readSymbolicLink(path).toString();
                String target = text.startsWith("/") ? text.substring(1) : text;
                if (LIBRARIES.contains(target)) {
                    links.put(Path.of("/", library), target);
                }
            } else if (Files.isDirectory(path)) {
                folders.add(Path.of("/", library));
            }
        }
        // The loader's list of where libraries are; names, and nothing secret.
        if (Files.isRegularFile(root.resolve("etc/ld.so.cache"))) {
            folders.add(Path.of("/etc/ld.so.cache"));
        }
        return new SystemFolders(folders, links);
    }
}
