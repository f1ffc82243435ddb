package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.egress.EgressLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DoorwayTest {
    private static final SystemFolders SYSTEM =
            new SystemFolders(List.of(Path.of("/usr/lib")), new TreeMap<>(Map.of(Path.of("/lib"), "usr/lib")));
    private static final Programs PROGRAMS = new Programs(
            Path.of("/bin/sh"), Path.of("/usr/bin/prlimit"), Path.of("/usr/bin/setpriv"), Path.of("/usr/bin/bwrap"));

    private final Doorway doorway = new Doorway(Path.of("/usr/bin/socat"));

    /** The whole plan of the relay's sandbox: a change of it shows in a diff of this test. */
    @Test
    void holdsTheRelayLikeATool() {
        assertEquals(
                "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup --disable-userns"
                        + " --uid 65534 --gid 65534 --hostname relay --cap-drop ALL --new-session --die-with-parent --clearenv"
                        + " --ro-bind /usr/lib /usr/lib --symlink usr/lib /lib --ro-bind /usr/bin/socat /relay --proc /proc"
                        + " --remount-ro / --chdir / --seccomp 8",
                String.join(" ", doorway.options(SYSTEM)));
    }

    @Test
    void closesItsDescriptorsBeforeTheToolStarts() {
        List<String> command = doorway.command(PROGRAMS, EgressLimits.DEFAULT, List.of("a b", "$(reboot)"));
        assertEquals(
                "/usr/bin/bwrap --unshare-user --unshare-net --die-with-parent --dev-bind / / -- /bin/sh -c",
                String.join(" ", command.subList(0, 10)));
        String script = command.get(10);
        assertTrue(
                script.indexOf("exec 7<&- 8<&- 9<&-") < script.indexOf("exec \"$bwrap\" --args 4 -- /tool \"$@\""),
                script);
        assertTrue(script.contains("case \"$address\" in 0100007F:0C38)"), script);
        assertFalse(script.contains("reboot"), script);
        assertEquals(List.of("pavise-network", "/usr/bin/bwrap", "a b", "$(reboot)"), command.subList(11, 15));
    }
}
