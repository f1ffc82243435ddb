package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IsolationTest {
    private static final Map<String, String> LABELS = Labels.of("runner", "run");
    private static final String DENY =
            "podSelector: {matchLabels: {pavise.dev/tool-run: \"true\"}}, policyTypes: [Ingress, Egress]";

    private static NetworkPolicy policy(String spec) {
        return Serialization.unmarshal(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {" + spec + "}\n",
                NetworkPolicy.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | " + DENY,
                "true  | podSelector: {}, policyTypes: [Ingress, Egress]",
                "false | podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress, Egress]",
                "false | podSelector: {}, policyTypes: [Ingress]",
                "false | podSelector: {}, policyTypes: [Egress]",
                "true  | podSelector: {}, policyTypes: [Egress] & podSelector: {}, policyTypes: [Ingress]",
                "false | " + DENY + " & podSelector: {}, policyTypes: [Egress], egress: [{}]",
                "false | " + DENY + " & podSelector: {}, policyTypes: [Ingress], ingress: [{}]",
                "true  | " + DENY + " & podSelector: {matchLabels: {app: other}}, policyTypes: [Egress], egress: [{}]",
                "false | " + DENY
                        + " & podSelector: {matchExpressions: [{key: pavise.dev/tool-run, operator: Exists}]}, egress: [{}]",
                "true  | " + DENY
                        + " & podSelector: {matchExpressions: [{key: pavise.dev/tool-run, operator: DoesNotExist}]}, egress: [{}]",
                "true  | " + DENY
                        + " & podSelector: {matchExpressions: [{key: pavise.dev/tool-run, operator: NotIn, values: [\"true\"]}]}, egress: [{}]",
                "false | " + DENY
                        + " & podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [a]}]}, egress: [{}]",
                "false | " + DENY
                        + " & podSelector: {matchExpressions: [{key: app, operator: Newer, values: [a]}]}, egress: [{}]",
            })
    void findsWhetherPodsOfToolsHaveNoNetwork(boolean isolated, String policies) {
        List<NetworkPolicy> all =
                Stream.of(policies.split(" & ")).map(IsolationTest::policy).toList();
        assertEquals(isolated, Isolation.problem(all, LABELS).isEmpty());
    }
}
