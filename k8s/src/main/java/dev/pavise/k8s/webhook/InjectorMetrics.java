package dev.pavise.k8s.webhook;

import dev.pavise.k8s.webhook.AdmissionJudge.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What the injector counts: questions by verdict, how long they took, and those that found no place. No name of a pod or namespace. */
final class InjectorMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Verdict, Timer> reviews = new EnumMap<>(Verdict.class);
    private final Counter overloaded = Counter.builder("pavise.injector.overloaded")
            .description("questions that were sent away because too many were being looked at")
            .register(registry);

    InjectorMetrics() {
        for (Verdict verdict : Verdict.values()) {
            reviews.put(
                    verdict,
                    Timer.builder("pavise.injector.reviews")
                            .description("questions of the API server, by what came of them")
                            .tag("verdict", verdict.word())
                            .serviceLevelObjectives(
                                    Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                            .register(registry));
        }
    }

    void answered(Verdict verdict, long nanos) {
        Timer timer = reviews.get(verdict);
        if (timer != null) {
            timer.record(Duration.ofNanos(nanos));
        }
    }

    void overloaded() {
        overloaded.increment();
    }

    String scrape() {
        return registry.scrape();
    }
}
