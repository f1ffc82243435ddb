package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.proxy.tool.RunConnection;
import dev.pavise.proxy.tool.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What is written down of one run between its intent and its outcome; caller and request tie all of it together. Waits until it is stored. */
final class ToolRecords {
    private final AuditLog audit;
    private final Call call;
    private final VerifiedTool tool;

    ToolRecords(AuditLog audit, Call call, VerifiedTool tool) {
        this.audit = audit;
        this.call = call;
        this.tool = tool;
    }

    /** Says that this tool, by this digest, goes to the runner now; false where that is not stored. Without it nothing goes there. */
    boolean verified(Map<String, String> facts) {
        AuditRecord.Builder record = event(EventType.TOOL_VERIFIED, Outcome.SUCCESS);
        facts.forEach(record::metadata);
        return stored(record.metadata("kind", tool.kind().text())).join();
    }

    /** Says what the run reached of the network, one record for each that the runner listed; how many of them are not stored. */
    long connections(RunReport report) {
        List<CompletableFuture<Boolean>> stored = new ArrayList<>();
        for (RunConnection each : report.connections().listed()) {
            stored.add(stored(event(EventType.TOOL_CONNECTION, outcome(each.ending()))
                    .metadata("run_id", report.runId())
                    .metadata("host", each.host())
                    .metadata("port", each.host() == null ? null : Long.toString(each.port()))
                    .metadata("address", each.address())
                    .metadata("sent_bytes", each.sentBytes())
                    .metadata("received_bytes", each.receivedBytes())
                    .metadata("ended", each.ending().code())
                    .metadata("detail", each.reason().isEmpty() ? null : each.reason())));
        }
        return stored.stream().filter(each -> !each.join()).count();
    }

    private static Outcome outcome(RunConnection.Ending ending) {
        return switch (ending) {
            case CLOSED, IDLE, ENDED -> Outcome.SUCCESS;
            case REFUSED -> Outcome.DENIED;
            case FAILED, LIMIT -> Outcome.FAILURE;
        };
    }

    private AuditRecord.Builder event(EventType type, Outcome outcome) {
        return AuditRecord.of(Phase.EVENT, call.caller().id(), "tool.execute", tool.toolId())
                .eventType(type)
                .outcome(outcome)
                .ip(call.from().ip())
                .sessionId(call.from().sessionId())
                .requestId(call.from().requestId())
                .traceId(call.from().traceId());
    }

    private CompletableFuture<Boolean> stored(AuditRecord.Builder record) {
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        audit.append(record.build(), new Stored() {
            @Override
            public void stored(long seq) {
                stored.complete(true);
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                stored.complete(false);
            }
        });
        return stored;
    }
}
