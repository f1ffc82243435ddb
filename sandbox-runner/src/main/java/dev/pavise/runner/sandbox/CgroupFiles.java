package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What both versions of cgroups have in common. */
final class CgroupFiles {
    private static final int TRIES = 200;

    private CgroupFiles() {}

    /** The number after this word, each on a line of its own; zero where there is none. */
    static long field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /** Sends SIGKILL to each process in it; whether there was none, or the folder is gone already. */
    static boolean killEach(ControlFiles files, Path folder) throws IOException {
        if (!files.exists(folder)) {
            return true;
        }
        List<ProcessHandle> found = new ArrayList<>();
        Set<String> listed = processes(files, folder);
        if (listed.isEmpty()) {
            return true;
        }
        // Zero stands for one of an outer namespace.
        listed.forEach(process -> ProcessHandle.of(Long.parseLong(process)).ifPresent(found::add));
        // A number may have gone to somebody else between the list and the look-up, which takes the start time down:
        // who is listed still was meant, and nobody who comes later is hit.
        Set<String> still = processes(files, folder);
        found.removeIf(process -> !still.contains(Long.toString(process.pid())));
        found.forEach(ProcessHandle::destroyForcibly);
        return false;
    }

    private static Set<String> processes(ControlFiles files, Path folder) throws IOException {
        return files.read(folder.resolve("cgroup.procs"))
                .lines()
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    /** Takes a folder of cgroups away that holds runs of a runner that is gone. */
    static void sweep(ControlFiles files, Path folder) throws IOException {
        if (!files.exists(folder)) {
            return;
        }
        for (Path run : files.children(folder)) {
            for (int tries = 1; !killEach(files, run) && tries < TRIES; tries++) {
                Waiting.pause(tries);
            }
            removeSoon(files, run);
        }
    }

    /** The last process may still be on its way out, which the kernel takes for being in. */
    static void removeSoon(ControlFiles files, Path folder) throws IOException {
        for (int tries = 1; files.exists(folder); tries++) {
            try {
                files.remove(folder);
            } catch (IOException e) {
                if (tries == TRIES) {
                    throw e;
                }
                Waiting.pause(tries);
            }
        }
    }
}
