package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script by which root hands a cgroup over and becomes somebody else, with the kernel's own cgroups. */
final class HandOverTest {
    private static final String NAME =
            "pavise-hand-over-" + ProcessHandle.current().pid();
    private static final int USER = 1_400_000_001;

    @TempDir
    private Path temporary;

    private String text;
    private Path script;

    @BeforeEach
    void read() throws IOException {
        assumeTrue(Users.own() == 0, "only root can hand a cgroup over");
        text = Files.readString(Path.of("../deploy/runner/as-user"));
        script = write(text);
    }

    @AfterEach
    void clean() throws IOException, InterruptedException {
        run("find /sys/fs/cgroup -depth -path '*" + NAME + "*' -type d -exec rmdir {} \\;");
    }

    private Path write(String content) throws IOException {
        Path file = temporary.resolve("as-user");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private record Said(int exitCode, String text) {}

    private static Said run(String shell, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), said);
        }
    }

    /** Runs the command as the user in the handed-over cgroup. */
    private Said as(String user, String name, String command) throws IOException, InterruptedException {
        Said said = run("\"$@\"", script.toString(), user, name, "sh", "-c", command);
        if (said.text().contains("cannot be made")) {
            Sandbox.skip("this host has no cgroup to hand over: " + said.text());
        }
        return said;
    }

    @Test
    void becomesAnotherWithNothingToGain() throws IOException, InterruptedException {
        assumeVersion1();
        Said said = as(Integer.toString(USER), NAME, "cat /proc/self/status /proc/self/cgroup");
        assertEquals(0, said.exitCode(), said::text);
        for (String line : List.of(
                "Uid:\t%d\t%d\t%d\t%d".replace("%d", Integer.toString(USER)),
                "Gid:\t%d\t%d\t%d\t%d".replace("%d", Integer.toString(USER)),
                "NoNewPrivs:\t1",
                "CapEff:\t0000000000000000",
                "CapPrm:\t0000000000000000",
                "CapBnd:\t0000000000000000",
                "CapInh:\t0000000000000000")) {
            assertTrue(said.text().lines().map(String::strip).anyMatch(line::equals), () -> line + "\n" + said.text());
        }
        for (String controller : List.of("memory", "pids", "cpuacct")) {
            assertTrue(
                    said.text()
                            .lines()
                            .anyMatch(line -> line.matches("\\d+:[a-z,]*" + controller + "[a-z,]*:.*/" + NAME)),
                    said::text);
        }
    }

    /** It makes children and moves what is its own; limits of the folder itself, and the folder above, are root's. */
    @Test
    void givesWhatItTakesAndNoMore() throws IOException, InterruptedException {
        assumeVersion1();
        Said said = as(Integer.toString(USER), NAME, """
                memory=/sys/fs/cgroup/memory$(sed -n 's/.*:memory://p' /proc/self/cgroup)
                mkdir "$memory/run" && echo 1000000 >"$memory/run/memory.limit_in_bytes" && rmdir "$memory/run" && echo limited
                for file in memory.limit_in_bytes memory.use_hierarchy ../cgroup.procs ../memory.limit_in_bytes cgroup.clone_children; do
                  (echo 1 >"$memory/$file") 2>/dev/null && echo "ESCAPED $file"
                done
                mkdir "$memory/../beside" 2>/dev/null && echo 'ESCAPED beside'
                echo done
                """);
        assertEquals("limited\ndone\n", said.text());
    }

    private static void assumeVersion1() {
        assumeTrue(Files.isDirectory(Path.of("/sys/fs/cgroup/memory")), "version 1 only");
    }

    @Test
    void takesNoCgroupThatIsInUse() throws IOException, InterruptedException {
        assumeVersion1();
        assertEquals(0, as(Integer.toString(USER), NAME, ":").exitCode(), "a first time");
        Process first = new ProcessBuilder(
                        script.toString(), Integer.toString(USER), NAME, "sh", "-c", "echo; exec sleep 60")
                .start();
        try {
            assertEquals('\n', first.getInputStream().read());
            Said second = as(Integer.toString(USER + 1), NAME, "echo started");
            assertEquals(1, second.exitCode());
            assertTrue(second.text().contains("is in use"), second::text);
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "root, x, the user must not be root",
        "0, x, the user must not be root",
        "00, x, the user must not be root",
        "4294967295, x, at most 31 bits",
        "4294967296, x, at most 31 bits",
        "99999999999999999999, x, at most 31 bits",
        "no-such-user, x, there is no user",
        "-1, x, there is no user",
        "'', x, the user must not be root",
        "1234, ../x, is no name",
        "1234, ., is no name",
        "1234, '', is no name",
        "1234, supervisor, is no name"
    })
    void refusesUsersAndNamesThatAreNone(String user, String name, String reason)
            throws IOException, InterruptedException {
        Said said = as(user, name, "echo started");
        assertEquals(1, said.exitCode());
        assertTrue(said.text().contains(reason), said::text);
        assertTrue(!said.text().contains("started"), said::text);
    }

    /**
     * The real version 2, with whatever controller it has on this host: whoever started leaves for a leaf, the new user gets a folder that
     * gives controllers to its children, and gets at nothing above it.
     */
    @Test
    void handsOverVersion2() throws IOException, InterruptedException {
        Path unified = Path.of("/sys/fs/cgroup/unified");
        assumeTrue(Files.exists(unified.resolve("cgroup.controllers")), "version 2 beside version 1 only");
        String[] controllers =
                Files.readString(unified.resolve("cgroup.controllers")).strip().split(" ", -1);
        assumeTrue(!controllers[0].isEmpty(), "version 2 has no controller here");
        write(text.replace("+memory +pids +cpu", "+" + controllers[0])
                .replace("' memory '", "' " + controllers[0] + " '"));
        Said said = run("""
                set -e
                U=/sys/fs/cgroup/unified C=$3
                echo +"$C" >$U/cgroup.subtree_control
                mkdir "$U/$2"
                echo 0 >"$U/$2/cgroup.procs"
                "$1" 1400000001 runner-x sh -c '
                  D=/sys/fs/cgroup/unified/$1/runner-x
                  mkdir "$D/runner" && echo 0 >"$D/runner/cgroup.procs" && echo +"$2" >"$D/cgroup.subtree_control" && mkdir "$D/run"
                  sh -c "echo 0 >$D/run/cgroup.procs && grep ^0 /proc/self/cgroup"
                  for file in cgroup.procs ../cgroup.procs cgroup.max.depth ../cgroup.subtree_control; do
                    (echo 1 >"$D/../$file") 2>/dev/null && echo "ESCAPED $file"
                  done
                  (echo 1 >"$D/cgroup.max.depth") 2>/dev/null && echo ESCAPED limits
                  true' sh "$2" "$C"
                grep ^0 /proc/self/cgroup
                "$1" 1400000001 runner-x grep ^0 /proc/self/cgroup
                """, script.toString(), NAME, controllers[0]);
        assertEquals(
                "0::/" + NAME + "/runner-x/run\n0::/" + NAME + "/supervisor\n0::/" + NAME + "/runner-x\n", said.text());
    }

    @Test
    void leavesNoStrangersBehindInVersion2() throws IOException, InterruptedException {
        Path unified = Path.of("/sys/fs/cgroup/unified");
        assumeTrue(Files.exists(unified.resolve("cgroup.controllers")), "version 2 beside version 1 only");
        String[] controllers =
                Files.readString(unified.resolve("cgroup.controllers")).strip().split(" ", -1);
        assumeTrue(!controllers[0].isEmpty(), "version 2 has no controller here");
        write(text.replace("+memory +pids +cpu", "+" + controllers[0])
                .replace("' memory '", "' " + controllers[0] + " '"));
        Said said = run("""
                U=/sys/fs/cgroup/unified
                mkdir "$U/$2" && echo 0 >"$U/$2/cgroup.procs"
                sleep 30 >/dev/null 2>&1 &
                "$1" 1400000001 runner-x echo started
                kill $!
                """, script.toString(), NAME);
        assertTrue(said.text().contains("is shared with process"), said::text);
        assertTrue(said.text().contains("Delegate=yes"), said::text);
    }
}
