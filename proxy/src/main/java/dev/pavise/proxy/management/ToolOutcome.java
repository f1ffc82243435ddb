package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.tool.RunAnswer;
import dev.pavise.proxy.tool.RunEvents;
import dev.pavise.proxy.tool.RunReport;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the caller is told of a run, and what its record says. A run that failed is answered well, and recorded as what it was. */
final class ToolOutcome {
    private final Map<String, String> facts;
    private final ToolRecords records;

    /** @param facts of the tool */
    ToolOutcome(Map<String, String> facts, ToolRecords records) {
        this.facts = Map.copyOf(facts);
        this.records = records;
    }

    LocalAnswer answer(RunAnswer answer) {
        return switch (answer) {
            case RunAnswer.Finished(RunReport report) ->
                new LocalAnswer(200, LocalAnswer.JSON, json(report), null, event(answer));
            case RunAnswer.Begun(RunEvents events) -> {
                events.close();
                throw new IllegalStateException("nobody asked for a stream");
            }
            case RunAnswer.Declined declined ->
                LocalAnswer.refused(code(declined), declined(declined), event(declined));
            case RunAnswer.Failed failed -> LocalAnswer.refused(code(failed), failed.detail(), event(failed));
            case RunAnswer.Abandoned ignored ->
                LocalAnswer.refused(RefusalCode.RUNNER_FAILED, "the run was ended, as nobody waited", event(answer));
        };
    }

    private static byte[] json(RunReport report) {
        return (CanonicalJson.text(report.members()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same for a caller that wants to be told as it goes. */
    LocalAnswer streamed(RunAnswer answer) {
        return answer instanceof RunAnswer.Begun(RunEvents events)
                ? new LocalAnswer(
                        200,
                        "text/event-stream",
                        new byte[0],
                        null,
                        null, // what came of it stands in the record of the end
                        new ToolStream(events, this))
                : answer(answer);
    }

    /** What a record says of the end of a run. What the run reached of the network is recorded before this returns; asked for once. */
    LocalAnswer.Event event(RunAnswer answer) {
        Map<String, String> told = ToolRuns.more(facts, answer);
        long unrecorded = answer instanceof RunAnswer.Finished(RunReport report) ? records.connections(report) : 0;
        if (unrecorded > 0) {
            told.put("connections_unrecorded", Long.toString(unrecorded));
        }
        return new LocalAnswer.Event(type(answer), told, outcome(answer));
    }

    private static EventType type(RunAnswer answer) {
        boolean notRun = switch (answer) {
            case RunAnswer.Declined declined -> !declined.mayHaveRun();
            case RunAnswer.Failed failed -> !failed.mayHaveRun();
            case RunAnswer.Finished ignored -> false;
            case RunAnswer.Begun ignored -> false;
            case RunAnswer.Abandoned ignored -> false;
        };
        return notRun ? EventType.TOOL_NOT_RUN : EventType.TOOL_RUN;
    }

    private static Outcome outcome(RunAnswer answer) {
        return switch (answer) {
            case RunAnswer.Finished(RunReport report) -> report.success() ? Outcome.SUCCESS : Outcome.FAILURE;
            case RunAnswer.Begun ignored -> Outcome.UNKNOWN;
            case RunAnswer.Declined ignored -> Outcome.FAILURE;
            case RunAnswer.Abandoned ignored -> Outcome.FAILURE;
            case RunAnswer.Failed ignored -> Outcome.ERROR;
        };
    }

    private static String declined(RunAnswer.Declined declined) {
        return "the runner says `" + declined.code() + "`: " + declined.detail();
    }

    private static RefusalCode code(RunAnswer.Declined declined) {
        return switch (declined.status()) {
            case 400 -> RefusalCode.INVALID_ARGUMENT;
            case 413 -> RefusalCode.BODY_TOO_LARGE;
            case 429, 503 -> RefusalCode.RUNNER_BUSY;
            default -> RefusalCode.RUNNER_DECLINED;
        };
    }

    static RefusalCode code(RunAnswer.Failed failed) {
        return switch (failed.cause()) {
            case UNREACHABLE -> RefusalCode.RUNNER_UNREACHABLE;
            case TIMEOUT -> RefusalCode.RUNNER_TIMEOUT;
            case BROKEN -> RefusalCode.RUNNER_FAILED;
            case RECEIPT -> RefusalCode.RECEIPT_INVALID;
        };
    }
}
