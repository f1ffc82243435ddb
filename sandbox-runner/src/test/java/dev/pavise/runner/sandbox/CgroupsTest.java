package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written where. The trees of version 1 are also used for real, by {@link EscapeTest}, where the machine has them; so are those of 2. */
final class CgroupsTest {
    private static final Path OWN = Path.of("/cg/unit.service");
    private static final Map<String, String> VERSION_2 = Map.of(
            "cgroup.procs", "",
            "cgroup.subtree_control", "",
            "cgroup.kill", "",
            "memory.max", "max",
            "memory.swap.max", "max",
            "memory.oom.group", "0",
            "memory.peak", "4096\n",
            "memory.events", "low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 1\n",
            "pids.max", "max",
            "cpu.stat", "usage_usec 1500000\nuser_usec 1\nsystem_usec 2\n");

    private static FakeControlFiles version2() {
        Map<String, String> fresh = new HashMap<>(VERSION_2);
        fresh.put("cpu.max", "max 100000");
        FakeControlFiles files = new FakeControlFiles(fresh);
        files.folders.add(OWN);
        files.files.put(OWN.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        files.files.put(OWN.resolve("cgroup.type"), "domain\n");
        files.files.put(OWN.resolve("cgroup.subtree_control"), "");
        return files;
    }

    private static CgroupPlaces places() {
        return new CgroupPlaces(Optional.of(OWN), Map.of());
    }

    @Test
    void limitsRunInVersion2() throws IOException {
        FakeControlFiles files = version2();
        Cgroups cgroups = CgroupSearch.find(files, places(), "pavise-x", 77);
        assertInstanceOf(CgroupsV2.class, cgroups);
        Cgroup run = cgroups.create("r1");
        run.limit(Limits.RESTRICTED);
        assertEquals(
                List.of(
                        "/cg/unit.service/runner/cgroup.procs = 77",
                        "/cg/unit.service/cgroup.subtree_control = +memory +pids +cpu",
                        "/cg/unit.service/pavise-x/cgroup.subtree_control = +memory +pids +cpu",
                        "/cg/unit.service/pavise-x/r1/memory.max = 67108864",
                        "/cg/unit.service/pavise-x/r1/memory.swap.max = 0",
                        "/cg/unit.service/pavise-x/r1/memory.oom.group = 1",
                        "/cg/unit.service/pavise-x/r1/pids.max = 34",
                        "/cg/unit.service/pavise-x/r1/cpu.max = 100000 100000"),
                files.written);
        assertEquals(List.of(Path.of("/cg/unit.service/pavise-x/r1/cgroup.procs")), run.doors());
        assertEquals(Duration.ofMillis(1500), run.cpu());
        assertEquals(4096, run.peakBytes());
        assertTrue(run.outOfMemory());
        assertTrue(run.kill());
        files.files.put(run.doors().getFirst(), "12\n13\n");
        assertFalse(run.kill());
        assertEquals("/cg/unit.service/pavise-x/r1/cgroup.kill = 1", files.written.getLast());
        run.remove();
        assertTrue(run.kill(), "what is gone is empty");
        run.remove();
        cgroups.remove();
        assertEquals(List.of(OWN, OWN.resolve("runner")), files.folders);
    }

    @Test
    void failsWhereALimitCannotBeSet() throws IOException {
        for (String file : List.of("memory.max", "pids.max", "memory.oom.group", "cpu.max")) {
            FakeControlFiles files = version2();
            Cgroups cgroups = CgroupSearch.find(files, places(), "pavise-x", 77);
            FakeControlFiles broken = new FakeControlFiles(without(file));
            broken.folders.addAll(files.folders);
            broken.files.putAll(files.files);
            Cgroups again = CgroupSearch.find(broken, places(), "pavise-x", 77);
            Cgroup run = again.create("r1");
            assertThrows(IOException.class, () -> run.limit(Limits.DEFAULT), file);
            cgroups.remove();
        }
    }

    private static Map<String, String> without(String file) {
        Map<String, String> fresh = new HashMap<>(VERSION_2);
        fresh.put("cpu.max", "max 100000");
        fresh.remove(file);
        return fresh;
    }

    @Test
    void goesWithoutSwapFileWhereThereIsNoSwap() throws IOException {
        FakeControlFiles files = new FakeControlFiles(without("memory.swap.max"));
        FakeControlFiles before = version2();
        files.folders.addAll(before.folders);
        files.files.putAll(before.files);
        CgroupSearch.find(files, places(), "pavise-x", 77).create("r1").limit(Limits.DEFAULT);
        assertTrue(files.folders.contains(OWN.resolve("pavise-x/r1")));
    }

    @Test
    void saysWhatIsMissingAndTheWayOut() {
        FakeControlFiles files = new FakeControlFiles(Map.of());
        IOException none = assertThrows(
                IOException.class,
                () -> CgroupSearch.find(files, new CgroupPlaces(Optional.empty(), Map.of()), "pavise-x", 77));
        assertTrue(none.getMessage().contains("controller memory"), none.getMessage());
        assertTrue(none.getMessage().contains("Delegate=yes"), none.getMessage());
    }

    @Test
    void secondOneOfAProcessGoesBesideTheFirst() throws IOException {
        FakeControlFiles files = version2();
        CgroupSearch.find(files, places(), "pavise-x", 77);
        files.files.put(OWN.resolve("runner/cgroup.controllers"), "memory pids cpu");
        CgroupPlaces moved = new CgroupPlaces(Optional.of(OWN.resolve("runner")), Map.of());
        CgroupSearch.find(files, moved, "pavise-y", 77);
        assertEquals(
                List.of(OWN, OWN.resolve("runner"), OWN.resolve("pavise-x"), OWN.resolve("pavise-y")), files.folders);
    }

    @Test
    void sweepsWhatDeadRunnerLeft() throws IOException {
        FakeControlFiles files = version2();
        Cgroups cgroups = CgroupSearch.find(files, places(), "pavise-x", 77);
        cgroups.create("r1");
        cgroups.create("r2");
        CgroupSearch.find(files, places(), "pavise-x", 78).sweep();
        assertEquals(List.of(), files.children(OWN.resolve("pavise-x")));
    }

    /** The process that was listed is gone, and its number has gone to one that has nothing to do with it. */
    @Test
    void endsNobodyWhoOnlyHasTheNumberOfOneThatWasThere() throws IOException, InterruptedException {
        Process somebody = new ProcessBuilder("sleep", "60").start();
        try {
            Path run = Path.of("/cg/run");
            FakeControlFiles files = new FakeControlFiles(Map.of("cgroup.procs", ""));
            files.create(run);
            files.write(run.resolve("cgroup.procs"), somebody.pid() + "\n");
            files.afterRead = () -> files.files.put(run.resolve("cgroup.procs"), "");
            assertFalse(CgroupFiles.killEach(files, run));
            assertTrue(CgroupFiles.killEach(files, run));
            assertTrue(somebody.isAlive());
            files.afterRead = () -> {};
            files.write(run.resolve("cgroup.procs"), somebody.pid() + "\n");
            CgroupFiles.killEach(files, run);
            assertEquals(128 + 9, somebody.waitFor());
        } finally {
            somebody.destroyForcibly();
        }
    }

    @Test
    void findsPlacesOfVersion1AndHybrid() {
        CgroupPlaces places = CgroupPlaces.read("""
                25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
                30 25 0:26 / /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory
                31 25 0:27 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
                32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                nonsense
                """, """
                9:memory:/unit/x
                8:pids:/docker/abc/y
                7:cpu,cpuacct:/z
                0::/u
                """);
        assertEquals(Optional.of(Path.of("/sys/fs/cgroup/unified/u")), places.unified());
        assertEquals(
                Map.of(
                        "memory", Path.of("/sys/fs/cgroup/memory/unit/x"),
                        "pids", Path.of("/sys/fs/cgroup/pids/y"),
                        "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct/z"),
                        "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct/z")),
                places.controllers());
    }

    @Test
    void findsNoPlaceOutsideOfTheMount() {
        CgroupPlaces places =
                CgroupPlaces.read("31 25 0:27 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/../other\n");
        assertEquals(Optional.empty(), places.unified());
        assertEquals(
                Optional.empty(),
                CgroupPlaces.read("31 25 0:27 /docker/abc /cg rw - cgroup2 cgroup2 rw\n", "0::/elsewhere\n")
                        .unified());
    }
}
