package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An answer of the gateway itself.
 *
 * @param body empty where the refusal says all there is
 * @param refusal why it was not done, or null where it was
 * @param event what the outcome's record says beyond that it was a request; null for nothing
 * @param parts what follows the head, where that is not known as a whole; else null
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LocalAnswer(
        int status,
        String contentType,
        byte[] body,
        @Nullable Refusal refusal,
        @Nullable Event event,
        @Nullable Parts parts) {
    /** An answer that is whole. */
    public LocalAnswer(int status, String contentType, byte[] body, @Nullable Refusal refusal, @Nullable Event event) {
        this(status, contentType, body, refusal, event, null);
    }

    /** The body of an answer that goes out part by part, each made when there is room for it. */
    @FunctionalInterface
    public interface Parts {
        /** The next part; empty where there is none. May block, and is called by one thread at a time. */
        Optional<byte[]> next() throws IOException;

        /** Nobody reads any more, or all was read. Does not block; called any number of times. */
        default void close() {}

        /** What the record of the end says of it; empty where there is nothing to say, or it is not known yet. */
        default Optional<Event> ended() {
            return Optional.empty();
        }
    }

    /**
     * What was done, for the record.
     *
     * @param metadata free of secrets
     * @param outcome where it is another than the status says, as of a run that failed and was answered well; else null
     */
    public record Event(
            EventType type,
            Map<String, String> metadata,
            @Nullable Outcome outcome) {
        public Event {
            metadata = Map.copyOf(metadata);
        }

        public Event(EventType type, Map<String, String> metadata) {
            this(type, metadata, null);
        }
    }

    /** The content type of JSON. */
    public static final String JSON = "application/json";

    /** What is told of this resource (RFC 9728); without it there is nothing here. */
    public static LocalAnswer metadata(Optional<String> json) {
        return json.map(text -> new LocalAnswer(200, JSON, text.getBytes(StandardCharsets.UTF_8), null, null))
                .orElseGet(() -> text(404, "this gateway has no name of its own\n"));
    }

    static LocalAnswer text(int status, String text) {
        return new LocalAnswer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), null, null);
    }

    static LocalAnswer json(int status, JsonNode json, @Nullable Event event) {
        return new LocalAnswer(status, JSON, (json + "\n").getBytes(StandardCharsets.UTF_8), null, event);
    }

    static LocalAnswer refused(RefusalCode code, String detail, @Nullable Event event) {
        return new LocalAnswer(code.status(), JSON, new byte[0], new Refusal(code, detail), event);
    }

    static LocalAnswer refused(RefusalCode code, String detail) {
        return refused(code, detail, null);
    }
}
