package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.util.List;

/**
 * The limits of each process, set by prlimit(1). They stand behind the cgroup, which counts all processes together: the CPU time here is
 * a second more, so that the cgroup is what ends a run and is named for it.
 */
final class Rlimits {
    private Rlimits() {}

    /** To be put before a command. */
    static List<String> command(String prlimit, Limits limits) {
        long cpu = limits.cpu().plusSeconds(1).plusNanos(999_999_999).toSeconds();
        // The scratch folder has a size of its own; this is for a file in a granted folder.
        long file = Math.max(limits.memoryBytes(), 2 * limits.scratchBytes());
        return List.of(
                prlimit,
                // One byte, not none: where the host pipes dumps to a program, that is what keeps the program, which is
                // root, from them.
                "--core=1:1",
                "--cpu=" + cpu + ":" + cpu,
                "--fsize=" + file + ":" + file,
                "--nofile=" + limits.openFiles() + ":" + limits.openFiles(),
                "--memlock=65536:65536",
                "--sigpending=1024:1024",
                "--msgqueue=0:0",
                "--nice=0:0",
                "--rtprio=0:0");
    }
}
