package dev.pavise.k8s.manager.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What namespaces with sidecars get.
 *
 * @param base the gateways' configuration, to which the resources of a namespace are added; null where the manager makes none
 * @param mayGrant permissions that roles of a namespace may give
 * @param monitoringNamespace labels of the namespace whose pods may scrape sidecars
 * @param monitoringPods labels of these pods; empty for every one in that namespace
 */
public record InjectionConfig(
        @Nullable Path base,
        List<String> mayGrant,
        Map<String, String> monitoringNamespace,
        Map<String, String> monitoringPods) {
    /** Copies list and maps. */
    public InjectionConfig {
        mayGrant = List.copyOf(mayGrant);
        monitoringNamespace = Map.copyOf(monitoringNamespace);
        monitoringPods = Map.copyOf(monitoringPods);
    }
}
