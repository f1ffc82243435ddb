package dev.pavise.k8s.manager.config;

import java.util.Map;

/**
 * Who may reach the metrics of sidecars.
 *
 * @param monitoringNamespace labels of the namespaces whose pods may
 * @param monitoringPods labels of these pods; empty for every one in these namespaces
 */
public record InjectionConfig(Map<String, String> monitoringNamespace, Map<String, String> monitoringPods) {
    /** Copies the maps. */
    public InjectionConfig {
        monitoringNamespace = Map.copyOf(monitoringNamespace);
        monitoringPods = Map.copyOf(monitoringPods);
    }
}
