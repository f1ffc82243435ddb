package dev.pavise.runner.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the cgroups of this process are, read from {@code /proc/self/mountinfo} and {@code /proc/self/cgroup}: of version 2 one folder,
 * of version 1 one for each controller.
 */
record CgroupPlaces(Optional<Path> unified, Map<String, Path> controllers) {
    CgroupPlaces {
        controllers = Map.copyOf(controllers);
    }

    static CgroupPlaces read(String mountinfo, String membership) {
        Map<String, String> paths = new HashMap<>();
        membership.lines().forEach(line -> {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                for (String controller : parts[1].split(",", -1)) {
                    paths.put(controller, parts[2]);
                }
            }
        });
        Map<String, Path> controllers = new HashMap<>();
        Path[] unified = new Path[1];
        mountinfo.lines().forEach(line -> mount(line, paths, controllers, unified));
        return new CgroupPlaces(Optional.ofNullable(unified[0]), controllers);
    }

    // "36 35 0:30 ROOT POINT options [optional...] - TYPE source superoptions"
    private static void mount(String line, Map<String, String> paths, Map<String, Path> controllers, Path[] unified) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return;
        }
        List<String> before = List.of(line.substring(0, separator).split(" ", -1));
        List<String> after = List.of(line.substring(separator + 3).split(" ", -1));
        if (before.size() < 5 || after.size() < 3) {
            return;
        }
        switch (after.get(0)) {
            case "cgroup2" -> place(before, paths.get("")).ifPresent(path -> unified[0] = path);
            case "cgroup" -> {
                for (String option : after.get(2).split(",", -1)) {
                    place(before, paths.get(option)).ifPresent(path -> controllers.put(option, path));
                }
            }
            default -> {}
        }
    }

    /** Where the cgroup of this path is below the mount; nowhere, if the mount shows another part of the tree. */
    private static Optional<Path> place(List<String> mount, @Nullable String path) {
        if (path == null || path.contains("..")) {
            return Optional.empty();
        }
        Path root = Path.of(mount.get(3));
        Path own = Path.of(path);
        return own.startsWith(root)
                ? Optional.of(
                        Path.of(mount.get(4)).resolve(root.relativize(own)).normalize())
                : Optional.empty();
    }
}
