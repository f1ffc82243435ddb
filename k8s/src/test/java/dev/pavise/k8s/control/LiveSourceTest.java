package dev.pavise.k8s.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When there is somebody who would put a sidecar into a pod that is made anew. */
final class LiveSourceTest {
    @Test
    void nobodyInjectsWithoutAWebhookConfigurationThatIsTrusted() {
        assertFalse(LiveSource.canBeAsked(null));
        assertFalse(LiveSource.canBeAsked(webhooks(null, null)), "made anew, as a chart does");
        assertFalse(LiveSource.canBeAsked(webhooks("Q0E=", "")), "half of it");
        assertTrue(LiveSource.canBeAsked(webhooks("Q0E=", "Q0E=")));
    }

    private static MutatingWebhookConfiguration webhooks(@Nullable String namespaces, @Nullable String pods) {
        return new MutatingWebhookConfigurationBuilder()
                .addNewWebhook()
                .withNewClientConfig()
                .withCaBundle(namespaces)
                .endClientConfig()
                .endWebhook()
                .addNewWebhook()
                .withNewClientConfig()
                .withCaBundle(pods)
                .endClientConfig()
                .endWebhook()
                .build();
    }
}
