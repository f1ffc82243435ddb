package dev.pavise.k8s.inject.config;

import java.util.Set;

/**
 * What of {@code injector.yaml} counts for manifests in files.
 *
 * @param exempt namespaces that are left alone besides those of the system: those it names, and Pavise's own
 */
public record FileConfig(SidecarConfig sidecar, Set<String> exempt) {
    public FileConfig {
        exempt = Set.copyOf(exempt);
    }
}
