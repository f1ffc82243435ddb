package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.http.RefusalCode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /v1/audit/events}: takes an event in, and answers with its {@code id} and {@code seq} once it is stored as durably as the log is set
 * to. The request has its intent and outcome besides, by the same {@code request_id}: the event alone carries the event type.
 */
final class CustomEvents {
    private CustomEvents() {}

    /** Waits for the record to be stored: not for an event loop. */
    static LocalAnswer take(AuditStore audit, Call call) throws IOException {
        if (call.body().length > CustomEvent.MOST_BYTES) {
            return LocalAnswer.refused(
                    RefusalCode.BODY_TOO_LARGE,
                    "the event is larger than the " + CustomEvent.MOST_BYTES + " bytes that are taken here");
        }
        CustomEvent event;
        try {
            Parameters.of(call.query());
            event = CustomEvent.of(call.body());
        } catch (BadArgumentException unfit) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, String.valueOf(unfit.getMessage()));
        }
        return switch (store(audit, event.record(call.caller(), call.from()))) {
            case Result.At(long seq) -> answer(audit, seq);
            case Result.Not(AuditUnavailable ignored) ->
                LocalAnswer.refused(RefusalCode.AUDIT_UNAVAILABLE, RefusalCode.AUDIT_UNAVAILABLE.title());
        };
    }

    private static LocalAnswer answer(AuditStore audit, long seq) throws IOException {
        byte[] line = audit.line(seq).orElseThrow(() -> new IOException("record " + seq + " cannot be read back"));
        JsonNode stored = JsonMapper.shared().readTree(line);
        return LocalAnswer.json(
                201,
                AuthJson.object().put("id", stored.path("id").stringValue()).put("seq", seq),
                null);
    }

    private sealed interface Result {
        record At(long seq) implements Result {}

        record Not(AuditUnavailable why) implements Result {}
    }

    private static Result store(AuditStore audit, AuditRecord record) {
        CompletableFuture<Result> stored = new CompletableFuture<>();
        audit.log().append(record, new Stored() {
            @Override
            public void stored(long seq) {
                stored.complete(new Result.At(seq));
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                stored.complete(new Result.Not(why));
            }
        });
        return stored.join();
    }
}
