package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the kernel says of the runs of one runner, however it came to be there. */
final class CgroupsSeen {
    private CgroupsSeen() {}

    /** The cgroups of its runs, in all trees. */
    static List<Path> runs(Path runnerFolder) throws IOException {
        CgroupPlaces places = CgroupPlaces.read(
                Files.readString(Path.of("/proc/self/mountinfo")), Files.readString(Path.of("/proc/self/cgroup")));
        List<Path> own = new ArrayList<>(places.controllers().values());
        places.unified().ifPresent(unified -> {
            own.add(unified);
            own.add(unified.resolve("..").normalize());
        });
        List<Path> runs = new ArrayList<>();
        for (Path place : own) {
            Path folder = place.resolve(CgroupSearch.name(runnerFolder));
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, Files::isDirectory)) {
                    all.forEach(runs::add);
                }
            }
        }
        return runs;
    }

    /** The processes in them. */
    static Set<Long> processes(Path runnerFolder) throws IOException {
        Set<Long> processes = new TreeSet<>();
        for (Path run : runs(runnerFolder)) {
            try {
                Files.readAllLines(run.resolve("cgroup.procs")).forEach(line -> processes.add(Long.valueOf(line)));
            } catch (IOException e) {
                // The run ended meanwhile.
            }
        }
        return processes;
    }
}
