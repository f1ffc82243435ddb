package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An event that a caller tells of, to be kept in the trail as the caller's word: what it says happened, in its own terms.
 *
 * <p>Guarantees that such an event cannot be taken for one of the gateway's own: its phase is {@code event}, its action
 * {@value #ACTION}, its actor the caller whatever the body says, and names of our own event types are refused. Whether what it says
 * is true, nobody here knows.
 *
 * @param identity on whose behalf the caller acted, as it says; or null
 */
record CustomEvent(
        String eventType,
        @Nullable String identity,
        String resource,
        Outcome outcome,
        List<AuditRecord.Entry> metadata) {
    /** The action of every such event. */
    static final String ACTION = "event.custom";

    /** What the body may have: a line of the log takes twice that, and the texts in it never grow when they are written. */
    static final int MOST_BYTES = 32 * 1024;

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");
    private static final int IDENTITY = 256;
    private static final int RESOURCE = 2000;

    /** Reads the body of a request; what is not as it must be is a {@link BadArgumentException} that names the member. */
    static CustomEvent of(byte[] body) {
        Arguments given = Arguments.of(body, "event_type", "identity", "resource", "outcome", "metadata");
        String identity = given.optionalText("identity");
        return new CustomEvent(
                eventType(given.text("event_type")),
                identity == null ? null : EventMetadata.text("identity", identity, IDENTITY, false),
                EventMetadata.text("resource", given.text("resource"), RESOURCE, false),
                outcome(given.text("outcome")),
                EventMetadata.read(given.optionalObject("metadata")));
    }

    private static String eventType(String text) {
        if (!TYPE.matcher(text).matches()) {
            throw new BadArgumentException("member `event_type` is not a name: at most 64 of a-z, 0-9, `_`, `.` and"
                    + " `-`, beginning with a letter");
        }
        if (EventType.isReserved(text)) {
            throw new BadArgumentException("member `event_type`: `" + text
                    + "` is a name of the gateway's own events, take one with a dot in it, such as `app." + text + "`");
        }
        return text;
    }

    private static Outcome outcome(String text) {
        return Arrays.stream(Outcome.values())
                .filter(each -> each.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new BadArgumentException("member `outcome` is none of "
                        + Arrays.stream(Outcome.values()).map(Outcome::text).collect(Collectors.joining(", "))));
    }

    /** The record of it, by this caller. */
    AuditRecord record(Principal caller, Call.From from) {
        AuditRecord.Builder record = AuditRecord.of(Phase.EVENT, caller.id(), ACTION, resource)
                .eventType(eventType)
                .outcome(outcome)
                .ip(from.ip())
                .sessionId(from.sessionId())
                .requestId(from.requestId())
                .traceId(from.traceId())
                .metadata(EventMetadata.ON_BEHALF_OF, identity);
        if (caller.subject() instanceof Subject.ApiKey key) {
            record.metadata(EventMetadata.KEY_ID, key.keyId());
        }
        if (!caller.actors().isEmpty()) {
            record.metadata(EventMetadata.ACT, caller.actors());
        }
        metadata.forEach(record::metadata);
        return record.build();
    }
}
