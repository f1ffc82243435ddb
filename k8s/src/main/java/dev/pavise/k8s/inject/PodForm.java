package dev.pavise.k8s.inject;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether a tree has the form of a pod as far as injection reads it, so that nothing is overlooked for being of another kind. */
final class PodForm {
    private static final List<String> CONTAINER_LISTS = List.of("containers", "initContainers");
    private static final List<String> LISTS_IN_CONTAINER =
            List.of("ports", "env", "envFrom", "volumeMounts", "volumeDevices");
    private static final List<String> PROBES = List.of("startupProbe", "readinessProbe", "livenessProbe", "lifecycle");

    private PodForm() {}

    /** What is not as it has to be; nothing where all is. */
    static Optional<String> fault(ObjectNode pod) {
        if (!(pod.get("spec") instanceof ObjectNode spec)) {
            return Optional.of("the pod has no spec");
        }
        JsonNode metadata = pod.path("metadata");
        if (!isObjectOrAbsent(metadata)) {
            return Optional.of("metadata is no object");
        }
        for (String map : List.of("labels", "annotations")) {
            if (!isTexts(metadata.path(map))) {
                return Optional.of("metadata." + map + " is no map of texts");
            }
        }
        if (!isObjectOrAbsent(spec.path("securityContext"))) {
            return Optional.of("spec.securityContext is no object");
        }
        if (spec.path("containers").isEmpty()) {
            return Optional.of("the pod has no container");
        }
        return lists(spec);
    }

    private static Optional<String> lists(ObjectNode spec) {
        for (String list : List.of("containers", "initContainers", "volumes")) {
            if (!isObjects(spec.path(list))) {
                return Optional.of("spec." + list + " is no list of objects");
            }
        }
        for (String list : CONTAINER_LISTS) {
            for (ObjectNode container : Trees.objects(spec, list)) {
                Optional<String> fault = container(container);
                if (fault.isPresent()) {
                    return fault;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> container(ObjectNode container) {
        String name = Trees.text(container, "name");
        if (name.isEmpty()) {
            return Optional.of("a container has no name");
        }
        for (String list : LISTS_IN_CONTAINER) {
            if (!isObjects(container.path(list))) {
                return Optional.of("container " + name + ": " + list + " is no list of objects");
            }
        }
        for (String probe : PROBES) {
            if (!isObjectOrAbsent(container.path(probe))) {
                return Optional.of("container " + name + ": " + probe + " is no object");
            }
        }
        for (ObjectNode port : Trees.objects(container, "ports")) {
            if (!port.path("containerPort").isInt()) {
                return Optional.of("container " + name + ": a containerPort is no number");
            }
        }
        return Optional.empty();
    }

    private static boolean isObjectOrAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull() || node.isObject();
    }

    private static boolean isObjects(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return true;
        }
        if (!node.isArray()) {
            return false;
        }
        for (JsonNode item : node) {
            if (!item.isObject()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTexts(JsonNode node) {
        if (!isObjectOrAbsent(node)) {
            return false;
        }
        for (JsonNode value : node) {
            if (!value.isString()) {
                return false;
            }
        }
        return true;
    }
}
