package dev.pavise.k8s.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTrustTest {
    private final ApiServer server = ApiServer.start();
    private final FakeJournal journal = new FakeJournal();
    private String system = "";

    @BeforeEach
    void namespace() {
        system = server.namespace(Map.of());
        remove();
    }

    @AfterEach
    void close() {
        remove();
        server.close();
    }

    private void remove() {
        server.client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(WebhookTrust.NAME)
                .delete();
    }

    // Selects no namespace that there is: in a cluster it must be in nobody's way.
    private void make(Map<String, String> annotations) {
        MutatingWebhookConfigurationBuilder made = new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(WebhookTrust.NAME)
                .withAnnotations(annotations)
                .endMetadata();
        for (String name : List.of("namespace.inject.pavise.dev", "pod.inject.pavise.dev")) {
            made.addNewWebhook()
                    .withName(name)
                    .withAdmissionReviewVersions("v1")
                    .withSideEffects("None")
                    .withFailurePolicy("Ignore")
                    .withNewNamespaceSelector()
                    .addToMatchLabels("kubernetes.io/metadata.name", "no-such-namespace")
                    .endNamespaceSelector()
                    .withNewClientConfig()
                    .withNewService()
                    .withName("pavise-injector")
                    .withNamespace(system)
                    .withPath("/inject")
                    .endService()
                    .endClientConfig()
                    .endWebhook();
        }
        server.client().resource(made.build()).create();
    }

    private List<String> bundles() {
        MutatingWebhookConfiguration found = server.client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(WebhookTrust.NAME)
                .get();
        return found.getWebhooks().stream()
                .map(each -> String.valueOf(each.getClientConfig().getCaBundle()))
                .toList();
    }

    private void keep(Authorities authorities) {
        Secrets secrets = new Secrets(server.client(), journal, Set.of(), InstantSource.system());
        new WebhookTrust(server.client(), secrets, system).keep(authorities);
    }

    private static Authorities authorities() throws Exception {
        return Authorities.first(Instant.now(), Duration.ofDays(90));
    }

    @Test
    void tellsTheApiServerWhomToTrustAndChangesNothingElse() throws Exception {
        make(Map.of());
        Authorities first = authorities();
        keep(first);
        String bundle =
                Base64.getEncoder().encodeToString(PemText.of(first.trusted()).getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(bundle, bundle), bundles());
        assertEquals(1, journal.of("success").size());
        keep(first);
        assertEquals(1, journal.of("intent").size(), "what is right is not written again");
        keep(authorities());
        assertEquals(2, journal.of("success").size());
    }

    @Test
    void leavesItToCertManagerWhereThatIsAskedTo() throws Exception {
        make(Map.of("cert-manager.io/inject-ca-from", system + "/injector"));
        keep(authorities());
        assertEquals(List.of("null", "null"), bundles());
        assertEquals(List.of(), journal.lines);
    }

    @Test
    void doesNothingWhereThereIsNone() throws Exception {
        keep(authorities());
        assertEquals(List.of(), journal.lines);
        assertNull(server.client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(WebhookTrust.NAME)
                .get());
    }

    @Test
    void namesTheWebhookThatItMeans() throws Exception {
        make(Map.of());
        String patch = WebhookTrust.patch(
                        server.client()
                                .admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withName(WebhookTrust.NAME)
                                .get()
                                .getWebhooks(),
                        "bundle")
                .orElseThrow();
        assertTrue(
                patch.contains("{\"op\":\"test\",\"path\":\"/webhooks/1/name\",\"value\":\"pod.inject.pavise.dev\"}"),
                patch);
    }
}
