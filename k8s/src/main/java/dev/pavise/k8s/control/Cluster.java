package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** All that is changed in a cluster to look after a Deployment, which is also all that the manager's role has to allow for it. */
final class Cluster {
    private final KubernetesClient client;

    Cluster(KubernetesClient client) {
        this.client = client;
    }

    /** Our own fields; forced, since each of them is ours whoever set it before. */
    void apply(Target target, OwnFields fields) {
        patch(Serialization.asJson(fields.toApply()), target, ControlSettings.FIELD_MANAGER, true);
    }

    /** The operator's manifest; not forced: what another owns is a conflict, and told. */
    void apply(Target target, Deployment manifest) {
        patch(Serialization.asJson(manifest), target, ControlSettings.MANIFEST_MANAGER, false);
    }

    private void patch(String body, Target target, String manager, boolean force) {
        PatchContext context = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(force)
                .withFieldValidation("Strict")
                .build();
        client.resource(Serialization.unmarshal(body, GenericKubernetesResource.class))
                .inNamespace(target.namespace())
                .patch(context);
    }

    /**
     * Asks for one pod to go, with its grace.
     *
     * @param dryRun only whether it would be let go
     */
    void evict(String namespace, String pod, String uid, boolean dryRun) {
        DeleteOptionsBuilder options =
                new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions();
        Eviction eviction = new EvictionBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(pod)
                .endMetadata()
                .withDeleteOptions((dryRun ? options.withDryRun("All") : options).build())
                .build();
        if (!client.pods().inNamespace(namespace).withName(pod).evict(eviction)) {
            throw new KubernetesClientException("the pod cannot be evicted now", 429, null);
        }
    }

    @Nullable
    Deployment deployment(Target target) {
        return new LiveSource(client).deployment(target);
    }

    /** Whether this very pod is gone, or on its way. */
    boolean gone(String namespace, String name, String uid) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        return pod == null
                || !uid.equals(pod.getMetadata().getUid())
                || pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Makes an object, if there is none of its name. */
    void make(HasMetadata object) {
        try {
            client.resource(object)
                    .inNamespace(object.getMetadata().getNamespace())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
