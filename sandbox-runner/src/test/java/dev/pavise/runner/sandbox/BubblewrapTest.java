package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class BubblewrapTest {
    private static final SystemFolders SYSTEM =
            new SystemFolders(List.of(Path.of("/usr/lib")), new TreeMap<>(Map.of(Path.of("/lib"), "usr/lib")));

    private static String plan(Limits limits, Map<String, String> env, GrantedPath... granted) {
        return String.join(" ", Bubblewrap.options(SYSTEM, List.of(granted), limits, env, NoNetwork.NONE));
    }

    /** The whole plan: a change of it shows in a diff of this test. */
    @Test
    void isThisPlan() {
        assertEquals(
                "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup"
                        + " --disable-userns --uid 65534 --gid 65534 --hostname sandbox --cap-drop ALL"
                        + " --new-session --die-with-parent"
                        + " --clearenv --setenv HOME /tmp --setenv LANG C.UTF-8 --setenv PATH /usr/local/bin:/usr/bin:/bin --setenv TMPDIR /tmp"
                        + " --ro-bind /usr/lib /usr/lib --symlink usr/lib /lib"
                        + " --proc /proc --dev /dev --remount-ro /dev --size 16777216 --perms 0700 --tmpfs /tmp"
                        + " --ro-bind /srv/in /in --bind /srv/out /in/out"
                        + " --perms 0555 --ro-bind-data 6 /tool --remount-ro / --chdir /tmp --seccomp 5 --json-status-fd 3",
                plan(
                        Limits.RESTRICTED,
                        Map.of(),
                        new GrantedPath(Path.of("/srv/out"), Path.of("/in/out"), true),
                        new GrantedPath(Path.of("/srv/in"), Path.of("/in"), false)));
    }

    @Test
    void handsOnVariablesButNeverThePath() {
        String plan = plan(Limits.DEFAULT, Map.of("A", "b c", "PATH", "/evil", "HOME", "/in"));
        assertTrue(plan.contains("--setenv A b c --setenv HOME /in "), plan);
        assertFalse(plan.contains("evil"), plan);
    }

    @Test
    void withoutScratchNothingCanBeWritten() {
        Limits none = new Limits(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 1, 1, 1, 4);
        String plan = plan(none, Map.of());
        assertFalse(plan.contains("--tmpfs"), plan);
        assertTrue(plan.contains("--dir /tmp"), plan);
    }

    @Test
    void commandGoesIntoTheCgroupBeforeAllElse() {
        List<String> rlimits = Rlimits.fixed("/usr/bin/prlimit");
        assertTrue(rlimits.containsAll(List.of("--core=1:1", "--memlock=65536:65536", "--rtprio=0:0")));
        assertEquals("ulimit -t 6\nulimit -f 131072\nulimit -n 128\n", Rlimits.script(Limits.RESTRICTED));
        assertEquals(
                List.of(
                        "/usr/bin/setpriv",
                        "--reuid=1003",
                        "--regid=2000",
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        "--no-new-privs",
                        "--"),
                RunUsers.asRoot(1000, 2000).command("/usr/bin/setpriv", 3));
        assertEquals(
                List.of("/usr/bin/setpriv", "--no-new-privs", "--"),
                RunUsers.asOneself().command("/usr/bin/setpriv", 3));
    }

    @Test
    void quotesForTheShellWhateverAWordHolds() throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        for (int point = 1; point < 0x800; point++) {
            all.appendCodePoint(point);
        }
        List<String> words = List.of(all.toString(), "", "'", "''", "$(id) `id` \\", "-n", "a\n'b\n", "\uD83D\uDE00");
        Path script = Files.createTempFile("quoted", ".sh");
        try {
            Files.writeString(
                    script,
                    "printf '%s\\0' " + words.stream().map(Launch::quoted).collect(Collectors.joining(" ")));
            Process shell = new ProcessBuilder("/bin/sh", "-c", ". \"$1\"", "x", script.toString()).start();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, shell.waitFor());
            assertEquals(String.join("\0", words) + "\0", said);
        } finally {
            Files.delete(script);
        }
        assertThrows(IllegalArgumentException.class, () -> Launch.quoted("a\0b"));
    }

    @Test
    void usersAreGivenOutOnce() {
        RunUsers users = RunUsers.asRoot(1000, 2000);
        assertEquals(0, users.take());
        assertEquals(1, users.take());
        users.giveBack(0);
        assertEquals(0, users.take());
        assertEquals(2, users.take());
    }

    @Test
    void knowsWhichVersionIsEnough() {
        assertTrue(BubblewrapVersion.isEnough("bubblewrap 0.8.0\n"));
        assertTrue(BubblewrapVersion.isEnough("bubblewrap 0.11.0"));
        assertTrue(BubblewrapVersion.isEnough("bubblewrap 1.0"));
        for (String old : List.of(
                "bubblewrap 0.7.9",
                "bubblewrap 0.6.1\n",
                "",
                "bubblewrap",
                "bubblewrap x.y",
                "sh: not found",
                "bubblewrap 99999.9")) {
            assertFalse(BubblewrapVersion.isEnough(old), old);
        }
    }

    @Test
    void knowsWhichUsersThereAre() {
        String whole = "         0          0 4294967295\n";
        String part = "0 100000 65536\n70000 5 1\n";
        assertTrue(Users.maps(whole, Settings.FREE_USERS, 32));
        assertFalse(Users.maps(part, Settings.FREE_USERS, 1));
        assertTrue(Users.maps(part, 65000, 536));
        assertFalse(Users.maps(part, 65000, 537));
        assertTrue(Users.maps(part, 70000, 1));
        assertFalse(Users.maps("", 0, 1));
        assertEquals(7, Users.effective("Name:\tx\nUid:\t5\t7\t8\t9\nGid:\t1\t2\t3\t4\n"));
    }
}
