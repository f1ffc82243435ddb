package dev.pavise.k8s.inject;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes the name of the application's port away from it, so that what looks for the name finds the sidecar. */
final class Repointing {
    private static final List<String> PROBES = List.of("startupProbe", "readinessProbe", "livenessProbe");
    private static final List<String> HOOKS = List.of("postStart", "preStop");
    private static final List<String> WAYS = List.of("httpGet", "tcpSocket");

    private Repointing() {}

    /** The name that is free now for the sidecar's port; empty where the port had none. What the container asks of itself by that name gets the number. */
    static String moveName(ObjectNode pod, AppPort.Found port) {
        if (port.name().isEmpty()) {
            return "";
        }
        for (ObjectNode container : Trees.objects(pod.path("spec"), "containers")) {
            boolean bore = false;
            for (ObjectNode entry : Trees.objects(container, "ports")) {
                if (Trees.text(entry, "name").equals(port.name())) {
                    entry.remove("name");
                    bore = true;
                }
            }
            if (bore) {
                PROBES.forEach(probe -> number(container.path(probe), port));
                HOOKS.forEach(hook -> number(container.path("lifecycle").path(hook), port));
            }
        }
        return port.name();
    }

    private static void number(JsonNode handler, AppPort.Found port) {
        for (String way : WAYS) {
            if (handler.path(way) instanceof ObjectNode target
                    && Trees.text(target, "port").equals(port.name())) {
                target.put("port", port.number());
            }
        }
    }
}
