package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.proxy.tls.TestCa;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway with tools, a scripted runner behind it, and a key that is trusted to sign. */
final class ToolShop implements AutoCloseable {
    /** A program of its own for each tool. */
    static byte[] program(String tool) {
        return ("#!/bin/sh\necho " + tool + "\n").getBytes(StandardCharsets.UTF_8);
    }

    final Path folder;
    final SigningKey signer = SigningKey.generate();
    final TestCa ca = TestCa.create("tools CA");
    final ScriptedRunner runner;
    final TestOrigin origin = new TestOrigin();
    TestGateway gateway;
    private HttpClient client;
    private String head = "";

    ToolShop(Path folder) throws Exception {
        this(folder, AuditStore::open);
    }

    /** With a log of the test's own making. */
    ToolShop(Path folder, Start.Opening opening) throws Exception {
        this.folder = folder;
        runner = new ScriptedRunner(Trust.context(ca.own().certificate(), ca.server("localhost", "127.0.0.1")));
        Files.createDirectories(folder.resolve("keys"));
        trust("release", signer);
        ca.writeCert(folder, "runner-ca.crt");
        TestCa.Issued own = ca.client("gateway").issue();
        own.writeCert(folder, "gw.crt");
        own.writeKey(folder, "gw.key");
        Files.writeString(folder.resolve("receipts.pub"), runner.receiptKey());
        gateway = TestGateway.startOn(opening, folder, yaml("receipt_key: receipts.pub, "));
        client = gateway.client(HttpClient.Version.HTTP_2);
    }

    void trust(String name, SigningKey key) throws Exception {
        Files.writeString(
                folder.resolve("keys").resolve(name + ".pub"),
                TrustedKeyText.write(TrustedKey.always(name, key.verifyKey())));
    }

    /** @param more settings of the runner, each with a comma behind it */
    String yaml(String more) {
        return yaml(more, runner.port(), "");
    }

    String yaml(String more, int port, String section) {
        return Yaml.oneRoute(origin.port(), """
                identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
                roles:
                  - {name: one, permissions: ["tool:hello"]}
                  - {name: all, permissions: ["tool:*"]}
                  - {name: keeper, permissions: ["tool:*", "secret:db", "secret:absent"]}
                  - {name: reader, permissions: ["manifest:read"]}
                bindings:
                  - {principal: "jwt:corp:one", roles: [one]}
                  - {principal: "jwt:corp:all", roles: [all]}
                  - {principal: "jwt:corp:keeper", roles: [keeper]}
                  - {principal: "jwt:corp:reader", roles: [reader]}
                tools:
                  trusted_keys: keys
                  runner: {%surl: "https://127.0.0.1:%d", ca: runner-ca.crt, cert: gw.crt, key: gw.key}
                  content: {max_size: 1MiB, max_total: 2MiB}
                %s
                """.formatted(Jwt.SECRET, more, port, section));
    }

    /** Signs a manifest of this content. */
    SignedManifest manifest(String tool, String version, byte[] content, String more) throws Exception {
        return manifest(signer, tool, version, content, more);
    }

    static SignedManifest manifest(SigningKey key, String tool, String version, byte[] content, String more)
            throws Exception {
        String json = """
                {"tool_id": "%s", "version": "%s", "sha256_hash": "%s", "max_memory_mb": 64, "max_cpu_seconds": 5,
                 "network_allowed": false%s}""".formatted(tool, version, ScriptedRunner.sha256(content), more);
        return SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), key);
    }

    record Reply(int status, String text, String type) {
        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }

        String code() {
            return json().path("code").asString("");
        }
    }

    Reply ask(String method, String path, byte[] body) throws Exception {
        return ask(TestGateway.TOKEN, method, path, body);
    }

    Reply ask(String token, String method, String path, byte[] body) throws Exception {
        HttpResponse<String> answer = client.send(
                request(token, path)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Reply(
                answer.statusCode(),
                answer.body(),
                answer.headers().firstValue("content-type").orElse(""));
    }

    HttpRequest.Builder request(String token, String path) {
        return gateway.request(path).setHeader("authorization", "Bearer " + token);
    }

    HttpClient client() {
        return client;
    }

    Reply put(byte[] content) throws Exception {
        return ask("PUT", "/v1/tools/content/" + ScriptedRunner.sha256(content), content);
    }

    Reply register(SignedManifest manifest) throws Exception {
        return ask("POST", "/v1/tools/manifests", manifest.json());
    }

    Reply run(String tool, String input) throws Exception {
        return ask("POST", "/v1/tools/" + tool + "/run", input.getBytes(StandardCharsets.UTF_8));
    }

    /** Content and manifest of a tool that can be run. */
    void make(String tool) throws Exception {
        put(program(tool));
        register(manifest(tool, "1.0.0", program(tool), ""));
    }

    /** Puts another configuration in force; returns why not, if not. */
    List<ConfigError> reload(String yaml) throws Exception {
        return gateway.reload(head + yaml);
    }

    /** Ends the gateway and starts it anew on what is on disk. */
    void restart() throws Exception {
        gateway.close();
        head = "listen: {https: \"127.0.0.1:0\"}\ndata_dir: data\n"; // which that one puts before it no more
        gateway = TestGateway.existing(gateway.file());
        client.shutdownNow();
        client = gateway.client(HttpClient.Version.HTTP_2);
    }

    @Override
    public void close() {
        client.shutdownNow();
        gateway.close();
        runner.close();
        origin.close();
    }
}
