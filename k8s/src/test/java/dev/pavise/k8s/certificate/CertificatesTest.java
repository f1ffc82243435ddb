package dev.pavise.k8s.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.manager.config.CertificatesConfig;
import dev.pavise.k8s.manager.config.InjectionConfig;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CertificatesTest {
    private static final List<String> OWN = List.of(
            "pavise-ca",
            "pavise-manager-tls",
            "pavise-injector-tls",
            "pavise-runner-tls",
            "pavise-gateway-tls",
            "pavise-metrics-token");

    private final ApiServer server = ApiServer.start();
    private final KubernetesClient client = server.client();
    private final FakeJournal journal = new FakeJournal();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private String system = "";

    @BeforeEach
    void namespace() {
        system = server.namespace(Map.of());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Certificates certificates(Set<String> external, List<String> watched) {
        return new Certificates(
                client,
                journal,
                system,
                watched,
                new CertificatesConfig(Duration.ofDays(7), Duration.ofDays(90), Duration.ofHours(24), external),
                new InjectionConfig(null, Map.of("kubernetes.io/metadata.name", "monitoring"), Map.of()),
                now::get);
    }

    private Secret secret(String namespace, String name) {
        return client.secrets().inNamespace(namespace).withName(name).get();
    }

    private static X509Certificate certificate(Secret secret) {
        return PemText.certificates(SecretText.of(secret, "tls.crt")).getFirst();
    }

    @Test
    void makesAllThatTheManagersNamespaceNeeds() {
        certificates(Set.of(), List.of()).look();
        for (String name : OWN) {
            assertNotNull(secret(system, name), name);
        }
        Secret injector = secret(system, "pavise-injector-tls");
        assertEquals("kubernetes.io/tls", injector.getType());
        assertEquals(SecretText.of(secret(system, "pavise-ca"), "ca.crt"), SecretText.of(injector, "ca.crt"));
        assertEquals(OWN.size(), journal.of("intent").size());
        assertEquals(OWN.size(), journal.of("success").size());
    }

    @Test
    void writesNothingWhereNothingIsDue() {
        Certificates certificates = certificates(Set.of(), List.of());
        certificates.look();
        journal.lines.clear();
        certificates.look();
        certificates(Set.of(), List.of()).look();
        assertEquals(List.of(), journal.lines);
    }

    @Test
    void recordsNoKey() {
        certificates(Set.of(), List.of()).look();
        String key = SecretText.of(secret(system, "pavise-ca"), "tls.key");
        String line = key.lines().skip(1).findFirst().orElseThrow();
        assertFalse(journal.lines.toString().contains(line));
        assertFalse(journal.lines.toString().contains("PRIVATE"));
    }

    @Test
    void makesAnewWhatSomebodyBroke() {
        Certificates certificates = certificates(Set.of(), List.of());
        certificates.look();
        X509Certificate before = certificate(secret(system, "pavise-runner-tls"));
        client.resource(new SecretBuilder(secret(system, "pavise-runner-tls"))
                        .addToData("tls.key", "bm9uc2Vuc2U=")
                        .build())
                .update();
        client.secrets().inNamespace(system).withName("pavise-metrics-token").delete();
        certificates.look();
        assertNotEquals(before, certificate(secret(system, "pavise-runner-tls")));
        assertFalse(
                SecretText.of(secret(system, "pavise-metrics-token"), "token").isEmpty());
        assertTrue(journal.lines.toString().contains("its certificate or key cannot be read"));
    }

    @Test
    void renewsAtTwoThirdsAndChangesTheAuthorityWithoutACut() {
        Certificates certificates = certificates(Set.of(), List.of());
        certificates.look();
        X509Certificate first = certificate(secret(system, "pavise-ca"));
        X509Certificate leaf = certificate(secret(system, "pavise-runner-tls"));
        now.set(now.get().plus(Duration.ofDays(5)));
        certificates.look();
        assertNotEquals(leaf, certificate(secret(system, "pavise-runner-tls")));
        assertEquals(first, certificate(secret(system, "pavise-ca")));

        now.set(now.get().plus(Duration.ofDays(56)));
        certificates.look();
        assertEquals(first, certificate(secret(system, "pavise-ca")), "the successor does not sign yet");
        List<X509Certificate> both = PemText.certificates(SecretText.of(secret(system, "pavise-runner-tls"), "ca.crt"));
        assertEquals(2, both.size(), "and is known to everybody");

        now.set(now.get().plus(Duration.ofHours(1)));
        certificates.look();
        assertEquals(both.get(1), certificate(secret(system, "pavise-ca")));
        List<X509Certificate> after =
                PemText.certificates(SecretText.of(secret(system, "pavise-runner-tls"), "ca.crt"));
        assertEquals(Set.copyOf(both), Set.copyOf(after), "what the former one signed is trusted on");
    }

    @Test
    void leavesAloneWhatOthersKeep() {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("pavise-injector-tls")
                        .withNamespace(system)
                        .addToAnnotations("cert-manager.io/certificate-name", "injector")
                        .endMetadata()
                        .withType("Opaque")
                        .addToData("tls.crt", "dGhlaXJz")
                        .build())
                .create();
        certificates(Set.of("pavise-runner-tls"), List.of()).look();
        assertEquals("theirs", SecretText.of(secret(system, "pavise-injector-tls"), "tls.crt"));
        assertNull(secret(system, "pavise-runner-tls"));
        assertNotNull(secret(system, "pavise-manager-tls"));
    }

    @Test
    void writesNothingThatCannotBeRecorded() {
        journal.full = true;
        certificates(Set.of(), List.of()).look();
        for (String name : OWN) {
            assertNull(secret(system, name), name);
        }
    }

    @Test
    void doesNotHurryWhatWasRefused() {
        assumeFalse(server.real(), "only the mock refuses when it is told to");
        server.answer(request -> "PATCH".equals(request.getMethod())
                ? Optional.of(ApiServer.status(403, "Forbidden"))
                : Optional.empty());
        Certificates certificates = certificates(Set.of(), List.of());
        certificates.look();
        certificates.look();
        assertEquals(1, journal.of("failure").size());
        now.set(now.get().plus(Duration.ofSeconds(11)));
        certificates.look();
        assertEquals(2, journal.of("failure").size());
    }

    @Test
    void leavesTheOutcomeOpenWhereNoAnswerCame() {
        assumeFalse(server.real(), "only the mock loses answers when it is told to");
        server.answer(request -> "PATCH".equals(request.getMethod())
                ? Optional.of(ApiServer.status(500, "InternalError"))
                : Optional.empty());
        certificates(Set.of(), List.of()).look();
        assertEquals(1, journal.of("intent").size());
        assertEquals(List.of(), journal.of("failure"));
        assertEquals(List.of(), journal.of("success"));
    }

    @Test
    void looksAfterNamespacesWithSidecars() {
        Certificates certificates = certificates(Set.of(), List.of());
        String labelled = server.namespace(Map.of("pavise.dev/inject", "true"));
        String other = server.namespace(Map.of());
        certificates.begin();
        try {
            Waiting.until("the gateway's Secret", () -> secret(labelled, "pavise-gateway-tls") != null);
            Waiting.until("the policy", () -> policy(labelled) != null);
            Secret made = secret(labelled, "pavise-gateway-tls");
            assertTrue(SecretText.of(made, "manager.pem").startsWith("-----BEGIN PUBLIC KEY-----"));
            assertNull(secret(other, "pavise-gateway-tls"));

            client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("agent")
                            .withNamespace(other)
                            .addToLabels("pavise.dev/inject", "true")
                            .endMetadata()
                            .withNewSpec()
                            .withAutomountServiceAccountToken(false)
                            .addNewContainer()
                            .withName("app")
                            .withImage("registry.example/app:1")
                            .endContainer()
                            .endSpec()
                            .build())
                    .create();
            Waiting.until("that of a pod's own wish", () -> secret(other, "pavise-gateway-tls") != null);

            String late = server.namespace(Map.of());
            client.resource(new NamespaceBuilder(
                                    client.namespaces().withName(late).get())
                            .editMetadata()
                            .addToLabels("pavise.dev/inject", "true")
                            .endMetadata()
                            .build())
                    .update();
            Waiting.until("that of a label that came later", () -> secret(late, "pavise-gateway-tls") != null);
        } finally {
            certificates.end();
        }
    }

    private NetworkPolicy policy(String namespace) {
        return client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName("pavise-injected")
                .get();
    }

    @Test
    void mendsAPolicyThatSomebodyChanged() {
        Certificates certificates = certificates(Set.of(), List.of());
        String labelled = server.namespace(Map.of("pavise.dev/inject", "true"));
        certificates.begin();
        try {
            Waiting.until("the policy", () -> policy(labelled) != null);
        } finally {
            certificates.end();
        }
        NetworkPolicy made = policy(labelled);
        client.network()
                .v1()
                .networkPolicies()
                .inNamespace(labelled)
                .withName("pavise-injected")
                .edit(found -> {
                    // Not the ports alone: the mock adds to lists where a cluster would put others in their place.
                    found.getSpec().setIngress(List.of());
                    found.getSpec().setPolicyTypes(List.of());
                    return found;
                });
        certificates.begin();
        try {
            Waiting.until(
                    "the policy as it was",
                    () -> made.getSpec().equals(policy(labelled).getSpec()));
        } finally {
            certificates.end();
        }
    }

    @Test
    void staysWithinTheNamespacesThatAreWatched() {
        String watched = server.namespace(Map.of("pavise.dev/inject", "true"));
        String unwatched = server.namespace(Map.of("pavise.dev/inject", "true"));
        Certificates certificates = certificates(Set.of(), List.of(watched));
        certificates.begin();
        try {
            Waiting.until("the gateway's Secret", () -> secret(watched, "pavise-gateway-tls") != null);
            Waiting.until("all", () -> policy(watched) != null);
            assertNull(secret(unwatched, "pavise-gateway-tls"));
        } finally {
            certificates.end();
        }
    }

    @Test
    void doesNothingMoreOnceItHasEnded() {
        Certificates certificates = certificates(Set.of(), List.of());
        certificates.begin();
        Waiting.until("the first pass", () -> secret(system, "pavise-metrics-token") != null);
        certificates.end();
        journal.lines.clear();
        client.secrets().inNamespace(system).withName("pavise-runner-tls").delete();
        String late = server.namespace(Map.of("pavise.dev/inject", "true"));
        assertNull(secret(late, "pavise-gateway-tls"));
        assertEquals(List.of(), journal.lines);
    }
}
