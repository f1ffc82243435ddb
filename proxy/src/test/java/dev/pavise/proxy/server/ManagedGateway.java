package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway in a pod, and a manager that looks after its Deployment. */
final class ManagedGateway implements AutoCloseable {
    static final String DEPLOYMENT = "Deployment agents/codetether";

    static final String SCALED = """
            {"deployment":"agents/codetether","from":1,"to":3,"changed":true}""";

    TestOrigin origin;
    final TestCa ca = TestCa.create("manager CA");
    FakeManager manager;
    TestGateway gateway;
    HttpClient client;

    record Reply(int status, JsonNode json) {
        String code() {
            return json.path("code").asString("");
        }

        String detail() {
            return json.path("detail").asString("");
        }
    }

    ManagedGateway(Path folder) throws Exception {
        origin = new TestOrigin();
        ca.writeCert(folder, "manager-ca.crt");
        Files.writeString(folder.resolve("token"), "pod-token-1\n");
        manager = new FakeManager(ca, "localhost");
        gateway = TestGateway.startIn(
                Map.of(
                        "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                        "POD_NAMESPACE", "agents",
                        "POD_NAME", "codetether-1",
                        "NODE_NAME", "node-7"),
                folder,
                yaml("https://localhost:" + manager.port()));
        client = gateway.client(HttpClient.Version.HTTP_2);
    }

    /** As at the beginning of each test. */
    void begin() throws Exception {
        manager.answers(FakeManager.Behaviour.json(200, SCALED));
        assertEquals(List.of(), gateway.reload(yaml("https://localhost:" + manager.port())));
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
        manager.close();
        origin.close();
    }

    String yaml(String url) {
        return yaml("""
                kubernetes:
                  deployment: codetether
                  manager: {url: "%s", ca: manager-ca.crt, token: token, timeout: 2s}
                """, url);
    }

    String yaml(String kubernetes, String url) {
        return Yaml.oneRoute(origin.port(), """
                audit: {ephemeral: true}
                identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
                roles:
                  - {name: reader, permissions: ["k8s:read"]}
                  - {name: scaler, permissions: ["k8s:scale"]}
                  - {name: healer, permissions: ["k8s:heal"]}
                bindings:
                  - {principal: "jwt:corp:reader", roles: [reader]}
                  - {principal: "jwt:corp:scaler", roles: [scaler]}
                  - {principal: "jwt:corp:healer", roles: [healer]}
                """.formatted(Jwt.SECRET) + kubernetes.formatted(url));
    }

    Reply ask(String method, String path, String body) throws Exception {
        return ask(TestGateway.TOKEN, method, path, body);
    }

    Reply ask(String token, String method, String path, String body) throws Exception {
        return ask(gateway, client, token, method, path, body);
    }

    Reply ask(TestGateway asked, HttpClient by, String token, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer = by.send(
                asked.request(path)
                        .setHeader("authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Reply(answer.statusCode(), JsonMapper.shared().readTree(answer.body()));
    }

    Reply scale() throws Exception {
        return ask("POST", "/v1/k8s/scale", "{\"replicas\": 3}");
    }

    JsonNode lastOutcome() throws IOException {
        return Trail.of(gateway).of(DEPLOYMENT).stream()
                .filter(each -> Trail.text(each, "phase").equals("outcome"))
                .reduce((before, last) -> last)
                .orElseThrow();
    }
}
