package dev.pavise.proxy.management;

import dev.pavise.proxy.gate.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody asks of the cluster, read strictly and written anew: what was judged here is what the manager gets.
 *
 * @param body what the manager gets, without members where nothing is asked for beyond the act
 * @param facts what the record says of it
 */
record KubernetesRequest(Endpoint endpoint, ObjectNode body, Map<String, String> facts) {
    private static final int MOST_REPLICAS = 100;
    private static final int LONGEST_REASON = 200;

    KubernetesRequest {
        facts = Map.copyOf(facts);
    }

    /** Throws what names the member that is not understood. */
    static KubernetesRequest of(Endpoint endpoint, byte[] sent) {
        ObjectNode body = AuthJson.object();
        Map<String, String> facts = new LinkedHashMap<>();
        switch (endpoint) {
            case K8S_SCALE -> {
                int replicas = Arguments.of(sent, "replicas").integer("replicas", 0, MOST_REPLICAS);
                body.put("replicas", replicas);
                facts.put("replicas", Integer.toString(replicas));
            }
            case K8S_RESTART -> {
                String reason = Arguments.of(sent, "reason").optionalText("reason");
                if (reason != null && !reason.isEmpty()) {
                    body.put("reason", checked(reason));
                    facts.put("reason", reason);
                }
            }
            default -> Arguments.of(sent); // nothing is asked for beyond the act
        }
        return new KubernetesRequest(endpoint, body, facts);
    }

    private static String checked(String reason) {
        if (reason.length() > LONGEST_REASON
                || !dev.pavise.policy.Quoted.of(reason).equals(reason)) {
            throw new BadArgumentException(
                    "member `reason` is not a text on one line of at most " + LONGEST_REASON + " characters");
        }
        return reason;
    }

    /** Whether it changes anything. */
    boolean isChange() {
        return endpoint.takes("POST");
    }

    /** As it goes to the manager; questions have no body. */
    byte[] json() {
        return isChange() ? JsonMapper.shared().writeValueAsBytes(body) : new byte[0];
    }
}
