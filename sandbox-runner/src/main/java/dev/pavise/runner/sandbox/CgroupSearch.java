package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.OutputHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Finds the cgroups in which runs can be limited: version 2 where it has the controllers, else version 1. */
final class CgroupSearch {
    private CgroupSearch() {}

    static Cgroups find(Path runnerFolder) throws IOException {
        CgroupPlaces places = CgroupPlaces.read(
                Files.readString(Path.of("/proc/self/mountinfo")), Files.readString(Path.of("/proc/self/cgroup")));
        return find(
                ControlFiles.KERNEL,
                places,
                name(runnerFolder),
                ProcessHandle.current().pid());
    }

    /** The same for every start with this folder, so that a start finds what the last one left. */
    static String name(Path runnerFolder) {
        byte[] digest = OutputHash.sha256()
                .digest(runnerFolder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
        return "pavise-" + HexFormat.of().formatHex(digest, 0, 6);
    }

    static Cgroups find(ControlFiles files, CgroupPlaces places, String name, long processId) throws IOException {
        try {
            if (places.unified().isPresent() && offers(files, places.unified().get())) {
                return new CgroupsV2(files, places.unified().get(), name, processId);
            }
            if (places.unified().isPresent() && places.controllers().isEmpty()) {
                throw new IOException(
                        "the cgroup `" + places.unified().get() + "` has not all of memory, pids and cpu");
            }
            return new CgroupsV1(files, places.controllers(), name);
        } catch (IOException e) {
            String why = e instanceof AccessDeniedException ? "no permission for " + e.getMessage() : e.getMessage();
            throw new IOException(
                    "memory, processes and CPU time cannot be limited, because no cgroup can be made: " + why
                            + "; start the runner as a systemd service with Delegate=yes, or in a container that can write its cgroup",
                    e);
        }
    }

    private static boolean offers(ControlFiles files, Path own) throws IOException {
        Path controllers = own.resolve("cgroup.controllers");
        return files.exists(controllers)
                && Set.copyOf(List.of(files.read(controllers).strip().split(" ", -1)))
                        .containsAll(CgroupsV2.NEEDED);
    }
}
