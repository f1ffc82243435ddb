package dev.pavise.runner.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** The runner's meters. Labels are codes and kinds: no principal, tool or address becomes one, so that a caller cannot make series. */
public final class RunnerMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter bugs;

    public RunnerMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        bugs = counter("pavise_runner_bugs", "failures of the runner itself; each is a bug");
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry);
    }

    /** A run is over. */
    public void onRun(String backend, String outcome, Duration took) {
        counter("pavise_runner_runs", "runs that are over", "backend", backend, "outcome", outcome)
                .increment();
        Timer.builder("pavise_runner_run_seconds")
                .description("from the start of a run to its end")
                .tag("backend", backend)
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60))
                .register(registry)
                .record(took);
    }

    /** A request was refused; the code is one of the stable ones. */
    public void onRefusal(String code) {
        counter("pavise_runner_refusals", "requests that were refused", "reason", code)
                .increment();
    }

    /** A handshake is over; the result is {@code done}, {@code failed} or the code of what was wrong with the certificate. */
    public void onHandshake(String result) {
        counter("pavise_runner_tls_handshakes", "TLS handshakes", "result", result)
                .increment();
    }

    public void onConnectionRefused() {
        counter("pavise_runner_connections_refused", "connections closed at once, as there were too many")
                .increment();
    }

    public void onBug() {
        bugs.increment();
    }

    /** Shows a figure of something that lives as long as the runner. */
    public <T> void gauge(String name, String help, T of, ToDoubleFunction<T> figure) {
        Gauge.builder(name, of, figure).description(help).strongReference(true).register(registry);
    }

    /** All figures in the Prometheus text format. Takes its time: not for an event loop. */
    public String scrape() {
        return registry.scrape();
    }
}
