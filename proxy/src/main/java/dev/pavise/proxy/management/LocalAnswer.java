package dev.pavise.proxy.management;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the gateway itself, whole.
 *
 * @param code the stable code of a refusal, or null
 * @param event what the outcome's record says beyond that it was a request; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LocalAnswer(
        int status,
        String contentType,
        byte[] body,
        @Nullable String code,
        @Nullable Event event) {
    /**
     * What was done, for the record.
     *
     * @param type {@code role_change}, {@code key_created} and so on
     * @param metadata free of secrets
     */
    public record Event(String type, Map<String, String> metadata) {}

    /** The content type of JSON. */
    public static final String JSON = "application/json";

    /** What is told of this resource (RFC 9728); without it there is nothing here. */
    public static LocalAnswer metadata(Optional<String> json) {
        return json.map(text -> json(200, text)).orElseGet(() -> text(404, "this gateway has no name of its own\n"));
    }

    static LocalAnswer text(int status, String text) {
        return new LocalAnswer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), null, null);
    }

    static LocalAnswer json(int status, String json) {
        return new LocalAnswer(status, JSON, json.getBytes(StandardCharsets.UTF_8), null, null);
    }
}
