package dev.pavise.proxy.cli;

import dev.pavise.proxy.gate.Endpoint;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request to {@code /v1/auth}, whoever answers it.
 *
 * @param variable what goes into the path, plain; empty where the endpoint has none
 * @param query percent-encoded; empty for none
 * @param body null for none
 */
record AuthRequest(
        Endpoint endpoint,
        String method,
        String variable,
        String query,
        @Nullable ObjectNode body) {
    static AuthRequest get(Endpoint endpoint, String query) {
        return new AuthRequest(endpoint, "GET", "", query, null);
    }

    static AuthRequest post(Endpoint endpoint, ObjectNode body) {
        return new AuthRequest(endpoint, "POST", "", "", body);
    }

    /** A name and its value for a query. */
    static String pair(String name, String value) {
        return name + "=" + encode(value);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    String encodedVariable() {
        return encode(variable);
    }

    String path() {
        int from = endpoint.path().indexOf('{');
        String path = from < 0
                ? endpoint.path()
                : endpoint.path().substring(0, from)
                        + encodedVariable()
                        + endpoint.path().substring(endpoint.path().indexOf('}') + 1);
        return query.isEmpty() ? path : path + "?" + query;
    }

    byte[] bytes() {
        return body == null ? new byte[0] : JsonMapper.shared().writeValueAsBytes(body);
    }

    /** Whether it changes anything. */
    boolean isChange() {
        return !method.equals("GET") && endpoint != Endpoint.AUTH_CHECK;
    }
}
