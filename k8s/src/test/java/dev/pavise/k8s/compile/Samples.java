package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A base and resources to try things with. */
final class Samples {
    static final String NAMESPACE = "agents";

    static final String BASE = """
            # as the chart writes it
            listen: {https: "0.0.0.0:8443", metrics: "0.0.0.0:9464"}
            data_dir: /var/lib/pavise/data
            tls: {cert: /etc/pavise/tls/tls.crt, key: /etc/pavise/tls/tls.key}
            identity:
              issuers:
                - {name: manager, issuer: pavise-manager, audience: pavise-metrics, algorithms: [ES256],
                   public_key: /etc/pavise/tls/manager.pem, may_grant: ["metrics:read"]}
            roles:
              - {name: sre, permissions: ["audit:read"]}
            bindings:
              - {group: sre, roles: [sre]}
            upstreams:
              app: {url: "http://127.0.0.1:${PAVISE_APP_PORT}"}
              billing: {url: "https://billing.example", ca: /etc/pavise/extra/ca.crt}
            routes:
              - {match: {path: "/operator/**"}, permission: "ops:use", upstream: app, name: operators}
            audit: {dir: /var/lib/pavise/audit}
            """;

    private Samples() {}

    static ResourceSettings settings() {
        return new ResourceSettings(Path.of("base.yaml"), List.of(), Allowance.USUAL);
    }

    /** A resource of the sample namespace; {@code order} says which is older. */
    static Resource resource(Kind kind, String name, int order, String spec) {
        return new Resource(kind, NAMESPACE, name, "uid-" + kind + name, 1, Instant.ofEpochSecond(order), map(spec));
    }

    static Resource route(String name, int order, String path) {
        return resource(
                Kind.GATEWAY_ROUTE,
                name,
                order,
                "{match: {path: \"" + path + "\"}, permission: \"agent:list\", upstream: app}");
    }

    /** The same, changed. */
    static Resource changed(Resource resource, String spec) {
        return resource.with(resource.generation() + 1, map(spec));
    }

    /** Of YAML in its flow form. */
    @SuppressWarnings("unchecked") // keys of a mapping of these samples are texts
    static Map<String, Object> map(String spec) {
        return (Map<String, Object>)
                Serialization.unmarshal("spec: " + spec, Map.class).get("spec");
    }
}
