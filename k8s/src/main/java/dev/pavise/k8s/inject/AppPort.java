package dev.pavise.k8s.inject;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The port that the application listens at, which the sidecar forwards to. */
sealed interface AppPort {
    /**
     * It is known.
     *
     * @param container the one that declares it; null where none does and the annotation alone names it
     * @param name empty where the port has none
     */
    record Found(int number, @Nullable ObjectNode container, String name) implements AppPort {}

    /** It cannot be told, and guessing would send requests somewhere. */
    record Unclear(String reason) implements AppPort {}

    /**
     * Finds it.
     *
     * @param annotated what the pod's annotation says; null where it says nothing
     */
    static AppPort of(ObjectNode pod, @Nullable Integer annotated) {
        List<ObjectNode> containers = Trees.objects(pod.path("spec"), "containers");
        Set<Integer> declared = new TreeSet<>();
        containers.forEach(container -> tcpPorts(container).forEach(port -> declared.add(number(port))));
        if (annotated != null) {
            return found(containers, annotated);
        }
        return switch (declared.size()) {
            case 0 ->
                new Unclear("no container declares a TCP port; say with annotation " + Marks.APP_PORT
                        + " where the application listens");
            case 1 -> found(containers, declared.iterator().next());
            default ->
                new Unclear("the containers declare ports "
                        + declared.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + "; say with annotation "
                        + Marks.APP_PORT + " which of them the gateway stands before");
        };
    }

    private static AppPort found(List<ObjectNode> containers, int number) {
        ObjectNode owner = null;
        Set<String> names = new LinkedHashSet<>();
        for (ObjectNode container : containers) {
            for (ObjectNode port : tcpPorts(container)) {
                if (number(port) == number) {
                    owner = owner == null ? container : owner;
                    names.add(Trees.text(port, "name"));
                }
            }
        }
        names.remove("");
        if (names.size() > 1) {
            return new Unclear("port " + number + " has more than one name (" + String.join(", ", names)
                    + "), and only one can lead to the gateway; leave one");
        }
        String name = names.isEmpty() ? "" : names.iterator().next();
        for (ObjectNode container : containers) {
            for (ObjectNode port : Trees.objects(container, "ports")) {
                if (!name.isEmpty()
                        && Trees.text(port, "name").equals(name)
                        && (number(port) != number || !isTcp(port))) {
                    return new Unclear("port name " + name + " stands for port " + number + " and for port "
                            + number(port) + "; give them names of their own");
                }
            }
        }
        return new Found(number, owner, name);
    }

    static boolean isTcp(ObjectNode port) {
        String protocol = Trees.text(port, "protocol");
        return protocol.isEmpty() || protocol.equals("TCP");
    }

    private static List<ObjectNode> tcpPorts(ObjectNode container) {
        return Trees.objects(container, "ports").stream().filter(AppPort::isTcp).toList();
    }

    private static int number(ObjectNode port) {
        return port.path("containerPort").asInt(0);
    }
}
