package dev.pavise.k8s.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoingAroundTest {
    private static Pod injected() {
        var made = assertInstanceOf(
                Injection.Injected.class, new Injector(Given.sidecar()).inject(Given.pod(), new Demand.ByPod()));
        return Serialization.unmarshal(new String(Trees.bytes(made.pod()), StandardCharsets.UTF_8), Pod.class);
    }

    private static Service service(String namespace, String selector, String port) {
        return Serialization.unmarshal(
                Given.json("{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'agent', 'namespace': '"
                                + namespace + "'}, 'spec': {'selector': " + selector + ", 'ports': [" + port + "]}}")
                        .toString(),
                Service.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'port': 80, 'targetPort': 'http'}                    | []",
                "{'port': 443, 'targetPort': 8443}                     | []",
                "{'port': 9464, 'targetPort': 'pavise-metrics'}        | []",
                "{'port': 80, 'targetPort': 'nowhere'}                 | []",
                "{'port': 80, 'targetPort': 8080}                      | [8080]",
                "{'port': 8080}                                        | [8080]",
                "{'port': 8443, 'protocol': 'UDP'}                     | [8443]",
            })
    void tellsServicesThatDoNotLeadToTheSidecar(String port, String targets) {
        List<Integer> found = GoingAround.find(service("agents", "{'app': 'agent'}", port), injected()).stream()
                .map(GoingAround.Way::target)
                .toList();
        assertEquals(targets, found.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"agents|{'app': 'other'}", "other|{'app': 'agent'}", "agents|{}", "agents|null"})
    void saysNothingOfServicesThatDoNotSelectThePod(String namespace, String selector) {
        assertEquals(List.of(), GoingAround.find(service(namespace, selector, "{'port': 8080}"), injected()));
    }

    @Test
    void saysNothingOfPodsWithoutSidecar() {
        Pod pod = Serialization.unmarshal(Given.pod().toString(), Pod.class);
        assertEquals(List.of(), GoingAround.find(service("agents", "{'app': 'agent'}", "{'port': 8080}"), pod));
    }

    @Test
    void policyAdmitsOtherPodsToTheSidecarsPortAlone() {
        NetworkPolicy closed = InjectedPolicy.of("agents", List.of(), Map.of("a", "b"));
        assertEquals(
                Map.of(Marks.INJECTED, "true"),
                closed.getSpec().getPodSelector().getMatchLabels());
        assertEquals(List.of("Ingress"), closed.getSpec().getPolicyTypes());
        assertEquals(1, closed.getSpec().getIngress().size());
        assertEquals(
                8443,
                closed.getSpec()
                        .getIngress()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getPort()
                        .getIntVal());
    }

    @Test
    void policyAdmitsToTheMetricsOnlyWhoIsNamed() {
        var peer = new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", "monitoring")
                .endNamespaceSelector()
                .build();
        var rules =
                InjectedPolicy.of("agents", List.of(peer), Map.of()).getSpec().getIngress();
        assertEquals(2, rules.size());
        assertTrue(rules.getFirst().getFrom().isEmpty());
        assertEquals(List.of(peer), rules.getLast().getFrom());
        assertEquals(9464, rules.getLast().getPorts().getFirst().getPort().getIntVal());
    }
}
