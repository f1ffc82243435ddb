package dev.pavise.k8s.inject.file;

import dev.pavise.k8s.inject.Marks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods that carry a gateway, as the Services of the same file see them.
 *
 * @param appPort what the gateway forwards to
 * @param sidecarNames what its ports are called
 */
record InjectedPods(String namespace, Map<String, String> labels, int appPort, Set<String> sidecarNames) {
    InjectedPods {
        labels = Map.copyOf(labels);
        sidecarNames = Set.copyOf(sidecarNames);
    }

    /** Where a port of a Service leads. */
    enum Leads {
        TO_SIDECAR,
        TO_APPLICATION,
        AROUND
    }

    static InjectedPods of(String namespace, ObjectNode pod) {
        Map<String, String> labels = new HashMap<>();
        pod.path("metadata").path("labels").forEachEntry((name, value) -> labels.put(name, value.asString("")));
        JsonNode sidecar = pod.path("spec").path("initContainers").path(0);
        int appPort = 0;
        for (JsonNode variable : sidecar.path("env")) {
            if (variable.path("name").asString("").equals("PAVISE_APP_PORT")) {
                appPort = Integer.parseInt(variable.path("value").asString("0"));
            }
        }
        Set<String> names = new HashSet<>();
        sidecar.path("ports").forEach(port -> names.add(port.path("name").asString("")));
        return new InjectedPods(namespace, labels, appPort, names);
    }

    boolean isSelectedBy(JsonNode selector) {
        if (!selector.isObject() || selector.isEmpty()) {
            return false;
        }
        for (String name : selector.propertyNames()) {
            if (!selector.path(name).asString("").equals(labels.get(name))) {
                return false;
            }
        }
        return true;
    }

    Leads leads(ObjectNode port) {
        String protocol = port.path("protocol").asString("TCP");
        JsonNode target = port.hasNonNull("targetPort") ? port.path("targetPort") : port.path("port");
        if (!protocol.equals("TCP")) {
            return Leads.AROUND;
        }
        if (target.isString()) {
            return sidecarNames.contains(target.stringValue()) ? Leads.TO_SIDECAR : Leads.AROUND;
        }
        int number = target.asInt(0);
        if (number == Marks.PORT || number == Marks.METRICS_PORT) {
            return Leads.TO_SIDECAR;
        }
        return number == appPort ? Leads.TO_APPLICATION : Leads.AROUND;
    }
}
