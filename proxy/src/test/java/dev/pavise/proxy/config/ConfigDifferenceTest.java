package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigDifferenceTest {
    private static final String BASE = """
            identity: {issuers: [{name: corp, secret: "secret-of-at-least-32-bytes-000001"}]}
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            roles: [{name: reader, permissions: ["agent:list"]}, {name: idle, permissions: ["agent:idle"]}]
            bindings: [{principal: "jwt:corp:alice", roles: [reader]}]
            routes:
              - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
              - {name: other, match: {path: "/other/**"}, permission: "agent:list", upstream: runtime}
            """;

    @TempDir
    Path folder;

    private GatewayConfig config(String yaml) throws IOException {
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, yaml);
        return switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid ->
                throw new AssertionError(invalid.errors().toString());
        };
    }

    private ConfigDifference between(String before, String after) throws IOException {
        return ConfigDifference.between(config(before), config(after));
    }

    @Test
    void sameConfigurationsDoNotDiffer() throws IOException {
        assertTrue(between(BASE, "# moved\n\n" + BASE).isEmpty());
    }

    @Test
    void namesEachKey() throws IOException {
        String after = BASE.replace("\"agent:idle\"", "\"agent:idle\", \"agent:x\"")
                        .replace(
                                "permission: \"agent:list\", upstream: runtime}\n  - {name: other",
                                "permission: \"agent:other\", upstream: runtime}\n  - {name: third")
                        .replace("jwt:corp:alice", "jwt:corp:bob")
                + "limits: {body: 1MiB}\n";
        ConfigDifference difference = between(BASE, after);
        assertEquals(List.of("bindings[jwt:corp:bob]", "routes[third]"), difference.added());
        assertEquals(List.of("bindings[jwt:corp:alice]", "routes[other]"), difference.removed());
        assertEquals(
                List.of("limits.body", "roles[idle].permissions", "routes[agents].permission"), difference.changed());
        assertEquals(7, difference.size());
        assertEquals(
                List.of("roles[idle].permissions"),
                difference.under(List.of("roles", "rout")).changed());
    }

    @Test
    void seesAChangedSecretAndDoesNotShowIt() throws IOException {
        ConfigDifference difference = between(BASE, BASE.replace("bytes-000001", "bytes-000002"));
        assertEquals(List.of("identity.issuers[corp].secret"), difference.changed());
        assertFalse(difference.toString().contains("bytes-00"), difference::toString);
        assertFalse(EffectiveConfig.yaml(config(BASE)).contains("bytes-00"));
    }

    @Test
    void seesWhatChangesInAFileOfRoles() throws IOException {
        Path roles = folder.resolve("roles.yaml");
        String main = """
                roles_file: roles.yaml
                upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
                routes: []
                """;
        Files.writeString(roles, "roles: [{name: reader, permissions: [\"agent:list\"]}]\n");
        GatewayConfig before = config(main);
        Files.writeString(roles, "roles: [{name: reader, permissions: [\"agent:*\"]}]\n");
        assertEquals(
                List.of("roles[reader].permissions"),
                ConfigDifference.between(before, config(main)).changed());
    }

    @Test
    void listsWithoutNamesDifferAsAWhole() throws IOException {
        ConfigDifference difference = between(BASE, BASE + "origins: [\"https://a.example\"]\n");
        assertEquals(List.of("origins"), difference.changed());
    }
}
