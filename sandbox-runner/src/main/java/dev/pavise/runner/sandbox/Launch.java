package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts one sandbox. A shell goes into the run's cgroups, opens the descriptors that bubblewrap reads, and becomes
 * prlimit, setpriv and bubblewrap in turn. So whatever starts later is limited, and opened as the runner what the run's user could not.
 */
final class Launch {
    private static final int OWN = 5;

    private Launch() {}

    static List<String> command(
            Programs programs,
            List<Path> doors,
            Staging staging,
            Path filter,
            Limits limits,
            List<String> user,
            RunNetwork network,
            List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                programs.shell().toString(), "-c", script(network.opened().size()), "pavise-run"));
        doors.forEach(door -> command.add(door.toString()));
        command.add("--");
        command.add(staging.status().toString());
        command.add(staging.options().toString());
        command.add(filter.toString());
        command.add(staging.content().toString());
        network.opened().forEach(path -> command.add(path.toString()));
        command.addAll(Rlimits.command(programs.prlimit().toString(), limits));
        command.addAll(user);
        command.addAll(network.command(programs, args));
        return command;
    }

    /** What becomes the tool, with nothing around it. */
    static List<String> sandbox(Programs programs, List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                programs.bubblewrap().toString(),
                "--args",
                Integer.toString(Bubblewrap.DESCRIPTORS.options()),
                "--",
                Bubblewrap.TOOL));
        command.addAll(args);
        return command;
    }

    // Paths come as arguments and are never part of the script. A write that fails ends it: nothing runs outside its
    // cgroup.
    private static String script(int more) {
        StringBuilder opened = new StringBuilder();
        for (int at = 0; at < more; at++) {
            opened.append(' ')
                    .append(Bubblewrap.DESCRIPTORS.content() + 1 + at)
                    .append("<\"$")
                    .append(OWN + 1 + at)
                    .append('"');
        }
        return """
            set -e
            while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
            exec %d>"$2" %d<"$3" %d<"$4" %d<"$5"%s
            shift %d
            umask 007
            exec "$@"
            """.formatted(
                        Bubblewrap.DESCRIPTORS.status(),
                        Bubblewrap.DESCRIPTORS.options(),
                        Bubblewrap.DESCRIPTORS.filter(),
                        Bubblewrap.DESCRIPTORS.content(),
                        opened,
                        OWN + more);
    }
}
