package dev.pavise.proxy.management;

import dev.pavise.proxy.gate.Endpoint;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an answer of the manager has to hold to be one, by endpoint; what it holds beyond that is handed on.
 *
 * @param flags members that are true or false
 * @param lists members that are lists
 */
record KubernetesShape(List<String> flags, List<String> lists) {
    static KubernetesShape of(Endpoint endpoint) {
        return switch (endpoint) {
            case K8S_STATUS -> new KubernetesShape(List.of("in_cluster"), List.of());
            case K8S_PODS -> new KubernetesShape(List.of(), List.of("pods"));
            case K8S_ACTIONS -> new KubernetesShape(List.of(), List.of("actions"));
            case K8S_SCALE -> new KubernetesShape(List.of("changed"), List.of());
            case K8S_HEALTH -> new KubernetesShape(List.of("healthy"), List.of("findings", "actions"));
            case K8S_RECONCILE -> new KubernetesShape(List.of(), List.of("actions", "findings"));
            default -> new KubernetesShape(List.of(), List.of());
        };
    }

    /** What is wrong with an answer; empty where it is one. */
    Optional<String> unfit(ObjectNode answer, ObjectNode asked) {
        for (String name : flags) {
            if (!answer.path(name).isBoolean()) {
                return Optional.of("has no `" + name + "` that is true or false");
            }
        }
        for (String name : lists) {
            if (!answer.path(name).isArray()) {
                return Optional.of("has no list `" + name + "`");
            }
        }
        JsonNode replicas = asked.get("replicas");
        if (replicas != null && !answer.path("to").equals(replicas)) {
            return Optional.of("does not say that it scaled to " + replicas.intValue());
        }
        return Optional.empty();
    }
}
