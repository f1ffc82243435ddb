package dev.pavise.k8s.inject;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sidecar that a pod brings along, because it was put in before or because somebody wrote one. It is taken out and made anew;
 * whether the outcome is the pod as it came decides whether it was ours. No annotation is believed.
 */
final class Carried {
    private Carried() {}

    /** Takes out a sidecar and what belongs to it; whether there was one. A plain container of that name is left for {@link Weakness}. */
    static boolean takeOut(ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        for (ObjectNode container : Trees.objects(spec, "initContainers")) {
            if (isSidecar(container)) {
                remove(spec.path("initContainers"), item -> item.equals(container));
                remove(spec.path("volumes"), volume -> SidecarVolumes.NAMES.contains(Trees.text(volume, "name")));
                giveBackName(spec, container);
                return true;
            }
        }
        return false;
    }

    static boolean isSidecar(ObjectNode container) {
        return Trees.text(container, "name").equals(Marks.SIDECAR)
                && Trees.text(container, "restartPolicy").equals("Always");
    }

    /**
     * Whether a pod is as it was made, but for what the API server and a LimitRange add to a container on their own: entries of
     * resources that were not set, and {@code resizePolicy}.
     */
    static boolean isSame(ObjectNode given, ObjectNode made) {
        ObjectNode compared = given.deepCopy();
        List<ObjectNode> found = Trees.objects(compared.path("spec"), "initContainers");
        List<ObjectNode> wanted = Trees.objects(made.path("spec"), "initContainers");
        if (!found.isEmpty() && !wanted.isEmpty()) {
            found.getFirst().remove("resizePolicy");
            for (String kind : List.of("requests", "limits")) {
                if (found.getFirst().path("resources").path(kind) instanceof ObjectNode amounts) {
                    amounts.retain(Set.copyOf(
                            wanted.getFirst().path("resources").path(kind).propertyNames()));
                }
            }
        }
        return compared.equals(made);
    }

    /** The application's port gets the name back that the sidecar's port bears, as if it had never moved. */
    private static void giveBackName(JsonNode spec, ObjectNode sidecar) {
        String name = "";
        for (ObjectNode port : Trees.objects(sidecar, "ports")) {
            if (port.path("containerPort").intValue() == Marks.PORT) {
                name = Trees.text(port, "name");
            }
        }
        if (name.isEmpty() || name.equals(Marks.SIDECAR)) {
            return;
        }
        String number = "";
        for (ObjectNode variable : Trees.objects(sidecar, "env")) {
            if (Trees.text(variable, "name").equals(SidecarContainer.APP_PORT)) {
                number = Trees.text(variable, "value");
            }
        }
        for (ObjectNode container : Trees.objects(spec, "containers")) {
            for (ObjectNode port : Trees.objects(container, "ports")) {
                if (AppPort.isTcp(port)
                        && port.path("containerPort").toString().equals(number)
                        && Trees.text(port, "name").isEmpty()) {
                    port.put("name", name);
                    return;
                }
            }
        }
    }

    private static void remove(JsonNode list, Predicate<JsonNode> which) {
        if (list instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (which.test(array.get(i))) {
                    array.remove(i);
                }
            }
        }
    }
}
