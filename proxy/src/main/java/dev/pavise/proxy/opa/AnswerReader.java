package dev.pavise.proxy.opa;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a decision point answers, in the form of OPA's data API: {@code {"result": true}}, or {@code {"result": {"allow": true}}} with an
 * optional {@code reason}. No {@code result} means that the decision is undefined, which denies. Whatever else it is counts as no answer: nothing
 * is taken for a yes but the literal {@code true}.
 */
final class AnswerReader {
    /** More than any decision needs. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int LONGEST_REASON = 500;

    // Of two members of one name, another reader might take the other one.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AnswerReader() {}

    static Answer read(int status, byte[] body) {
        if (status != 200) {
            return new Answer.None("it answered with status " + status);
        }
        try {
            return read(JSON.readTree(body));
        } catch (JacksonException | IllegalArgumentException bad) {
            return new Answer.None("its answer is not well-formed JSON");
        }
    }

    private static Answer read(JsonNode document) {
        if (!document.isObject()) {
            return new Answer.None("its answer is not a JSON object");
        }
        JsonNode result = document.get("result");
        if (result == null) {
            return new Answer.Denied("the decision is undefined");
        }
        JsonNode allow = result.isObject() ? result.get("allow") : result;
        if (allow == null || !allow.isBoolean()) {
            return new Answer.None("its `result` is neither true nor false, nor an object whose `allow` is");
        }
        return allow.booleanValue() ? new Answer.Allowed() : new Answer.Denied(reason(result));
    }

    private static String reason(JsonNode result) {
        String reason = result.path("reason").asString("");
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < reason.length() && shown.length() < LONGEST_REASON; i++) {
            char letter = reason.charAt(i);
            shown.append(Character.isISOControl(letter) || Character.isSurrogate(letter) ? '?' : letter);
        }
        return shown.isEmpty() ? "it said no" : shown.toString();
    }
}
