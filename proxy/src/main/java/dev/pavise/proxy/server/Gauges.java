package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditStats;
import dev.pavise.proxy.forward.EndpointStatus;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.issuer.IssuerFigures;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.util.Map;
import java.util.function.Supplier;

/** Figures that are kept elsewhere and shown when asked for. */
final class Gauges {
    private Gauges() {}

    static void bind(GatewayMetrics metrics, AuditStats audit, Supplier<Map<String, Upstream>> upstreams) {
        metrics.count("pavise_audit_records", "records stored since the start", audit, AuditStats::appended);
        metrics.gauge("pavise_audit_log_records", "records in the log", audit, AuditStats::size);
        metrics.gauge(
                "pavise_audit_signed_records", "records under the newest signed checkpoint", audit, AuditStats::signed);
        metrics.gauge(
                "pavise_audit_checkpoint_age_seconds",
                "since when stored records wait for a signed checkpoint",
                audit,
                stats -> stats.checkpointAgeMillis() / 1000.0);
        metrics.count(
                "pavise_audit_seal_failures", "checkpoints that could not be written", audit, AuditStats::sealFailures);
        metrics.count("pavise_audit_cut", "cuts that retention made", audit, AuditStats::cuts);
        metrics.gauge(
                "pavise_audit_first_seq", "the first record that retention has left", audit, AuditStats::firstSeq);
        metrics.gauge(
                "pavise_audit_segment_bytes", "what the segments take on the disk", audit, AuditStats::segmentBytes);
        metrics.gauge("pavise_audit_free_bytes", "free space on the log's file system", audit, AuditStats::freeBytes);
        metrics.gauge(
                "pavise_audit_mirror_lag_records",
                "records that the mirror has not got yet",
                audit,
                AuditStats::mirrorLag);
        metrics.count(
                "pavise_audit_mirror_failures", "writes to the mirror that failed", audit, AuditStats::mirrorFailures);
    }

    /** Binds the figures of one upstream, once; they show nothing while there is no upstream of that name. */
    static void bindUpstream(GatewayMetrics metrics, String name, Supplier<Map<String, Upstream>> upstreams) {
        metrics.gauge(
                "pavise_upstream_endpoints_up",
                "endpoints of the upstream that are chosen for requests",
                upstreams,
                all -> health(all, name).filter(EndpointStatus::isUp).count(),
                "upstream",
                name);
        metrics.gauge(
                "pavise_upstream_connections",
                "connections to the upstream",
                upstreams,
                all -> health(all, name).mapToInt(EndpointStatus::connections).sum(),
                "upstream",
                name);
    }

    /** Binds the figures of one issuer, once. */
    static void bindIssuer(GatewayMetrics metrics, String name, IssuerFigures figures) {
        metrics.gauge(
                "pavise_issuer_keys_age_seconds",
                "how long ago the issuer's keys were fetched",
                figures,
                IssuerFigures::keysAgeSeconds,
                "issuer",
                name);
        for (String result : IssuerFigures.results()) {
            metrics.count(
                    "pavise_issuer_fetches",
                    "times that the issuer was asked for its keys",
                    figures,
                    of -> of.fetches(result),
                    "issuer",
                    name,
                    "result",
                    result);
        }
    }

    private static java.util.stream.Stream<EndpointStatus> health(
            Supplier<Map<String, Upstream>> upstreams, String name) {
        Upstream upstream = upstreams.get().get(name);
        return upstream == null ? java.util.stream.Stream.empty() : upstream.health().stream();
    }
}
