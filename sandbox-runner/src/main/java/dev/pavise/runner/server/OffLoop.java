package dev.pavise.runner.server;

import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does for one request what may take its time, away from the event loop. What fails there is a bug: it is counted, and answered. */
final class OffLoop {
    private static final Logger log = LoggerFactory.getLogger(OffLoop.class);

    private final Answer answer;
    private final RunnerMetrics metrics;

    OffLoop(Answer answer, RunnerMetrics metrics) {
        this.answer = answer;
        this.metrics = metrics;
    }

    void start(Runnable work) {
        Thread.ofVirtual().name("request").start(guarded(work));
    }

    /** The same work, answered even where it fails. */
    Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException | Error bug) {
                onBug(bug, metrics);
                answer.refuse(Refusal.of(RefusalCode.INTERNAL_ERROR, "the runner failed; its log says more"));
            }
        };
    }

    /** A failure that is nobody's but ours. */
    static void onBug(Throwable bug, RunnerMetrics metrics) {
        metrics.onBug();
        log.error("a request failed by a fault of the runner", bug);
    }
}
