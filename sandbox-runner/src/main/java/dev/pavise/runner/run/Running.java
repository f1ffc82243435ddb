package dev.pavise.runner.run;

import java.util.concurrent.CompletableFuture;

/** A run that is under way, or over. */
public interface Running {
    /** Unique among all runs, and nothing that can be guessed. */
    String id();

    /** Ends the run at once. Does nothing when it is over. */
    void cancel();

    /**
     * Comes when the tool begins, with true; or with false when it is clear that it never will. Its limit on time counts from here. Most
     * backends have begun a run when they say that it is under way.
     */
    default CompletableFuture<Boolean> begun() {
        return CompletableFuture.completedFuture(true);
    }

    /** Comes when the run is over and nothing of it is left. Never fails; to cancel the future does not cancel the run. */
    CompletableFuture<Ending> ending();
}
