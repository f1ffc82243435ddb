package dev.pavise.proxy.server;

import dev.pavise.auditlog.Witness;
import dev.pavise.auditlog.WitnessStats;
import dev.pavise.proxy.metrics.GatewayMetrics;

/** Figures of the audit log's witness, shown when asked for. */
final class WitnessGauges {
    private WitnessGauges() {}

    static void bind(GatewayMetrics metrics, WitnessStats witness) {
        metrics.gauge(
                "pavise_audit_witness_cosigned_records",
                "records under the newest cosigned checkpoint",
                witness,
                WitnessStats::cosigned);
        metrics.gauge(
                "pavise_audit_witness_age_seconds",
                "how long ago the witness cosigned last",
                witness,
                WitnessStats::ageSeconds);
        metrics.count(
                "pavise_audit_witness_failures",
                "times that the witness gave no answer",
                witness,
                WitnessStats::failures);
        for (Witness.Refusal refusal : Witness.Refusal.values()) {
            metrics.count(
                    "pavise_audit_witness_refusals",
                    "checkpoints that were not cosigned",
                    witness,
                    of -> of.refusals(refusal),
                    "reason",
                    refusal.code());
        }
    }
}
