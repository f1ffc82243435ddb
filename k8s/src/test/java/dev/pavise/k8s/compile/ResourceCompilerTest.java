package dev.pavise.k8s.compile;

import static dev.pavise.k8s.compile.CompiledNamespace.ROUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.resource.Kind;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What resources become, against the API server: see {@link ApiServer} for which, and what only one of the two can do. */
final class ResourceCompilerTest {
    @TempDir
    Path folder;

    private CompiledNamespace given;

    @BeforeEach
    void setUp() throws IOException {
        given = new CompiledNamespace(folder);
    }

    @AfterEach
    void tearDown() {
        given.close();
    }

    @Test
    void whatIsCreatedComesIntoForceAndWhatIsBrokenDoesNot() {
        given.compiler.begin();
        Waiting.until("the base is there", () -> given.config().contains("/operator/**"));
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.create(Kind.AGENT, "runtime", "{service: {name: runtime, port: 9000}}");
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        given.until(Kind.AGENT, "runtime", "True", "in force");
        assertTrue(
                given.config().contains("path: \"/a\"")
                        && given.config().contains("runtime." + given.namespace + ".svc:9000"),
                given.config());

        given.change(
                Kind.GATEWAY_ROUTE, "a", "{match: {path: \"/changed\"}, permission: \"k8s:scale\", upstream: app}");
        given.until(Kind.GATEWAY_ROUTE, "a", "False", "spec.permission: ");
        assertEquals("NotAllowed", given.condition(Kind.GATEWAY_ROUTE, "a").get("reason"));
        assertTrue(given.config().contains("path: \"/a\"") && !given.config().contains("/changed"), given.config());
        Event event = Waiting.until("an event", () -> given.events("a"));
        assertEquals("Warning", event.getType());
        assertEquals("NotAllowed", event.getReason());
        assertEquals(
                new ResourceCompiler.Counts(1, 1),
                given.compiler.counts(given.namespace).orElseThrow());

        given.change(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/mended"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertTrue(given.config().contains("/mended"), given.config());

        given.client
                .genericKubernetesResources(Kind.GATEWAY_ROUTE.context())
                .inNamespace(given.namespace)
                .withName("a")
                .delete();
        Waiting.until("it is taken out", () -> !given.config().contains("/mended"));
        assertTrue(given.journal.begun.stream()
                .allMatch(act -> act.action().equals("k8s.configure")
                        && act.target().toString().equals("ConfigMap " + given.namespace + "/pavise-gateway")));
        assertEquals(Set.of("done"), Set.copyOf(given.journal.ended));
        assertEquals(given.journal.begun.size(), given.journal.ended.size());
    }

    @Test
    void whateverItsKindAResourceTellsWhatBecameOfIt() {
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROLE, "developer", "{permissions: [\"agent:list\"]}");
        given.create(Kind.GATEWAY_ROLE_BINDING, "developers", "{group: dev, roles: [developer]}");
        given.create(Kind.TOOL_MANIFEST, "unsigned", """
                {tool_id: t, version: 1.0.0, sha256_hash: "00", signature: none, max_memory_mb: 1, max_cpu_seconds: 1, network_allowed: false}""");
        given.until(Kind.GATEWAY_ROLE, "developer", "True", "in force");
        given.until(Kind.GATEWAY_ROLE_BINDING, "developers", "True", "in force");
        given.until(Kind.TOOL_MANIFEST, "unsigned", "False", "");
    }

