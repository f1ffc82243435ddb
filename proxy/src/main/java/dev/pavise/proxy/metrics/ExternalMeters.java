package dev.pavise.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is counted of the decisions that are made outside for one rule. */
public final class ExternalMeters {
    private final Counter allowed;
    private final Counter denied;
    private final Counter unavailable;
    private final Counter remembered;
    private final Timer seconds;

    ExternalMeters(MeterRegistry registry, String rule) {
        allowed = decisions(registry, rule, "allowed");
        denied = decisions(registry, rule, "denied");
        unavailable = decisions(registry, rule, "unavailable");
        remembered = Counter.builder("pavise_external_decisions_remembered")
                .description("decisions for which another request's answer held")
                .tag("rule", rule)
                .register(registry);
        seconds = Timer.builder("pavise_external_decision_seconds")
                .description("from the question to the answer, or to giving up on one")
                .tag("rule", rule)
                .serviceLevelObjectives(
                        Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(registry);
    }

    private static Counter decisions(MeterRegistry registry, String rule, String result) {
        return Counter.builder("pavise_external_decisions")
                .description("decisions that a decision point outside was asked for")
                .tags("rule", rule, "result", result)
                .register(registry);
    }

    public void onAllowed() {
        allowed.increment();
    }

    public void onDenied() {
        denied.increment();
    }

    public void onUnavailable() {
        unavailable.increment();
    }

    /**
     * A decision was there, or given up on.
     *
     * @param shared whether another request asked
     */
    public void onTime(long nanos, boolean shared) {
        if (shared) {
            remembered.increment();
        } else {
            seconds.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
