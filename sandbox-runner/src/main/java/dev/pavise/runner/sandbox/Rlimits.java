package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.util.List;

/**
 * The limits of each process. They stand behind the cgroup, which counts all processes together: the CPU time here is a second more, so
 * that the cgroup is what ends a run and is named for it. Those that are the same for all are set by prlimit(1), those of a run by the shell.
 */
final class Rlimits {
    /** POSIX counts the size of files in blocks. */
    private static final int BLOCK = 512;

    private Rlimits() {}

    /** To be put before a command. */
    static List<String> fixed(String prlimit) {
        return List.of(
                prlimit,
                // One byte, not none: where the host pipes dumps to a program, that is what keeps the program, which is
                // root, from them.
                "--core=1:1",
                "--memlock=65536:65536",
                "--sigpending=1024:1024",
                "--msgqueue=0:0",
                "--nice=0:0",
                "--rtprio=0:0");
    }

    /** Lines for the shell, which ends where one cannot be set. Both limits of each, the soft one and the hard one. */
    static String script(Limits limits) {
        long cpu = limits.cpu().plusSeconds(1).plusNanos(999_999_999).toSeconds();
        // The scratch folder has a size of its own; this is for a file in a granted folder.
        long file = Math.max(limits.memoryBytes(), 2 * limits.scratchBytes());
        return "ulimit -t " + cpu + "\nulimit -f " + Math.ceilDiv(file, BLOCK) + "\nulimit -n " + limits.openFiles()
                + "\n";
    }
}
