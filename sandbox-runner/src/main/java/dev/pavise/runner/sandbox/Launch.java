package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts one sandbox, in two parts. {@link #waiting} is a shell that goes into the run's cgroups and waits for a word; it
 * knows nothing of a run, so it can stand ready before there is one. {@link #script} is what it does then: it opens the descriptors that
 * bubblewrap reads, and becomes setpriv and bubblewrap in turn. So whatever starts later is limited, and opened as the runner what the
 * run's user could not.
 */
final class Launch {
    /** What the shell waits for on its stdin, a line of its own; what follows it is the tool's. */
    static final byte[] WORD = "\n".getBytes(StandardCharsets.US_ASCII);

    // Paths come as arguments and are never part of the script. A write that fails ends it: nothing runs outside its
    // cgroup. When the runner is gone there is no word to be read, which ends it too. POSIX has `read` take no byte
    // behind the line.
    private static final String WAITING = """
            set -e
            while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
            read -r word
            . "$2"
            """;

    private Launch() {}

    /** The shell that waits; the file is read when the word has come. */
    static List<String> waiting(Programs programs, List<Path> doors, Path script) {
        List<String> command = new ArrayList<>(Rlimits.fixed(programs.prlimit().toString()));
        command.addAll(List.of(programs.shell().toString(), "-c", WAITING, "pavise-run"));
        doors.forEach(door -> command.add(door.toString()));
        command.addAll(List.of("--", script.toString()));
        return command;
    }

    /** What the shell does at the word: for one run, and written down where the runner alone can read and write. */
    static String script(
            Programs programs,
            Staging staging,
            Path filter,
            Limits limits,
            List<String> user,
            RunNetwork network,
            List<String> args) {
        StringBuilder script = new StringBuilder("exec");
        open(script, Bubblewrap.DESCRIPTORS.status(), '>', staging.status());
        open(script, Bubblewrap.DESCRIPTORS.options(), '<', staging.options());
        open(script, Bubblewrap.DESCRIPTORS.filter(), '<', filter);
        open(script, Bubblewrap.DESCRIPTORS.content(), '<', staging.content());
        int more = Bubblewrap.DESCRIPTORS.content();
        for (Path path : network.opened()) {
            open(script, ++more, '<', path);
        }
        script.append('\n').append(Rlimits.script(limits)).append("umask 007\nexec");
        user.forEach(word -> script.append(' ').append(quoted(word)));
        network.command(programs, args).forEach(word -> script.append(' ').append(quoted(word)));
        return script.append('\n').toString();
    }

    private static void open(StringBuilder script, int descriptor, char direction, Path path) {
        script.append(' ').append(descriptor).append(direction).append(quoted(path.toString()));
    }

    /** One word of the shell, whatever is in it: between single quotes nothing has a meaning but the quote. */
    static String quoted(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a word with a zero byte cannot be handed over");
        }
        return "'" + word.replace("'", "'\\''") + "'";
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
}
