package dev.pavise.k8s.inject;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of looking at one pod. */
public sealed interface Injection {
    /**
     * The pod has to be changed.
     *
     * @param patch from the pod as it came to {@code pod} (RFC 6902)
     * @param pod with its sidecar
     * @param warnings for whoever made the pod, each one line
     */
    record Injected(ArrayNode patch, ObjectNode pod, List<String> warnings) implements Injection {
        public Injected {
            warnings = List.copyOf(warnings);
        }
    }

    /** The pod carries exactly what would be put in. */
    record Already() implements Injection {}

    /** Nothing has to be put into this pod. */
    record Unchanged(String reason) implements Injection {}

    /** A gateway is demanded, and this pod cannot carry one that holds. */
    record Refused(String reason) implements Injection {}
}
