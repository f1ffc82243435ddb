package dev.pavise.k8s.certificate;

import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the API server which authority the injector's certificate comes from: {@code caBundle} in the webhook configuration
 * {@value #NAME}, and nothing else of it. Where cert-manager does so it is left alone.
 */
final class WebhookTrust {
    static final String NAME = "pavise-injector";

    private static final String CERT_MANAGER = "cert-manager.io/inject-ca-from";
    private static final JsonMapper JSON = new JsonMapper();

    private final KubernetesClient client;
    private final Secrets secrets;
    private final String namespace;

    WebhookTrust(KubernetesClient client, Secrets secrets, String namespace) {
        this.client = client;
        this.secrets = secrets;
        this.namespace = namespace;
    }

    /** @param trusted what the manager's own certificates come from */
    void keep(Authorities trusted) {
        MutatingWebhookConfiguration found = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(NAME)
                .get();
        if (found == null || found.getWebhooks() == null || leftToOthers(found)) {
            return;
        }
        String bundle = Base64.getEncoder().encodeToString(wanted(trusted).getBytes(StandardCharsets.UTF_8));
        patch(found.getWebhooks(), bundle)
                .ifPresent(patch -> secrets.act(
                        "k8s.webhook",
                        new Target("MutatingWebhookConfiguration", namespace, NAME),
                        "its caBundle is not what the injector's certificate comes from",
                        () -> client.admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withName(NAME)
                                .patch(PatchContext.of(PatchType.JSON), patch)));
    }

    private static boolean leftToOthers(MutatingWebhookConfiguration found) {
        return found.getMetadata().getAnnotations() != null
                && found.getMetadata().getAnnotations().containsKey(CERT_MANAGER);
    }

    /** A certificate that somebody else keeps brings its own authority. */
    private String wanted(Authorities trusted) {
        String name = OwnSecrets.secretOf(OwnSecrets.INJECTOR);
        Secret secret = secrets.read(namespace, name);
        String own = PemText.of(trusted.trusted());
        if (!secrets.foreign(name, secret)) {
            return own;
        }
        String theirs = SecretText.of(secret, SecretText.AUTHORITY);
        return theirs.isBlank() ? own : theirs;
    }

    /** A patch (RFC 6902) that does nothing where the webhooks are others by then; empty where nothing is to be changed. */
    static Optional<String> patch(List<MutatingWebhook> webhooks, String bundle) {
        List<Map<String, Object>> steps = new ArrayList<>();
        for (int i = 0; i < webhooks.size(); i++) {
            MutatingWebhook webhook = webhooks.get(i);
            if (webhook.getClientConfig() == null
                    || bundle.equals(webhook.getClientConfig().getCaBundle())) {
                continue;
            }
            steps.add(step("test", "/webhooks/" + i + "/name", webhook.getName()));
            steps.add(step("add", "/webhooks/" + i + "/clientConfig/caBundle", bundle));
        }
        return steps.isEmpty() ? Optional.empty() : Optional.of(JSON.writeValueAsString(steps));
    }

    private static Map<String, Object> step(String operation, String path, String value) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("op", operation);
        step.put("path", path);
        step.put("value", value);
        return step;
    }
}
