package dev.pavise.k8s.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.inject.Given;
import dev.pavise.k8s.inject.InjectedPolicy;
import dev.pavise.k8s.inject.Injection;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.Trees;
import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.proxy.pki.CertificateUse;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What an API server makes of our answers. The mock asks no webhook: what needs one is tried where a cluster is named. */
class InjectionInClusterTest {
    private static final String HOST =
            Optional.ofNullable(System.getenv("PAVISE_TEST_WEBHOOK_HOST")).orElse("127.0.0.1");

    private final Injector injector = new Injector(Given.sidecar(new AuditVolume.Ephemeral()));

    @TempDir
    private Path folder;

    private ApiServer api;
    private String namespace;

    @BeforeEach
    void open() {
        api = ApiServer.start();
        namespace = api.namespace(Map.of("pavise.dev/inject", "true"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Pod pod(String name, Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(Map.of("app", "agent"))
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default") // as the API server itself does before it asks webhooks
                .addNewContainer()
                .withName("agent")
                .withImage("registry.example/agent:1")
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/ready")
                .withNewPort("http")
                .endHttpGet()
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    private static ObjectNode tree(Pod pod) {
        ObjectNode tree = Trees.object(Serialization.asJson(pod).getBytes(StandardCharsets.UTF_8));
        assertTrue(tree != null);
        return tree;
    }

    /** The sidecar carries every default, so that what comes back from an API server is told to be ours. */
    @Test
    void findsItsOwnWorkInWhatAnApiServerKeeps() {
        var made = assertInstanceOf(
                Injection.Injected.class, injector.inject(tree(pod("agent", Map.of())), new Demand.ByNamespace()));
        Pod injected = Serialization.unmarshal(new String(Trees.bytes(made.pod()), StandardCharsets.UTF_8), Pod.class);
        api.client().resource(injected).create();
        Pod kept = api.client().pods().inNamespace(namespace).withName("agent").get();
        assertInstanceOf(Injection.Already.class, injector.inject(tree(kept), new Demand.ByNamespace()));
    }

    @Test
    void policyIsOneThatAnApiServerTakes() {
        api.client().resource(InjectedPolicy.of(namespace, List.of(), Map.of())).create();
        var kept = api.client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(InjectedPolicy.NAME)
                .get();
        assertEquals(
                8443,
                kept.getSpec()
                        .getIngress()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getPort()
                        .getIntVal());
    }

    @Test
    void webhookByServiceIsOneThatAnApiServerTakes() {
        MutatingWebhookConfiguration made = api.client()
                .resource(configuration(new WebhookClientConfigBuilder()
                        .withNewService()
                        .withName("pavise-injector")
                        .withNamespace("pavise-system")
                        .withPath("/inject/namespace")
                        .withPort(443)
                        .endService()
                        .build()))
                .create();
        try {
            assertEquals("Fail", made.getWebhooks().getFirst().getFailurePolicy());
        } finally {
            api.client().resource(made).delete();
        }
    }

    @Test
    @SuppressWarnings("try") // closed early, to see what the API server does without it
    void apiServerAsksByUrlAndPodsComeUpWithTheirSidecarOrNotAtAll() throws Exception {
        assumeTrue(api.real(), "the mock asks no webhook; name a cluster by " + ApiServer.VARIABLE);
        TestAuthority authority = new TestAuthority(folder);
        authority.issueFor("server", CertificateUse.SERVER, HOST);
        try (WebhookServer server = WebhookServer.start(config())) {
            MutatingWebhookConfiguration made = api.client()
                    .resource(configuration(new WebhookClientConfigBuilder()
                            .withUrl("https://" + HOST + ":" + server.address().getPort() + "/inject/namespace")
                            .withCaBundle(
                                    Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("ca.pem"))))
                            .build()))
                    .create();
            try {
                assumeTrue(
                        isAsked(),
                        "the API server does not reach " + HOST + "; name this machine by PAVISE_TEST_WEBHOOK_HOST");
                Pod up = api.client().resource(pod("agent", Map.of())).create();
                assertEquals(
                        "pavise", up.getSpec().getInitContainers().getFirst().getName());
                assertInstanceOf(Injection.Already.class, injector.inject(tree(up), new Demand.ByNamespace()));
                KubernetesClientException refused = assertThrows(
                        KubernetesClientException.class,
                        () -> api.client()
                                .resource(pod("slip", Map.of("pavise.dev/ap-port", "80")))
                                .create());
                assertTrue(refused.getMessage().contains("pavise.dev/ap-port is not known"), refused.getMessage());
                server.close();
                assertThrows(
                        KubernetesClientException.class,
                        () -> api.client()
                                .resource(pod("nobody-answers", Map.of()))
                                .create());
            } finally {
                api.client().resource(made).delete();
            }
        }
    }

    /** An API server takes a moment to know of a webhook. A dry run leaves nothing behind. */
    private boolean isAsked() {
        String[] said = {""};
        Waiting.until("a question", () -> {
            try {
                Pod tried = api.client()
                        .resource(pod("tried", Map.of()))
                        .dryRun(true)
                        .create();
                return !tried.getSpec().getInitContainers().isEmpty();
            } catch (KubernetesClientException e) {
                said[0] = String.valueOf(e.getMessage());
                return said[0].contains("failed calling webhook");
            }
        });
        return said[0].isEmpty();
    }

    private InjectorConfig config() {
        return new InjectorConfig(
                new InetSocketAddress("0.0.0.0", 0),
                new InjectorConfig.Tls(folder.resolve("server.pem"), folder.resolve("server-key.pem"), null, List.of()),
                "pavise-system",
                Set.of(),
                Given.sidecar(new AuditVolume.Ephemeral()),
                new InjectorConfig.Limits(8, 64, 4 << 20, Duration.ofMillis(500)),
                null);
    }

    /** As the chart makes it, but about this test's namespace alone. */
    private MutatingWebhookConfiguration configuration(WebhookClientConfig client) {
        return new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("pavise-injector-" + namespace)
                .endMetadata()
                .addNewWebhook()
                .withName("namespace.inject.pavise.dev")
                .withClientConfig(client)
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withResources("pods")
                .withOperations("CREATE")
                .withScope("Namespaced")
                .endRule()
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                .addNewMatchExpression()
                .withKey("kubernetes.io/metadata.name")
                .withOperator("NotIn")
                .withValues("kube-system", "kube-public", "kube-node-lease", "pavise-system")
                .endMatchExpression()
                .endNamespaceSelector()
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .withFailurePolicy("Fail")
                .withMatchPolicy("Equivalent")
                .withReinvocationPolicy("IfNeeded")
                .withTimeoutSeconds(5)
                .endWebhook()
                .build();
    }
}
