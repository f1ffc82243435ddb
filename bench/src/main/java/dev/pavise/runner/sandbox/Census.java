package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What there is of a runner in this process: counted from outside, in what the kernel shows. Other work on the machine is told apart by the
 * runner's users, its cgroups and its folder.
 */
public final class Census {
    private static final Path PROC = Path.of("/proc");

    private Census() {}

    /** Counts by name, of the runner with this folder. */
    public static Map<String, Long> take(Path runner) throws IOException {
        System.gc();
        Set<Path> processes = processes();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("processes", (long) processes.size());
        counts.put("namespaces of them", namespaces(processes));
        counts.put("mounts that name its folder, in any namespace", mounts(runner));
        counts.put("cgroups", cgroups(runner));
        counts.put("files and folders", below(runner));
        counts.put("temporary files", below(Path.of(System.getProperty("java.io.tmpdir"))));
        counts.put("descriptors", entries(Path.of("/proc/self/fd")));
        counts.put("threads", entries(Path.of("/proc/self/task")));
        counts.put(
                "live heap, KiB",
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1024);
        counts.put("RSS, KiB", resident());
        return counts;
    }

    /** Children of this process, theirs, and whoever has the number of a user that runs are built as. */
    private static Set<Path> processes() throws IOException {
        Set<Path> found = new TreeSet<>();
        ProcessHandle.current().descendants().forEach(one -> found.add(PROC.resolve(Long.toString(one.pid()))));
        try (Stream<Path> all = Files.list(PROC)) {
            all.filter(one -> Character.isDigit(one.getFileName().toString().charAt(0)))
                    .filter(Census::isRunUser)
                    .forEach(found::add);
        }
        return found;
    }

    private static boolean isRunUser(Path process) {
        try {
            int user = Users.effective(Files.readString(process.resolve("status")));
            return user >= Settings.FREE_USERS && user < Settings.FREE_USERS + 4096;
        } catch (IOException e) {
            return false; // it ended meanwhile
        }
    }

    /** Other than those of this process. */
    private static long namespaces(Set<Path> processes) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path process : processes) {
            found.addAll(links(process.resolve("ns")));
        }
        found.removeAll(links(Path.of("/proc/self/ns")));
        return found.size();
    }

    private static Set<String> links(Path folder) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path one : all.toList()) {
                found.add(Files.readSymbolicLink(one).toString());
            }
        } catch (IOException | UncheckedIOException e) {
            // It ended meanwhile.
        }
        return found;
    }

    private static long mounts(Path runner) throws IOException {
        Map<String, Path> byNamespace = new TreeMap<>();
        try (Stream<Path> all = Files.list(PROC)) {
            for (Path one : all.filter(one ->
                            Character.isDigit(one.getFileName().toString().charAt(0)))
                    .toList()) {
                try {
                    byNamespace.put(
                            Files.readSymbolicLink(one.resolve("ns/mnt")).toString(), one);
                } catch (IOException e) {
                    // It ended meanwhile.
                }
            }
        }
        long found = 0;
        for (Path process : byNamespace.values()) {
            try (Stream<String> lines = Files.lines(process.resolve("mountinfo"))) {
                found += lines.filter(line -> line.contains(runner.toString())).count();
            } catch (IOException | UncheckedIOException e) {
                // It ended meanwhile.
            }
        }
        return found;
    }

    private static long cgroups(Path runner) throws IOException {
        String name = CgroupSearch.name(runner);
        long found = 0;
        try (Stream<Path> all =
                Files.find(Path.of("/sys/fs/cgroup"), 12, (path, attributes) -> attributes.isDirectory())) {
            found = all.filter(path -> path.toString().contains(name)).count();
        } catch (UncheckedIOException e) {
            throw new IOException("the tree of cgroups changed while it was read", e);
        }
        return found;
    }

    private static long below(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.count() - 1;
        }
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
