package dev.pavise.runner.run;

import java.time.Duration;

/**
 * Where a run ends. Each is a positive number: there is no value for "unlimited".
 *
 * @param memoryBytes all memory of the run together, its scratch folder included
 * @param cpu CPU time of all its processes together
 * @param wall from the start to the end
 * @param scratchBytes size of the scratch folder; zero means that nothing can be written
 * @param keptOutputBytes of each of stdout and stderr, what is kept and handed on; what follows is only hashed
 * @param outputBytes of both together; a run that writes more is ended
 * @param processes processes and threads at once
 * @param openFiles descriptors of each process
 */
public record Limits(
        long memoryBytes,
        Duration cpu,
        Duration wall,
        long scratchBytes,
        int keptOutputBytes,
        long outputBytes,
        int processes,
        int openFiles) {
    private static final long MIB = 1024 * 1024;
    private static final long LARGEST = 1024 * 1024 * MIB;
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_PROCESSES = 32_768;
    private static final int MOST_FILES = 1_048_576;

    /** The policy {@code default}: 256 MiB, 30 s of CPU, 60 s in all. */
    public static final Limits DEFAULT = new Limits(
            256 * MIB, Duration.ofSeconds(30), Duration.ofSeconds(60), 64 * MIB, (int) MIB, 16 * MIB, 64, 256);

    /** The policy {@code restricted}: 64 MiB, 5 s of CPU, 10 s in all, 16 MiB of scratch. */
    public static final Limits RESTRICTED =
            new Limits(64 * MIB, Duration.ofSeconds(5), Duration.ofSeconds(10), 16 * MIB, (int) MIB, 16 * MIB, 32, 128);

    public Limits {
        require(isWithin(memoryBytes, 1, LARGEST), "memory");
        require(cpu.isPositive() && cpu.compareTo(LONGEST) <= 0, "CPU time");
        require(wall.isPositive() && wall.compareTo(LONGEST) <= 0, "time");
        require(isWithin(scratchBytes, 0, LARGEST), "scratch");
        require(keptOutputBytes > 0, "kept output");
        require(outputBytes >= keptOutputBytes, "output");
        require(isWithin(processes, 1, MOST_PROCESSES), "processes");
        require(isWithin(openFiles, 4, MOST_FILES), "open files");
    }

    private static boolean isWithin(long value, long least, long most) {
        return value >= least && value <= most;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "the limit on " + what + " is too small to run anything, or no limit at all");
        }
    }

    /** The same with room for so many processes more. */
    public Limits withMoreProcesses(int more) {
        return new Limits(
                memoryBytes,
                cpu,
                wall,
                scratchBytes,
                keptOutputBytes,
                outputBytes,
                Math.min(processes + more, MOST_PROCESSES),
                openFiles);
    }

    /** The same, ending no later than this. */
    public Limits within(Duration longest) {
        return longest.compareTo(wall) >= 0
                ? this
                : new Limits(
                        memoryBytes, cpu, longest, scratchBytes, keptOutputBytes, outputBytes, processes, openFiles);
    }
}
