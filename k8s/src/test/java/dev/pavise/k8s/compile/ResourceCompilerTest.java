package dev.pavise.k8s.compile;

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
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the API server: see {@link ApiServer} for which, and what only one of the two can do. */
final class ResourceCompilerTest {
    private static final String ROUTE = "{match: {path: \"%s\"}, permission: \"agent:list\", upstream: app}";

    @TempDir
    Path folder;

    private final ApiServer server = ApiServer.start();
    private final KubernetesClient client = server.client();
    private final RecordedActs journal = new RecordedActs();
    private final AtomicBoolean synced = new AtomicBoolean(true);
    private String namespace = "";
    private Path base = Path.of("none");
    private ResourceCompiler compiler = compiler();

    @BeforeEach
    void setUp() throws IOException {
        namespace = server.namespace(Map.of("pavise.dev/inject", "true"));
        base = Files.writeString(folder.resolve("base.yaml"), Samples.BASE);
        InstalledKinds.in(client, server.real());
        compiler = compiler();
    }

    private ResourceCompiler compiler() {
        return compiler(Allowance.USUAL);
    }

    private ResourceCompiler compiler(Allowance allowance) {
        Namespaces namespaces = new Namespaces() {
            @Override
            public boolean synced() {
                return synced.get();
            }

            @Override
            public Set<String> names() {
                return Set.of(namespace);
            }
        };
        ResourceSettings settings = new ResourceSettings(base, List.of(), allowance);
        return new ResourceCompiler(client, journal, settings, namespaces, List.of(), InstantSource.system());
    }

    @AfterEach
    void tearDown() {
        compiler.end();
        server.close();
    }

