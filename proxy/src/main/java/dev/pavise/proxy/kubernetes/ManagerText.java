package dev.pavise.proxy.kubernetes;

import java.net.http.HttpResponse;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads what the manager answers. What is no object of JSON, or names a member twice, is no answer of a manager. */
final class ManagerText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ManagerText() {}

    static ManagerAnswer read(HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("content-type").orElse("");
        return read(answer.statusCode(), type, answer.body());
    }

    static ManagerAnswer read(int status, String type, byte[] body) {
        if (!isJson(type)) {
            return unreadable(status, "is not JSON");
        }
        try {
            JsonNode read = JSON.readTree(body);
            return read instanceof ObjectNode object
                    ? new ManagerAnswer.Told(status, object)
                    : unreadable(status, "is not an object of JSON");
        } catch (JacksonException malformed) {
            return unreadable(status, "is not well-formed JSON");
        }
    }

    private static boolean isJson(String type) {
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return bare.equals("application/json") || bare.equals("application/problem+json");
    }

    private static ManagerAnswer unreadable(int status, String what) {
        return new ManagerAnswer.Broken("what the manager answers, with status " + status + ", " + what);
    }
}
