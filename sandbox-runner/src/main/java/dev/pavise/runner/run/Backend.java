package dev.pavise.runner.run;

/**
 * One way to run a tool contained. What is not granted cannot be reached, what is limited ends at its limit, and nothing of a run
 * outlives it: no process, mount, cgroup or file. What a backend cannot enforce it refuses; none is quietly weaker than it says.
 * Several runs may be under way at once.
 */
public interface Backend extends AutoCloseable {
    /** As it stands in receipts and metrics; it says by what a tool was held. */
    String name();

    /**
     * Starts a run, or says why not. The content is read and hashed again here, so that what runs is what {@link Program#sha256()}
     * names. Returns once the run is under way.
     */
    Start start(Program program, RunInput input, Limits limits, Output output);

    /** Whether it gives tools their secrets. One that does not is not asked to run a tool that names any. */
    default boolean givesSecrets() {
        return false;
    }

    /** Ends every run that is under way, waits until all are gone, and starts no more. */
    @Override
    void close();
}
