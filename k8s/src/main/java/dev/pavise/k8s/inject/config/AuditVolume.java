package dev.pavise.k8s.inject.config;

/** Where a sidecar's audit trail lies. */
public sealed interface AuditVolume {
    /** On a PersistentVolumeClaim of the pod's namespace, in a folder for each pod; it outlives the pod. */
    record Claim(String name) implements AuditVolume {}

    /** In the pod, and gone with it; only where the configuration says so in as many words. */
    record Ephemeral() implements AuditVolume {}
}
