package dev.pavise.k8s.manager.config;

import dev.pavise.k8s.compile.ResourceSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What namespaces with sidecars get.
 *
 * @param resources what the gateways' configurations are made of; null where the manager makes none
 * @param monitoringNamespace labels of the namespaces whose pods may reach the metrics of sidecars
 * @param monitoringPods labels of these pods; empty for every one in these namespaces
 */
public record InjectionConfig(
        @Nullable ResourceSettings resources,
        Map<String, String> monitoringNamespace,
        Map<String, String> monitoringPods) {
    /** Copies the maps. */
    public InjectionConfig {
        monitoringNamespace = Map.copyOf(monitoringNamespace);
        monitoringPods = Map.copyOf(monitoringPods);
    }
}
