package dev.pavise.k8s.manager;

import dev.pavise.auditlog.AuditStats;
import dev.pavise.k8s.plan.FindingCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/** The manager's meters. No name of a caller, pod or Deployment becomes a label: a caller cannot make series. */
final class ManagerMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    ManagerMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** @param having how many Deployments have such a finding */
    void bind(ToDoubleFunction<FindingCode> having) {
        for (FindingCode code : FindingCode.values()) {
            Gauge.builder("pavise_manager_findings", code, having)
                    .description("Deployments of which this was found, of those that are looked after")
                    .tag("code", code.code())
                    .register(registry);
        }
    }

    void bind(AuditStats audit, BooleanSupplier leads, BooleanSupplier ready, boolean ephemeral) {
        gauge("pavise_manager_leader", "whether this manager leads", leads);
        gauge("pavise_manager_ready", "whether this manager answers questions", ready);
        gauge("pavise_audit_ephemeral", "whether the audit trail may end with its container", () -> ephemeral);
        Gauge.builder("pavise_audit_records", audit, AuditStats::size)
                .description("records in the audit log")
                .register(registry);
        Gauge.builder("pavise_audit_free_bytes", audit, AuditStats::freeBytes)
                .description("free space where the audit log lies")
                .register(registry);
    }

    private void gauge(String name, String help, BooleanSupplier value) {
        Gauge.builder(name, value, each -> each.getAsBoolean() ? 1 : 0)
                .description(help)
                .register(registry);
    }

    /** @param code of the refusal, or {@code ok} */
    void answered(String path, String code) {
        Counter.builder("pavise_manager_requests")
                .description("requests that were answered, by path and what came of them")
                .tag("path", path)
                .tag("code", code)
                .register(registry)
                .increment();
    }

    MeterRegistry registry() {
        return registry;
    }

    String scrape() {
        return registry.scrape();
    }
}
