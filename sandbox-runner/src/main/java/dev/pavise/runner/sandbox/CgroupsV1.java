package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** cgroups version 1, where each controller has a tree of its own: memory, pids and cpuacct are needed, cpu is used where it is. */
final class CgroupsV1 implements Cgroups {
    static final List<String> NEEDED = List.of("memory", "pids", "cpuacct");

    private final ControlFiles files;
    private final Map<String, Path> folders = new LinkedHashMap<>();

    /** Makes its folder in each tree, under the cgroup that this process is in. */
    CgroupsV1(ControlFiles files, Map<String, Path> own, String name) throws IOException {
        this.files = files;
        for (String controller : List.of("memory", "pids", "cpuacct", "cpu")) {
            Path place = own.get(controller);
            if (place == null) {
                if (NEEDED.contains(controller)) {
                    throw new IOException("there is no cgroup controller " + controller);
                }
                continue;
            }
            Path folder = place.resolve(name);
            if (!files.exists(folder)) {
                files.create(folder);
            }
            folders.put(controller, folder);
        }
    }

    @Override
    public Cgroup create(String run) throws IOException {
        One one = new One(run);
        try {
            for (Path folder : one.distinct()) {
                files.create(folder);
            }
            return one;
        } catch (IOException e) {
            one.remove();
            throw e;
        }
    }

    @Override
    public void sweep() throws IOException {
        for (Path folder : List.copyOf(folders.values())) {
            CgroupFiles.sweep(files, folder);
        }
    }

    @Override
    public void remove() throws IOException {
        for (Path folder : folders.values()) {
            CgroupFiles.removeSoon(files, folder);
        }
    }

    @Override
    public String describe() {
        return "version 1: " + String.join(", ", folders.keySet());
    }

    private final class One implements Cgroup {
        private final String run;

        One(String run) {
            this.run = run;
        }

        private Path in(String controller) {
            Path folder = folders.get(controller);
            if (folder == null) {
                throw new IllegalStateException("no controller " + controller);
            }
            return folder.resolve(run);
        }

        @Override
        public void limit(Limits limits) throws IOException {
            Path memory = in("memory");
            String bytes = Long.toString(limits.memoryBytes());
            files.write(memory.resolve("memory.limit_in_bytes"), bytes);
            Path withSwap = memory.resolve("memory.memsw.limit_in_bytes");
            if (files.exists(withSwap)) {
                files.write(withSwap, bytes);
            }
            files.write(in("pids").resolve("pids.max"), Integer.toString(limits.processes() + OWN_PROCESSES));
            if (folders.containsKey("cpu")) {
                limitBandwidth(in("cpu"));
            }
        }

        private void limitBandwidth(Path cpu) throws IOException {
            Path quota = cpu.resolve("cpu.cfs_quota_us");
            if (!files.exists(quota)) {
                return;
            }
            files.write(cpu.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
            try {
                files.write(quota, Integer.toString(PERIOD_MICROS));
            } catch (IOException e) {
                // The folder above has less than one processor, which holds for what is in it too.
            }
        }

        // cpu and cpuacct are often one tree.
        private List<Path> distinct() {
            List<Path> all = new ArrayList<>();
            for (Path folder : folders.values()) {
                if (!all.contains(folder.resolve(run))) {
                    all.add(folder.resolve(run));
                }
            }
            return all;
        }

        @Override
        public List<Path> doors() {
            return distinct().stream()
                    .map(folder -> folder.resolve("cgroup.procs"))
                    .toList();
        }

        @Override
        public Duration cpu() throws IOException {
            String nanos = files.read(in("cpuacct").resolve("cpuacct.usage"));
            return Duration.ofNanos(Long.parseLong(nanos.strip()));
        }

        @Override
        public long peakBytes() throws IOException {
            return Long.parseLong(files.read(in("memory").resolve("memory.max_usage_in_bytes"))
                    .strip());
        }

        @Override
        public boolean outOfMemory() throws IOException {
            return CgroupFiles.field(files.read(in("memory").resolve("memory.oom_control")), "oom_kill") > 0;
        }

        @Override
        public boolean kill() throws IOException {
            boolean empty = true;
            for (Path folder : distinct()) {
                empty &= CgroupFiles.killEach(files, folder);
            }
            return empty;
        }

        @Override
        public void remove() throws IOException {
            for (Path folder : distinct()) {
                CgroupFiles.removeSoon(files, folder);
            }
        }
    }
}
