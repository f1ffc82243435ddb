package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The cgroup of one run: what all its processes together may use, did use, and the way to end them all. */
interface Cgroup {
    /** Files into which a process writes {@code 0} to come in. In it before it starts anything, none of its children is outside. */
    List<Path> doors();

    /** Sets what all in it together may use; fails when one of the limits cannot be set. Before that, nothing of a run comes in. */
    void limit(Limits limits) throws IOException;

    /** CPU time of all that ran in it. */
    Duration cpu() throws IOException;

    /** The most memory that it held at once. */
    long peakBytes() throws IOException;

    /** Whether the kernel ended a process of it for want of memory. */
    boolean outOfMemory() throws IOException;

    /** Sends SIGKILL to all that is in it. Whether it was empty already. */
    boolean kill() throws IOException;

    /** Takes it away; fails while something is in it. */
    void remove() throws IOException;
}
