package dev.pavise.k8s.inject.config;

import org.jspecify.annotations.Nullable;

/**
 * The sidecar that is put into pods.
 *
 * @param image what it runs, with a tag or a digest
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param user the user and group it runs as; no other container of the pod may name the same one
 * @param logLevel of its log lines; a pod may choose another
 * @param resources what it asks for where the pod does not say
 * @param bounds what a pod may ask for
 * @param audit where its audit trail lies
 */
public record SidecarConfig(
        String image,
        String imagePullPolicy,
        int user,
        String logLevel,
        Resources resources,
        Bounds bounds,
        AuditVolume audit) {
    /**
     * What a container asks for.
     *
     * @param cpuLimit null for none, so that a gateway that starts is not slowed down
     */
    public record Resources(Cpu cpuRequest, @Nullable Cpu cpuLimit, MemorySize memoryRequest, MemorySize memoryLimit) {}

    /** The least and the most that a pod may ask for, by request or limit. */
    public record Bounds(Cpu cpuLeast, Cpu cpuMost, MemorySize memoryLeast, MemorySize memoryMost) {}
}
