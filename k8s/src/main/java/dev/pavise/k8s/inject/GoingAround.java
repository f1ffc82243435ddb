package dev.pavise.k8s.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Finds ports of Services that lead to an injected pod and not to its sidecar. Where policies are enforced such traffic is dropped. */
public final class GoingAround {
    private GoingAround() {}

    /**
     * One such port.
     *
     * @param target the port of the pod that is reached
     */
    public record Way(String service, int port, int target) {
        @Override
        public String toString() {
            return "port " + port + " of Service " + service + " leads to port " + target
                    + ", around the sidecar; target " + Marks.PORT + " or the port by its name";
        }
    }

    /** Whether the pod has a container of ours: what stands beside it may have been changed. */
    public static boolean carries(Pod pod) {
        return pod.getSpec() != null
                && pod.getSpec().getInitContainers().stream()
                        .anyMatch(container -> Marks.SIDECAR.equals(container.getName())
                                && "Always".equals(container.getRestartPolicy()));
    }

    /** The ways around; none where the Service does not select the pod, or the pod carries no sidecar. */
    public static List<Way> find(Service service, Pod pod) {
        List<Way> ways = new ArrayList<>();
        if (!carries(pod) || !selects(service, pod)) {
            return ways;
        }
        for (ServicePort port : service.getSpec().getPorts()) {
            String protocol = Objects.requireNonNullElse(port.getProtocol(), "TCP");
            int number = Objects.requireNonNullElse(port.getPort(), 0);
            for (int target : targets(port, number, protocol, pod)) {
                boolean ours = protocol.equals("TCP") && (target == Marks.PORT || target == Marks.METRICS_PORT);
                if (!ours) {
                    ways.add(new Way(service.getMetadata().getName(), number, target));
                }
            }
        }
        return List.copyOf(ways);
    }

    private static boolean selects(Service service, Pod pod) {
        if (service.getSpec() == null || service.getSpec().getSelector() == null) {
            return false;
        }
        Map<String, String> selector = service.getSpec().getSelector();
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        return !selector.isEmpty()
                && Objects.equals(
                        service.getMetadata().getNamespace(), pod.getMetadata().getNamespace())
                && labels.entrySet().containsAll(selector.entrySet());
    }

    /** As endpoints are made: a number is itself, a name is looked up in the containers first and in the sidecars then. */
    private static List<Integer> targets(ServicePort port, int number, String protocol, Pod pod) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return List.of(number);
        }
        if (target.getStrVal() == null) {
            int value = Objects.requireNonNullElse(target.getIntVal(), 0);
            return List.of(value == 0 ? number : value);
        }
        Stream<Container> sidecars = pod.getSpec().getInitContainers().stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()));
        return Stream.concat(pod.getSpec().getContainers().stream(), sidecars)
                .flatMap(container -> container.getPorts().stream())
                .filter(candidate -> target.getStrVal().equals(candidate.getName())
                        && protocol.equals(Objects.requireNonNullElse(candidate.getProtocol(), "TCP")))
                .map(ContainerPort::getContainerPort)
                .limit(1)
                .toList();
    }
}
