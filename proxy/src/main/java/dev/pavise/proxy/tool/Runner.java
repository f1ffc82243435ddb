package dev.pavise.proxy.tool;

import java.util.concurrent.CompletableFuture;

/** What runs tools, somewhere else. It makes every check again and trusts nothing that the gateway says. */
public interface Runner extends AutoCloseable {
    /**
     * Has a tool run and waits for its end.
     *
     * @param gone is completed where nobody waits any more: the run is then ended
     */
    RunAnswer run(RunOrder order, CompletableFuture<Void> gone);

    /** Has a tool run, and returns when it has begun: what it writes is then told as it comes. */
    RunAnswer stream(RunOrder order, CompletableFuture<Void> gone);

    /** The configuration that names it is in force from now on. */
    default void begin() {}

    /** Another one takes its place: runs that are under way, or about to begin, come to their end. */
    void retire();

    /** Ends all that is under way. */
    @Override
    void close();
}
