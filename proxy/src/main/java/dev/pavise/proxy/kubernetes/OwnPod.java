package dev.pavise.proxy.kubernetes;

import dev.pavise.policy.config.EnvironmentLookup;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows of the pod it runs in, by the environment that Kubernetes and the Downward API give it. Nothing of it is proof of anything:
 * the manager asks the API server who a token belongs to.
 *
 * @param inCluster whether there is a cluster at all
 * @param facts by the names that answers give them, in one order; what is not known is not in it
 */
public record OwnPod(boolean inCluster, Map<String, String> facts) {
    private static final String CLUSTER = "KUBERNETES_SERVICE_HOST";
    private static final Map<String, String> NAMES = names();

    public OwnPod {
        facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    public static OwnPod of(EnvironmentLookup environment) {
        if (given(environment, CLUSTER) == null) {
            return new OwnPod(false, Map.of());
        }
        Map<String, String> facts = new LinkedHashMap<>();
        NAMES.forEach((variable, name) -> {
            String value = given(environment, variable);
            if (value != null) {
                facts.put(name, value);
            }
        });
        String host = given(environment, "HOSTNAME");
        if (host != null) {
            facts.putIfAbsent("name", host);
        }
        return new OwnPod(true, facts);
    }

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("POD_NAMESPACE", "namespace");
        names.put("POD_NAME", "name");
        names.put("POD_IP", "ip");
        names.put("NODE_NAME", "node");
        names.put("POD_SERVICE_ACCOUNT", "service_account");
        return names;
    }

    /** Where it runs; null where that was not told. */
    public @Nullable String namespace() {
        return facts.get("namespace");
    }

    /** An empty variable counts as unset. */
    private static @Nullable String given(EnvironmentLookup environment, String variable) {
        String value = environment.get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
