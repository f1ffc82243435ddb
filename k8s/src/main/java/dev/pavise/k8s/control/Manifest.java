package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.Replicas;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The operator's manifest of a Deployment, and how it is applied. */
final class Manifest {
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private Manifest() {}

    /** By which a changed manifest is known; empty where there is none. */
    static String digest(@Nullable Deployment manifest) {
        if (manifest == null) {
            return "";
        }
        try {
            byte[] bytes = Serialization.asYaml(manifest).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * What is applied.
     *
     * @param live null where it is to be made
     */
    static Deployment toApply(Target target, Deployment manifest, @Nullable Deployment live) {
        Deployment whole = new DeploymentBuilder(manifest)
                .editOrNewMetadata()
                .withNamespace(target.namespace())
                .withName(target.name())
                .withUid(live == null ? null : live.getMetadata().getUid())
                .withResourceVersion(live == null ? null : live.getMetadata().getResourceVersion())
                .withManagedFields((java.util.List<io.fabric8.kubernetes.api.model.ManagedFieldsEntry>) null)
                .addToAnnotations(ControlSettings.MANIFEST, digest(manifest))
                .endMetadata()
                .withStatus(null)
                .build();
        whole.getMetadata().getLabels().putIfAbsent(MANAGED_BY, ControlSettings.FIELD_MANAGER);
        // The number that was asked for stands above that of the manifest.
        if (live != null && Labels.annotations(live).containsKey(Replicas.ANNOTATION)) {
            whole.getSpec().setReplicas(null);
        }
        return whole;
    }
}
