package dev.pavise.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The base and the overlays, as the chart says them. */
final class Kustomize {
    static final Path FOLDER = Path.of("kustomize").toAbsolutePath();

    /** Overlays by name, with the values of the chart that they stand for. */
    static final Map<String, String> OVERLAYS = Map.of("ephemeral-dev", """
            manager: {audit: {claim: {enabled: false}, ephemeral: true}}
            sidecar: {audit: {claim: "", ephemeral: true}}
            injector: {replicas: 1}
            """, "kafka", """
            manager:
              replicas: 2
              audit: {claim: {enabled: false}, kafka: {servers: ["kafka.kafka.svc:9093"], topic: pavise-manager, secret: kafka-ca}}
              egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kafka}}}], ports: [{protocol: TCP, port: 9093}]}]
            sidecar: {audit: {claim: "", kafka: {servers: ["kafka.kafka.svc:9093"], topic: pavise-gateways}}}
            """, "standalone", """
            gateway:
              enabled: true
              tlsSecret: pavise-gateway-certificate
              config:
                hosts: [agents.example.com]
                upstreams: {runtime: {url: "http://runtime.agents.svc:9000"}}
                roles: [{name: reader, permissions: ["agent:list"]}]
                routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
              egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: agents}}}], ports: [{protocol: TCP, port: 9000}]}]
            """);

    private static final String LABELS = "/metadata/labels";

    private Kustomize() {}

    /** The chart's objects without what is Helm's own. */
    static List<JsonNode> objects(String values) {
        List<JsonNode> objects =
                Chart.render("namespace: {create: true}\n" + values).objects();
        objects.forEach(object -> {
            own(object.at(LABELS));
            own(object.at("/spec/template" + LABELS));
            JsonNode annotations = object.at("/metadata/annotations");
            if (annotations instanceof ObjectNode known) {
                known.remove("helm.sh/resource-policy");
                if (known.isEmpty()) {
                    ((ObjectNode) object.get("metadata")).remove("annotations");
                }
            }
        });
        return objects;
    }

    private static void own(JsonNode labels) {
        if (labels instanceof ObjectNode known) {
            known.remove("helm.sh/chart");
            known.replace("app.kubernetes.io/managed-by", known.textNode("kustomize"));
        }
    }
}
