package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway whose access is managed over its API. {@code mallory} may manage access and holds little else, {@code alice} may not manage, {@code carl} may only check. */
final class AuthGateway implements AutoCloseable {
    static final String ACCESS = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles:
              - {name: reader, permissions: ["agent:list"]}
              - {name: writer, permissions: ["agent:list", "agent:write"]}
              - {name: manager, permissions: ["auth:manage", "auth:check", "agent:list"]}
              - {name: checker, permissions: ["auth:check"]}
              - {name: boss, permissions: ["*"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [reader]}
              - {principal: "jwt:corp:mallory", roles: [manager]}
              - {principal: "jwt:corp:carl", roles: [checker]}
              - {group: "jwt:corp:staff", roles: [reader]}
            """.formatted(Jwt.SECRET);

    final TestOrigin origin;
    final TestGateway gateway;

    AuthGateway(Path folder) throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), ACCESS));
        assertEquals(
                201,
                operator("POST", "/v1/auth/keys", key("taken", "agent:list")).status());
        assertEquals(
                201,
                operator("POST", "/v1/auth/keys", key("wide", "agent:list\",\"agent:write"))
                        .status());
        assertEquals(
                200,
                operator("POST", "/v1/auth/bindings/key:deployer", "{\"roles\":[\"writer\"]}")
                        .status());
        assertEquals(
                200,
                operator("PUT", "/v1/auth/bindings/jwt:corp:dora", "{\"roles\":[\"reader\"]}")
                        .status());
    }

    @Override
    public void close() {
        gateway.close();
        origin.close();
    }

    static String key(String name, String permissions) {
        return "{\"name\":\"" + name + "\",\"permissions\":[\"" + permissions + "\"]}";
    }

    static String credential(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    static String as(String subject) {
        return credential(Jwt.of(subject, Duration.ofMinutes(5)));
    }

    static String with(String apiKey) {
        return "X-Api-Key: " + apiKey + "\r\n";
    }

    Wire.Message ask(Wire wire, String credential, String method, String target, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return wire.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + credential + "Content-Length: "
                        + bytes.length + "\r\n\r\n" + body)
                .answer();
    }

    Wire.Message ask(String credential, String method, String target, String body) throws IOException {
        try (Wire wire = Wire.to(gateway)) {
            return ask(wire, credential, method, target, body);
        }
    }

    Wire.Message operator(String method, String target, String body) throws IOException {
        return ask(credential(TestGateway.TOKEN), method, target, body);
    }

    static JsonNode json(Wire.Message answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    static void assertRefused(int status, String code, Wire.Message answer) {
        assertEquals(status, answer.status(), answer.text());
        assertEquals("application/problem+json", answer.field("content-type"));
        assertEquals(code, json(answer).path("code").asString(""), answer.text());
        assertEquals(
                answer.field("x-request-id"), json(answer).path("request_id").asString(""));
    }

    /** Keys and bindings as the operator sees them, without what using them changes. */
    List<JsonNode> state() throws IOException {
        return Stream.of(operator("GET", "/v1/auth/keys?state=all", ""), operator("GET", "/v1/auth/bindings", ""))
                .map(AuthGateway::json)
                .toList();
    }

    static String text(Wire.Message answer) {
        assertEquals(201, answer.status(), answer.text());
        return json(answer).path("key").asString("");
    }

    static List<String> roles(Wire.Message answer) {
        assertEquals(200, answer.status(), answer.text());
        return json(answer)
                .path("roles")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }
}
