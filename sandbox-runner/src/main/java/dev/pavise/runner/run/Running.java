package dev.pavise.runner.run;

import java.util.concurrent.CompletableFuture;

/** A run that is under way, or over. */
public interface Running {
    /** Unique among all runs, and nothing that can be guessed. */
    String id();

    /** Ends the run at once. Does nothing when it is over. */
    void cancel();

    /** Comes when the run is over and nothing of it is left. Never fails; to cancel the future does not cancel the run. */
    CompletableFuture<Ending> ending();
}
