package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * cgroups version 2. A cgroup that gives controllers to its children may hold no process itself, so the runner first goes into a child
 * called {@code runner}; that takes a cgroup that was delegated to it and that it shares with nobody.
 */
final class CgroupsV2 implements Cgroups {
    static final Set<String> NEEDED = Set.of("memory", "pids", "cpu");
    private static final String RUNNER = "runner";
    private static final String CONTROLLERS = "+memory +pids +cpu";

    private final ControlFiles files;
    private final Path folder;

    /** Makes its folder under the cgroup that this process is in. */
    CgroupsV2(ControlFiles files, Path member, String name, long processId) throws IOException {
        Path above = member.getParent();
        // The second one of a process finds it where the first one put it.
        Path own = member.endsWith(RUNNER) && above != null ? above : member;
        this.files = files;
        this.folder = own.resolve(name);
        // The root of the tree alone has no type, and may hold processes.
        if (files.exists(own.resolve("cgroup.type"))) {
            Path leaf = own.resolve(RUNNER);
            if (!files.exists(leaf)) {
                files.create(leaf);
            }
            files.write(leaf.resolve("cgroup.procs"), Long.toString(processId));
        }
        files.write(own.resolve("cgroup.subtree_control"), CONTROLLERS);
        if (!files.exists(folder)) {
            files.create(folder);
        }
        files.write(folder.resolve("cgroup.subtree_control"), CONTROLLERS);
    }

    @Override
    public Cgroup create(String run) throws IOException {
        Path own = folder.resolve(run);
        files.create(own);
        return new One(own);
    }

    @Override
    public void sweep() throws IOException {
        CgroupFiles.sweep(files, folder);
    }

    @Override
    public void remove() throws IOException {
        CgroupFiles.removeSoon(files, folder);
    }

    @Override
    public String describe() {
        return "version 2";
    }

    private final class One implements Cgroup {
        private final Path own;

        One(Path own) {
            this.own = own;
        }

        @Override
        public void limit(Limits limits) throws IOException {
            files.write(own.resolve("memory.max"), Long.toString(limits.memoryBytes()));
            // Missing where the kernel knows no swap.
            if (files.exists(own.resolve("memory.swap.max"))) {
                files.write(own.resolve("memory.swap.max"), "0");
            }
            files.write(own.resolve("memory.oom.group"), "1");
            files.write(own.resolve("pids.max"), Integer.toString(limits.processes() + OWN_PROCESSES));
            files.write(own.resolve("cpu.max"), PERIOD_MICROS + " " + PERIOD_MICROS);
        }

        @Override
        public List<Path> doors() {
            return List.of(own.resolve("cgroup.procs"));
        }

        @Override
        public Duration cpu() throws IOException {
            long micros = CgroupFiles.field(files.read(own.resolve("cpu.stat")), "usage_usec");
            return Duration.ofNanos(micros * 1000);
        }

        @Override
        public long peakBytes() throws IOException {
            // memory.peak came with Linux 5.19.
            Path peak = own.resolve("memory.peak");
            Path file = files.exists(peak) ? peak : own.resolve("memory.current");
            return Long.parseLong(files.read(file).strip());
        }

        @Override
        public boolean outOfMemory() throws IOException {
            return CgroupFiles.field(files.read(own.resolve("memory.events")), "oom_kill") > 0;
        }

        @Override
        public boolean kill() throws IOException {
            Path all = own.resolve("cgroup.kill");
            // It came with Linux 5.14.
            if (!files.exists(all)) {
                return CgroupFiles.killEach(files, own);
            }
            boolean empty = files.read(own.resolve("cgroup.procs")).isBlank();
            if (!empty) {
                files.write(all, "1");
            }
            return empty;
        }

        @Override
        public void remove() throws IOException {
            CgroupFiles.removeSoon(files, own);
        }
    }
}
