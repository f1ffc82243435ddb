package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart does not render, and what it says then. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class RefusalsTest {
    private static void refuses(String values, String says) {
        String why = Chart.refusal(values);
        assertTrue(why.contains(says), () -> "`" + values + "` was refused with: " + why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    manager: {replicas: 2}                                                   | manager.replicas: 2 would write one audit folder on one claim
                    manager: {audit: {claim: {enabled: false}}}                              | manager.audit: nothing keeps the records
                    manager: {audit: {ephemeral: true}}                                      | set manager.audit.claim.enabled=false
                    manager: {audit: {claim: {enabled: false}, ephemeral: true, kafka: {servers: ["k:1"], topic: t}}} | choose one
                    sidecar: {audit: {claim: ""}}                                            | sidecar.audit: nothing keeps the records
                    sidecar: {audit: {ephemeral: true}}                                      | set sidecar.audit.claim=
                    gateway: {enabled: true, tlsSecret: t}                                   | gateway.config
                    gateway: {enabled: true, tlsSecret: t, replicas: 2, config: {hosts: [a.example.com]}} | gateway.replicas: 2
                    gateway: {enabled: true, tlsSecret: t, config: {hosts: [a]}, audit: {claim: {enabled: false}}} | gateway.audit: nothing keeps
                    runner: {replicas: 2, content: {claim: {enabled: true}}}                 | runner.replicas: 2 would share one folder
                    runner: {trustedKeys: {a.pub: x}, existingTrustedKeys: mine}             | both say who may sign
                    runner: {metrics: {enabled: true}}                                       | runner.metrics.names
                    runner: {kubernetes: {enabled: true, image: "tools@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}} | runner.kubernetes.runtimeClass
                    runner: {kubernetes: {enabled: true, runtimeClass: gvisor}}              | runner.kubernetes.image
                    runner: {kubernetes: {enabled: true, runtimeClass: gvisor, namespace: pavise-system, image: "t@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}} | a namespace of their own
                    seccompProfile: {type: Localhost}                                        | seccompProfile.localhostProfile
                    """)
    void saysWhatIsMissing(String values, String says) {
        refuses(values, says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    manger: {replicas: 1}                        | manger
                    manager: {replica: 1}                        | replica
                    manager: {replicas: 0}                       | replicas
                    manager: {replicas: "1"}                     | replicas
                    manager: {audit: {claim: {enabeld: true}}}   | enabeld
                    injector: {replicas: -1}                     | replicas
                    injector: {failurePolicy: Ignore}            | failurePolicy
                    image: {tag: latest}                         | tag
                    image: {digest: "sha256:12"}                 | digest
                    image: {pullPolicy: Sometimes}               | pullPolicy
                    runner: {kubernetes: {image: "tools:1"}}     | image
                    runner: {trustedKeys: {"../etc": x}}         | ../etc
                    seccompProfile: {type: Unconfined}           | type
                    networkPolicy: {monitoring: {namespaceLabels: []}} | namespaceLabels
                    metrics: {interval: often}                   | interval
                    gateway: {service: {type: ExternalName}}     | type
                    sidecar: {resources: {limits: {memory: 256M}}} | memory
                    """)
    void namesValuesThatAreNotKnown(String values, String says) {
        refuses(values, says);
    }

    /** So that no misspelt value is taken silently, at whatever depth. What a program of ours judges itself is left to it. */
    @Test
    void theSchemaIsClosedEverywhere() {
        List<String> open = new ArrayList<>();
        collectOpen(Yaml.json(Yaml.read(Chart.FOLDER.resolve("values.schema.json"))), "", open);
        open.removeIf(each -> each.endsWith("/config") || each.endsWith("/global") || each.endsWith("/items"));
        assertTrue(open.isEmpty(), open::toString);
    }

    private static void collectOpen(JsonNode schema, String at, List<String> open) {
        if ("object".equals(schema.path("type").asText()) && !schema.has("additionalProperties")) {
            open.add(at);
        }
        for (Map.Entry<String, JsonNode> each : schema.properties()) {
            if (each.getValue().isContainerNode()) {
                collectOpen(each.getValue(), at + "/" + each.getKey(), open);
            }
        }
    }

    /** The defaults name every value that the schema knows, so that the file is the list of them. */
    @Test
    void theDefaultsNameEveryValue() {
        JsonNode schema = Yaml.json(Yaml.read(Chart.FOLDER.resolve("values.schema.json")));
        JsonNode values = Yaml.document(Yaml.read(Chart.FOLDER.resolve("values.yaml")));
        List<String> missing = new ArrayList<>();
        schema.path("properties").properties().forEach(top -> {
            if (!top.getKey().equals("global")) {
                if (!values.has(top.getKey())) missing.add(top.getKey());
                top.getValue().path("properties").fieldNames().forEachRemaining(name -> {
                    if (!values.path(top.getKey()).has(name)) missing.add(top.getKey() + "." + name);
                });
            }
        });
        assertTrue(missing.isEmpty(), missing::toString);
    }

    @Test
    void asksForAClusterThatHasWhatItUses() {
        String chart = Yaml.read(Chart.FOLDER.resolve("Chart.yaml"));
        assertTrue(chart.contains("kubeVersion: \">=1.30.0-0\""));
        assertFalse(chart.contains("latest"));
    }
}
