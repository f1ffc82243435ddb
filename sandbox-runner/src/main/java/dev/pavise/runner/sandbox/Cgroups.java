package dev.pavise.runner.sandbox;

import java.io.IOException;

/** The folder of cgroups in which this runner may make one for each run. */
interface Cgroups {
    /** Bandwidth of a run: one processor, counted over this many microseconds. */
    int PERIOD_MICROS = 100_000;

    /** Beside the tool's own: bubblewrap outside and bubblewrap as process 1 inside. */
    int OWN_PROCESSES = 2;

    /** A new one, which limits nothing yet. None is left when it cannot be made whole. */
    Cgroup create(String run) throws IOException;

    /** Ends and takes away what a runner left that was killed. */
    void sweep() throws IOException;

    /** Takes the folder itself away. */
    void remove() throws IOException;

    /** Which kind, for people. */
    String describe();
}