    @Test
    void whatIsChangedByHandIsPutBack() {
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        Map<String, String> files = given.configMap().getData();
        given.client
                .configMaps()
                .inNamespace(given.namespace)
                .withName("pavise-gateway")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"data\": {\"pavise.yaml\": \"roles: everything\", \"accepted.json\": null, \"more\": \"x\"}}");
        Waiting.until("it is as it was", () -> given.configMap().getData().equals(files));
        given.client
                .configMaps()
                .inNamespace(given.namespace)
                .withName("pavise-gateway")
                .delete();
        Waiting.until(
                "it is there again",
                () -> given.configMap() != null && given.configMap().getData().equals(files));
    }

    @Test
    void anotherManagerRemembersWhatWasInForce() {
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        given.compiler.end();
        given.change(
                Kind.GATEWAY_ROUTE,
                "a",
                "{match: {path: \"/b\"}, permission: \"agent:list\", upstream: app, limit: \"1/s burst 0\", timeout: 0s}"
                        .replace("1/s burst 0", "1/s"));
        given.create(Kind.GATEWAY_ROUTE, "c", ROUTE.formatted("/c"));
        given.compiler = given.compiler();
        given.compiler.begin();
        given.until(Kind.GATEWAY_ROUTE, "a", "False", "of it stays in force");
        given.until(Kind.GATEWAY_ROUTE, "c", "True", "in force");
        assertTrue(given.config().contains("path: \"/a\"") && !given.config().contains("/b\""), given.config());
    }

    @Test
    void aNewBaseComesIntoForceAndABadOneDoesNot() throws IOException {
        given.compiler.begin();
        Waiting.until("the base is there", () -> given.config().contains("/operator/**"));
        Files.writeString(given.base, "nonsense: true");
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        Files.writeString(given.base, Samples.BASE.replace("/operator/**", "/changed/**"));
        Waiting.until(
                "the new base is there",
                () -> given.config().contains("/changed/**") && given.config().contains("\"/a\""));
    }

    @Test
    void afterItsEndNothingIsWritten() {
        given.compiler.begin();
        Waiting.until("the base is there", () -> !given.config().isEmpty());
        given.compiler.end();
        String version = given.configMap().getMetadata().getResourceVersion();
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        ResourceCompiler other = given.compiler();
        other.begin();
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        other.end();
        assertNotEquals(version, given.configMap().getMetadata().getResourceVersion());
        assertEquals(2, given.journal.begun.size(), given.journal.begun.toString());
    }

    @Test
    void whatCannotBeRecordedIsNotDone() {
        given.journal.full = true;
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", "{match: {path: nonsense}, permission: \"a:b\", upstream: app}");
        Waiting.until(
                "it was compiled",
                () -> given.compiler
                                .counts(given.namespace)
                                .map(ResourceCompiler.Counts::refused)
                                .orElse(0)
                        == 1);
        assertEquals("", given.config());
        assertEquals(Map.of(), given.condition(Kind.GATEWAY_ROUTE, "a"));
        given.journal.full = false;
        Waiting.until("it is written", () -> !given.config().isEmpty());
    }

    @Test
    void doesNotCallItselfByWhatItWrites() {
        assumeFalse(given.server.real(), "a cluster does not tell what it was asked");
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", "{match: {path: nonsense}, permission: \"a:b\", upstream: app}");
        given.until(Kind.GATEWAY_ROUTE, "a", "False", "spec.match.path");
        for (String name : List.of("b", "c", "d")) {
            given.create(Kind.GATEWAY_ROUTE, name, ROUTE.formatted("/" + name));
            given.until(Kind.GATEWAY_ROUTE, name, "True", "in force");
        }
        long writes = given.server.requests().stream()
                .filter(each -> each.startsWith("PATCH") && each.contains("/gatewayroutes/a/status"))
                .count();
        assertEquals(1, writes);
        long configured = given.server.requests().stream()
                .filter(each -> each.startsWith("PATCH") && each.contains("/configmaps/pavise-gateway"))
                .count();
        assertEquals(given.journal.begun.size(), configured);
        assertTrue(configured <= 4, configured + " writes for the base and three changes");
    }

    @Test
    void trustedKeysLieInTheNamespaceUntilNobodyIsTrusted() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        String key = TrustedKeyText.write(
                TrustedKey.always("ops", SigningKey.generate().verifyKey()));
        Files.writeString(keys.resolve("ops.pub"), key);
        given.compiler = given.compiler(new Allowance(List.of("app"), List.of(), false, false, keys, Map.of(), 10));
        given.compiler.begin();
        Waiting.until("the key is there", () -> Map.of("ops.pub", key).equals(given.trustedKeys()));
        given.client
                .configMaps()
                .inNamespace(given.namespace)
                .withName("pavise-trusted-keys")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\": {\"mine.pub\": \"x\"}}");
        Waiting.until("it is alone again", () -> Map.of("ops.pub", key).equals(given.trustedKeys()));
        given.compiler.end();

        Files.writeString(keys.resolve("revoked.txt"), "nonsense");
        given.compiler = given.compiler(new Allowance(List.of("app"), List.of(), false, false, keys, Map.of(), 10));
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertEquals(Map.of("ops.pub", key), given.trustedKeys());
        given.compiler.end();

        given.compiler = given.compiler();
        given.compiler.begin();
        Waiting.until("nobody is trusted", () -> given.trustedKeys().isEmpty());
        assertEquals(Set.of("done"), Set.copyOf(given.journal.ended));
    }

    @Test
    void aClusterRefusesWhatTheDefinitionsDoNotKnow() {
        assumeTrue(given.server.real(), "the mock checks no schema");
        assertThrows(
                KubernetesClientException.class,
                () -> given.create(Kind.GATEWAY_ROUTE, "x", "{match: {path: \"/a\"}}"));
        assertThrows(
                KubernetesClientException.class,
                () -> given.create(
                        Kind.AGENT,
                        "x",
                        "{url: \"http://a." + given.namespace + ".svc\", service: {name: a, port: 1}}"));
        assertThrows(
                KubernetesClientException.class, () -> given.create(Kind.GATEWAY_ROLE_BINDING, "x", "{roles: [a]}"));
        given.create(
                Kind.GATEWAY_ROUTE, "y", "{match: {path: \"/a\"}, permission: \"a:b\", upstream: app, nonsense: 1}");
        assertFalse(((Map<?, ?>) given.live(Kind.GATEWAY_ROUTE, "y")
                        .getAdditionalProperties()
                        .get("spec"))
                .containsKey("nonsense"));
    }

    @Test
    void aNamespaceThatCannotBeHandledKeepsNoOtherFromItsFile() {
        String buggy = given.server.namespace(Map.of("pavise.dev/inject", "true"));
        given.before = List.of(buggy);
        given.journal.buggy = buggy;
        given.compiler.begin();
        Waiting.until(
                "the namespace behind it has its file", () -> !given.config().isEmpty());
        given.journal.buggy = "";
        Waiting.until(
                "it has its own once that can be done",
                () -> given.client
                                .configMaps()
                                .inNamespace(buggy)
                                .withName("pavise-gateway")
                                .get()
                        != null);
    }
}
