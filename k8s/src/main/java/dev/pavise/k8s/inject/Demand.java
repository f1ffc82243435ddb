package dev.pavise.k8s.inject;

import java.util.Map;
import java.util.Set;

/**
 * Whether a pod has to carry a gateway. The namespace's word stands above the pod's: what it demands no pod can decline.
 */
public sealed interface Demand {
    /** Its namespace is labelled, so every pod in it has to. */
    record ByNamespace() implements Demand {}

    /** Its namespace says nothing, and the pod asks for itself. */
    record ByPod() implements Demand {}

    /** It does not have to, and is left as it is. */
    record NotDemanded(String reason) implements Demand {}

    /**
     * What a pod of these labels has to do.
     *
     * @param exempt namespaces left alone besides those of the system: those of Pavise itself
     * @param namespaceLabels as they stand on the namespace
     * @param podLabels as they stand on the pod
     */
    static Demand of(
            String namespace, Set<String> exempt, Map<String, String> namespaceLabels, Map<String, String> podLabels) {
        if (isExempt(namespace, exempt)) {
            return new NotDemanded("pods of namespace " + namespace + " are left alone");
        }
        if ("true".equals(namespaceLabels.get(Marks.INJECT))) {
            return new ByNamespace();
        }
        return "true".equals(podLabels.get(Marks.INJECT))
                ? new ByPod()
                : new NotDemanded("neither namespace nor pod is labelled " + Marks.INJECT + "=true");
    }

    /** Whether nothing is injected there, whatever its labels say. */
    static boolean isExempt(String namespace, Set<String> exempt) {
        return Marks.SYSTEM_NAMESPACES.contains(namespace) || exempt.contains(namespace);
    }
}
