package dev.pavise.runner.sandbox;

import dev.pavise.runner.egress.EgressLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The way from inside a sandbox to the proxy of its run. Around the sandbox is a network namespace in which there is loopback and nothing
 * else; in it a relay listens on one port of 127.0.0.1 and copies to the proxy's Unix socket. The relay is socat, in a sandbox of its own
 * beside the tool's: the tool cannot see, signal or trace it, and finds no socket in its own root. What either of them reaches beyond
 * loopback is what the proxy lets through.
 *
 * <p>The relay gets the folder of the socket as a descriptor, since no path leads the run's user there.
 */
final class Doorway {
    static final int PORT = 3128;

    /** The proxy's socket, in a folder that is open to the run and lies in one that is not. */
    static final String SOCKET = "proxy";

    private static final int FOLDER = 7;
    private static final int FILTER = 8;
    private static final int OPTIONS = 9;
    private static final String RELAY = "/relay";

    // bubblewrap around it all, bubblewrap twice for the relay, the relay itself.
    private static final int OWN_PROCESSES = 4;

    private final Path socat;

    Doorway(Path socat) {
        this.socat = socat;
    }

    /** How many processes of a run are for this. A relay is one process more for each connection, also for those that wait. */
    static int processes(EgressLimits limits) {
        return OWN_PROCESSES + relays(limits);
    }

    private static int relays(EgressLimits limits) {
        return 2 * limits.connections();
    }

    /** The options of the relay's bubblewrap, in order. */
    List<String> options(SystemFolders system) {
        List<String> options =
                new ArrayList<>(List.of("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
        options.addAll(List.of("--unshare-cgroup", "--disable-userns", "--uid", "65534", "--gid", "65534"));
        options.addAll(List.of("--hostname", "relay", "--cap-drop", "ALL", "--new-session", "--die-with-parent"));
        options.add("--clearenv");
        system.folders().forEach(folder -> options.addAll(List.of("--ro-bind", folder.toString(), folder.toString())));
        system.links().forEach((link, target) -> options.addAll(List.of("--symlink", target, link.toString())));
        options.addAll(List.of("--ro-bind", socat.toString(), RELAY, "--proc", "/proc", "--remount-ro", "/"));
        options.addAll(List.of("--chdir", "/", "--seccomp", Integer.toString(FILTER)));
        return options;
    }

    /** The command that makes the namespace, starts the relay, and becomes the tool's sandbox once the relay listens. */
    List<String> command(Programs programs, EgressLimits limits, List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                programs.bubblewrap().toString(),
                "--unshare-user",
                "--unshare-net",
                "--die-with-parent",
                "--dev-bind",
                "/",
                "/",
                "--",
                programs.shell().toString(),
                "-c",
                script(limits),
                "pavise-network",
                programs.bubblewrap().toString()));
        command.addAll(args);
        return command;
    }

    // $1 is bubblewrap, what follows is for the tool. Nothing says when the relay listens but the kernel's own list.
    // The address stands there in the byte order of the machine, and both processors have the same one.
    private static String script(EgressLimits limits) {
        // -t: for how long the second direction may outlive the first; how long is for the proxy to say.
        String relay = RELAY + " -t 86400 -b 16384 TCP4-LISTEN:" + PORT
                + ",bind=127.0.0.1,reuseaddr,fork,backlog=64,max-children=" + relays(limits)
                + " UNIX-CONNECT:/proc/self/fd/" + FOLDER + "/" + SOCKET;
        String address = String.format(Locale.ROOT, "0100007F:%04X", PORT);
        return """
            set -e
            listening() {
              while read -r slot address rest; do
                case "$address" in %s) return 0 ;; esac
              done </proc/self/net/tcp
              return 1
            }
            bwrap=$1
            shift
            "$bwrap" --args %d -- %s 3>&- 4<&- 5<&- 6<&- >/dev/null 2>&1 &
            relay=$!
            exec %d<&- %d<&- %d<&-
            tries=0
            until listening; do
              tries=$((tries + 1))
              if [ $tries -gt 500 ] || ! kill -0 $relay 2>/dev/null; then
                echo 'the relay to the network does not start' >&2
                exit 1
              fi
              /bin/sleep 0.01
            done
            exec "$bwrap" --args %d -- %s "$@"
            """.formatted(
                address, OPTIONS, relay, FOLDER, FILTER, OPTIONS, Bubblewrap.DESCRIPTORS.options(), Bubblewrap.TOOL);
    }
}
