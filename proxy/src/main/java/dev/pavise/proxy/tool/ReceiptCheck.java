package dev.pavise.proxy.tool;

import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.VerifyKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds a runner's receipt against what was asked for and what it answered. With the runner's public key at hand, an answer counts
 * only with a receipt that this key signed over this very run: who asked, which bytes, on which manifest, which connections, with which output.
 */
final class ReceiptCheck {
    private static final String PAYLOAD_TYPE = "application/vnd.pavise.tool-receipt+json";

    private final Receipts receipts;

    ReceiptCheck(Receipts receipts) {
        this.receipts = receipts;
    }

    RunAnswer checked(RunAnswer answer, RunOrder order) {
        return switch (receipts) {
            case Receipts.Unchecked() -> answer;
            case Receipts.SignedBy(VerifyKey key) ->
                answer instanceof RunAnswer.Finished(RunReport report) ? checked(report, order, key) : answer;
        };
    }

    private static RunAnswer checked(RunReport report, RunOrder order, VerifyKey key) {
        try {
            DsseEnvelope envelope = envelope(report);
            if (!isSigned(envelope, key)) {
                return unfit("the runner's key did not sign it");
            }
            Map<String, Object> said = StrictJson.object(envelope.payload());
            for (Map.Entry<String, @Nullable Object> fact : facts(report, order).entrySet()) {
                if (!Objects.equals(said.get(fact.getKey()), fact.getValue())) {
                    return unfit("its `" + fact.getKey() + "` is not that of this run");
                }
            }
            return new RunAnswer.Finished(report.withReceipt("verified"));
        } catch (StrictJson.Malformed | IllegalArgumentException damaged) {
            return unfit("it cannot be read");
        }
    }

    private static DsseEnvelope envelope(RunReport report) {
        if (report.members().get("receipt") instanceof Map<?, ?> receipt) {
            Map<String, Object> members = new HashMap<>();
            receipt.forEach((name, value) -> members.put(String.valueOf(name), value));
            return DsseEnvelope.of(members);
        }
        throw new IllegalArgumentException("there is none");
    }

    private static boolean isSigned(DsseEnvelope envelope, VerifyKey key) {
        if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
            return false;
        }
        byte[] signed = envelope.signedBytes();
        for (DsseSignature each : envelope.signatures()) {
            if (key.verifies(signed, each.signature())) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, @Nullable Object> facts(RunReport report, RunOrder order) {
        Map<String, @Nullable Object> facts = new HashMap<>();
        facts.put("run_id", report.runId());
        facts.put("request_id", order.requestId());
        facts.put("principal", order.principal());
        facts.put("tool_id", order.tool().toolId());
        facts.put("version", order.tool().version().toString());
        facts.put("tool_sha256", order.tool().sha256());
        facts.put("manifest_sha256", sha256(order.signed().manifest().payload()));
        facts.put("secrets", order.tool().secrets());
        facts.put("success", report.success());
        facts.put("exit_code", report.exitCode());
        facts.put("violations", report.violations());
        facts.put("output_sha256", report.outputHash());
        facts.put("connections", report.members().get("connections"));
        facts.put("connections_omitted", report.members().get("connections_omitted"));
        return facts;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    private static RunAnswer unfit(String why) {
        return new RunAnswer.Failed(RunAnswer.Cause.RECEIPT, "the receipt is not good: " + why);
    }
}
