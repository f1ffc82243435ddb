package dev.pavise.k8s.compile;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** An agent that is a Service of its own namespace: {@code {name, port, tls}}. */
final class AgentService {
    private static final Set<String> KNOWN = Set.of("name", "port", "tls");
    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final long HIGHEST = 65_535;

    private AgentService() {}

    static String url(String namespace, Map<?, ?> service) {
        String scheme = Boolean.TRUE.equals(service.get("tls")) ? "https" : "http";
        return scheme + "://" + service.get("name") + "." + namespace + ".svc:" + service.get("port");
    }

    static void check(Object service, Problems problems) {
        if (!(service instanceof Map<?, ?> map)) {
            problems.invalid("spec.service", "is no mapping; write {name, port}");
            return;
        }
        map.keySet().stream()
                .filter(key -> !KNOWN.contains(String.valueOf(key)))
                .forEach(key ->
                        problems.invalid("spec.service." + key, "is not a known key; known here: name, port, tls"));
        if (!(map.get("name") instanceof String name) || !NAME.matcher(name).matches()) {
            problems.invalid("spec.service.name", "is not the name of a Service");
        }
        if (!(map.get("port") instanceof Long port) || port < 1 || port > HIGHEST) {
            problems.invalid("spec.service.port", "is not a port, which lies between 1 and 65535");
        }
        if (map.containsKey("tls") && !(map.get("tls") instanceof Boolean)) {
            problems.invalid("spec.service.tls", "is neither true nor false");
        }
    }
}
