package dev.pavise.k8s.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "agents, true, -, ByNamespace",
                "agents, true, true, ByNamespace",
                "agents, true, false, ByNamespace",
                "agents, -, true, ByPod",
                "agents, false, true, ByPod",
                "agents, -, -, NotDemanded",
                "agents, -, false, NotDemanded",
                "agents, TRUE, -, NotDemanded",
                "kube-system, true, true, NotDemanded",
                "kube-public, true, true, NotDemanded",
                "kube-node-lease, true, true, NotDemanded",
                "pavise-system, true, true, NotDemanded",
            })
    void theNamespaceStandsAboveThePod(String namespace, String ofNamespace, String ofPod, String demand) {
        Demand told = Demand.of(namespace, Set.of("pavise-system"), labels(ofNamespace), labels(ofPod));
        assertEquals(demand, told.getClass().getSimpleName());
    }

    private static Map<String, String> labels(String value) {
        return value == null ? Map.of("app", "agent") : Map.of(Marks.INJECT, value);
    }
}
