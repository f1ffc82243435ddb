package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Verdict;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the gate asks outside before it decides on one request, and how long that is waited for: as long as for a request, over all its questions.
 * Made for the few requests that need it. Used on the event loop; has to be {@link #end ended} when the request is not judged any more.
 *
 * <p>Guarantees that each wait is told at most once: when its answer is there, or when the time is up, when the gate has none to go by.
 */
final class Inquiry extends Deadlines.Watched {
    private final Loop loop;
    private final Consumer<Verdict.Wait> done;
    private final long byNanos;
    private Verdict.@Nullable Wait awaited;

    /** @param done is called on the event loop */
    Inquiry(Loop loop, Consumer<Verdict.Wait> done) {
        this.loop = loop;
        this.done = done;
        this.byNanos = loop.deadlines().in(loop.timeouts().requestNanos());
    }

    void await(Verdict.Wait wait) {
        awaited = wait;
        loop.deadlines().add(this);
        expireAt(byNanos);
        wait.until().whenComplete((answer, failure) -> loop.eventLoop().execute(() -> onAnswer(wait)));
    }

    @SuppressWarnings("ReferenceEquality") // is it this wait, not one like it
    private void onAnswer(Verdict.Wait wait) {
        if (awaited == wait) { // else the client left meanwhile, or it took too long
            end();
            done.accept(wait);
        }
    }

    @Override
    void onDeadline(long nowNanos) {
        Verdict.Wait inVain = awaited;
        if (inVain != null) {
            onAnswer(inVain);
        }
    }

    /** Nobody waits for it any more. */
    void end() {
        awaited = null;
        loop.deadlines().remove(this);
    }
}