    private void create(Kind kind, String name, String spec) {
        client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(Kind.API_VERSION)
                        .withKind(kind.word())
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToAdditionalProperties("spec", Samples.map(spec))
                        .build())
                .create();
    }

    private void change(Kind kind, String name, String spec) {
        client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .edit(found -> {
                    found.getAdditionalProperties().put("spec", Samples.map(spec));
                    return found;
                });
    }

    private ConfigMap configMap() {
        return client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-gateway")
                .get();
    }

    private String config() {
        ConfigMap found = configMap();
        return found == null ? "" : found.getData().getOrDefault("pavise.yaml", "");
    }

    private GenericKubernetesResource live(Kind kind, String name) {
        return client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private Map<?, ?> condition(Kind kind, String name) {
        Object status = live(kind, name).getAdditionalProperties().get("status");
        return status instanceof Map<?, ?> map && map.get("conditions") instanceof List<?> all && !all.isEmpty()
                ? (Map<?, ?>) all.getFirst()
                : Map.of();
    }

    private void until(Kind kind, String name, String status, String message) {
        Waiting.until(kind.word() + " " + name + " is " + status, () -> {
            Map<?, ?> condition = condition(kind, name);
            return status.equals(condition.get("status"))
                    && String.valueOf(condition.get("message")).contains(message);
        });
    }

    @Test
    void whatIsCreatedComesIntoForceAndWhatIsBrokenDoesNot() {
        compiler.begin();
        Waiting.until("the base is there", () -> config().contains("/operator/**"));
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        create(Kind.AGENT, "runtime", "{service: {name: runtime, port: 9000}}");
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        until(Kind.AGENT, "runtime", "True", "in force");
        assertTrue(
                config().contains("path: \"/a\"") && config().contains("runtime." + namespace + ".svc:9000"), config());

        change(Kind.GATEWAY_ROUTE, "a", "{match: {path: \"/changed\"}, permission: \"k8s:scale\", upstream: app}");
        until(Kind.GATEWAY_ROUTE, "a", "False", "spec.permission: ");
        assertEquals("NotAllowed", condition(Kind.GATEWAY_ROUTE, "a").get("reason"));
        assertTrue(config().contains("path: \"/a\"") && !config().contains("/changed"), config());
        Event event = Waiting.until("an event", () -> events("a"));
        assertEquals("Warning", event.getType());
        assertEquals("NotAllowed", event.getReason());
        assertEquals(
                new ResourceCompiler.Counts(1, 1), compiler.counts(namespace).orElseThrow());

        change(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/mended"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertTrue(config().contains("/mended"), config());

        client.genericKubernetesResources(Kind.GATEWAY_ROUTE.context())
                .inNamespace(namespace)
                .withName("a")
                .delete();
        Waiting.until("it is taken out", () -> !config().contains("/mended"));
        assertTrue(journal.begun.stream()
                .allMatch(act -> act.action().equals("k8s.configure")
                        && act.target().toString().equals("ConfigMap " + namespace + "/pavise-gateway")));
        assertEquals(Set.of("done"), Set.copyOf(journal.ended));
        assertEquals(journal.begun.size(), journal.ended.size());
    }

    private Optional<Event> events(String name) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(each -> name.equals(each.getInvolvedObject().getName()))
                .findFirst();
    }

    @Test
    void whatIsChangedByHandIsPutBack() {
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        Map<String, String> files = configMap().getData();
        client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-gateway")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"data\": {\"pavise.yaml\": \"roles: everything\", \"accepted.json\": null, \"more\": \"x\"}}");
        Waiting.until("it is as it was", () -> configMap().getData().equals(files));
        client.configMaps().inNamespace(namespace).withName("pavise-gateway").delete();
        Waiting.until(
                "it is there again",
                () -> configMap() != null && configMap().getData().equals(files));
    }

    @Test
    void anotherManagerRemembersWhatWasInForce() {
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        compiler.end();
        change(
                Kind.GATEWAY_ROUTE,
                "a",
                "{match: {path: \"/b\"}, permission: \"agent:list\", upstream: app, limit: \"1/s burst 0\", timeout: 0s}"
                        .replace("1/s burst 0", "1/s"));
        create(Kind.GATEWAY_ROUTE, "c", ROUTE.formatted("/c"));
        compiler = compiler();
        compiler.begin();
        until(Kind.GATEWAY_ROUTE, "a", "False", "of it stays in force");
        until(Kind.GATEWAY_ROUTE, "c", "True", "in force");
        assertTrue(config().contains("path: \"/a\"") && !config().contains("/b\""), config());
    }

    @Test
    void aNewBaseComesIntoForceAndABadOneDoesNot() throws IOException {
        compiler.begin();
        Waiting.until("the base is there", () -> config().contains("/operator/**"));
        Files.writeString(base, "nonsense: true");
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        Files.writeString(base, Samples.BASE.replace("/operator/**", "/changed/**"));
        Waiting.until("the new base is there", () -> config().contains("/changed/**") && config().contains("\"/a\""));
    }

    @Test
    void afterItsEndNothingIsWritten() {
        compiler.begin();
        Waiting.until("the base is there", () -> !config().isEmpty());
        compiler.end();
        String version = configMap().getMetadata().getResourceVersion();
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        ResourceCompiler other = compiler();
        other.begin();
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        other.end();
        assertNotEquals(version, configMap().getMetadata().getResourceVersion());
        assertEquals(2, journal.begun.size(), journal.begun.toString());
    }

    @Test
    void whatCannotBeRecordedIsNotDone() {
        journal.full = true;
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", "{match: {path: nonsense}, permission: \"a:b\", upstream: app}");
        Waiting.until(
                "it was compiled",
                () -> compiler.counts(namespace)
                                .map(ResourceCompiler.Counts::refused)
                                .orElse(0)
                        == 1);
        assertEquals("", config());
        assertEquals(Map.of(), condition(Kind.GATEWAY_ROUTE, "a"));
        journal.full = false;
        Waiting.until("it is written", () -> !config().isEmpty());
    }

    @Test
    void doesNotCallItselfByWhatItWrites() {
        assumeFalse(server.real(), "a cluster does not tell what it was asked");
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", "{match: {path: nonsense}, permission: \"a:b\", upstream: app}");
        until(Kind.GATEWAY_ROUTE, "a", "False", "spec.match.path");
        for (String name : List.of("b", "c", "d")) {
            create(Kind.GATEWAY_ROUTE, name, ROUTE.formatted("/" + name));
            until(Kind.GATEWAY_ROUTE, name, "True", "in force");
        }
        long writes = server.requests().stream()
                .filter(each -> each.startsWith("PATCH") && each.contains("/gatewayroutes/a/status"))
                .count();
        assertEquals(1, writes);
        long configured = server.requests().stream()
                .filter(each -> each.startsWith("PATCH") && each.contains("/configmaps/pavise-gateway"))
                .count();
        assertEquals(journal.begun.size(), configured);
        assertTrue(configured <= 4, configured + " writes for the base and three changes");
    }

    @Test
    void withoutTheKindsThereIsTheBase() {
        assumeFalse(server.real(), "the kinds of a cluster are there for everyone");
        AtomicBoolean missing = new AtomicBoolean(true);
        server.answer(request -> missing.get() && request.getPath().startsWith("/apis/pavise.dev/")
                ? Optional.of(ApiServer.status(404, "NotFound"))
                : Optional.empty());
        compiler.begin();
        Waiting.until("the base is there", () -> config().contains("/operator/**"));
        assertFalse(compiler.installed());
        missing.set(false);
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertTrue(compiler.installed());
    }

    @Test
    void whereNobodyKnowsNothingIsWritten() {
        assumeFalse(server.real(), "a cluster does not fail when it is asked to");
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        AtomicBoolean down = new AtomicBoolean(true);
        server.answer(request -> down.get() && request.getPath().startsWith("/apis/pavise.dev/v1alpha1/gatewayroutes")
                ? Optional.of(ApiServer.status(500, "InternalError"))
                : Optional.empty());
        compiler.begin();
        Waiting.until(
                "it was asked again and again",
                () -> server.requests().stream()
                                .filter(each -> each.contains("/apis/pavise.dev/v1alpha1/gatewayroutes")
                                        && each.startsWith("GET"))
                                .count()
                        > 2);
        assertEquals("", config());
        down.set(false);
        Waiting.until("it is written whole", () -> !config().isEmpty());
        assertEquals(1, journal.begun.size());
        assertTrue(config().contains("path: \"/a\""), config());
    }

    @Test
    void deniedRightsAreToldAndTriedAgain() {
        assumeFalse(server.real(), "an administrator is denied nothing");
        AtomicBoolean denied = new AtomicBoolean(true);
        server.answer(request -> denied.get() && request.getMethod().equals("PATCH")
                ? Optional.of(ApiServer.status(403, "Forbidden"))
                : Optional.empty());
        compiler.begin();
        Waiting.until("it was tried", () -> !journal.ended.isEmpty());
        assertTrue(journal.ended.getFirst().contains("403"), journal.ended.toString());
        denied.set(false);
        Waiting.until("it is written", () -> !config().isEmpty());
    }

    @Test
    void watchesThatBreakAndExpireAreTakenUpAgain() {
        assumeFalse(server.real(), "a cluster does not break when it is asked to");
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        server.breakWatches();
        create(Kind.GATEWAY_ROUTE, "b", ROUTE.formatted("/b"));
        until(Kind.GATEWAY_ROUTE, "b", "True", "in force");
        server.expireWatches();
        create(Kind.GATEWAY_ROUTE, "c", ROUTE.formatted("/c"));
        until(Kind.GATEWAY_ROUTE, "c", "True", "in force");
    }

    @Test
    void trustedKeysLieInTheNamespaceUntilNobodyIsTrusted() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        String key = TrustedKeyText.write(
                TrustedKey.always("ops", SigningKey.generate().verifyKey()));
        Files.writeString(keys.resolve("ops.pub"), key);
        compiler = compiler(new Allowance(List.of("app"), List.of(), false, false, keys, Map.of(), 10));
        compiler.begin();
        Waiting.until("the key is there", () -> Map.of("ops.pub", key).equals(trustedKeys()));
        client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-trusted-keys")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\": {\"mine.pub\": \"x\"}}");
        Waiting.until("it is alone again", () -> Map.of("ops.pub", key).equals(trustedKeys()));
        compiler.end();

        Files.writeString(keys.resolve("revoked.txt"), "nonsense");
        compiler = compiler(new Allowance(List.of("app"), List.of(), false, false, keys, Map.of(), 10));
        compiler.begin();
        create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertEquals(Map.of("ops.pub", key), trustedKeys());
        compiler.end();

        compiler = compiler();
        compiler.begin();
        Waiting.until("nobody is trusted", () -> trustedKeys().isEmpty());
        assertEquals(Set.of("done"), Set.copyOf(journal.ended));
    }

    private Map<String, String> trustedKeys() {
        ConfigMap found = client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-trusted-keys")
                .get();
        return found == null ? Map.of() : ConfigMaps.files(found);
    }

    @Test
    void aClusterRefusesWhatTheDefinitionsDoNotKnow() {
        assumeTrue(server.real(), "the mock checks no schema");
        assertThrows(KubernetesClientException.class, () -> create(Kind.GATEWAY_ROUTE, "x", "{match: {path: \"/a\"}}"));
        assertThrows(
                KubernetesClientException.class,
                () -> create(
                        Kind.AGENT, "x", "{url: \"http://a." + namespace + ".svc\", service: {name: a, port: 1}}"));
        assertThrows(KubernetesClientException.class, () -> create(Kind.GATEWAY_ROLE_BINDING, "x", "{roles: [a]}"));
        create(Kind.GATEWAY_ROUTE, "y", "{match: {path: \"/a\"}, permission: \"a:b\", upstream: app, nonsense: 1}");
        assertFalse(((Map<?, ?>)
                        live(Kind.GATEWAY_ROUTE, "y").getAdditionalProperties().get("spec"))
                .containsKey("nonsense"));
    }
}
