package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has to hold for all objects of the chart, whatever the values. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class ObjectsTest {
    private static final Set<String> OF_THE_CLUSTER =
            Set.of("Namespace", "ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration");

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static boolean matches(JsonNode wanted, JsonNode labels) {
        return wanted.properties().stream().allMatch(each -> each.getValue().equals(labels.get(each.getKey())));
    }

    @Test
    void lintFindsNothing() {
        LintResult result = new Helm(Chart.FOLDER).lint().strict().call();
        List<String> faults = result.getMessages().stream()
                .filter(each -> !each.contains("icon is recommended"))
                .toList();
        assertTrue(!result.isFailed() && faults.isEmpty(), faults::toString);
    }

    @ParameterizedTest
    @EnumSource
    void readIntoTheModelsWithoutAnUnknownField(Values values) {
        List<String> faults = values.rendered().objects().stream()
                .map(Models::fault)
                .flatMap(Optional::stream)
                .toList();
        assertEquals(List.of(), faults);
    }

    @ParameterizedTest
    @EnumSource
    void areTheSameEachTime(Values values) {
        assertEquals(Chart.text(values.yaml()), Chart.text(values.yaml()));
    }

    @ParameterizedTest
    @EnumSource
    void haveNamesAndNamespacesOfTheirOwn(Values values) {
        Set<String> seen = new HashSet<>();
        for (JsonNode each : values.rendered().objects()) {
            String name = Rendered.name(each);
            assertTrue(seen.add(name), name + " stands twice");
            boolean namespaced = each.at("/metadata").has("namespace");
            assertEquals(!OF_THE_CLUSTER.contains(each.path("kind").asText()), namespaced, name);
        }
    }

    /** What is installed by default stands on the page for operators. */
    @Test
    void thePageNamesEachOfThem() {
        String page = Yaml.read(Path.of("..", "docs", "kubernetes.md"));
        for (JsonNode each : Values.DEFAULTS.rendered().objects()) {
            String kind = each.path("kind").asText();
            String row = page.lines()
                    .filter(line -> line.startsWith("|") && line.contains(kind))
                    .reduce("", String::concat);
            assertTrue(row.contains("`" + each.at("/metadata/name").asText() + "`"), Rendered.name(each));
        }
    }

    @ParameterizedTest
    @EnumSource
    void selectWhatIsThere(Values values) {
        Rendered rendered = values.rendered();
        List<JsonNode> templates = rendered.podTemplates().toList();
        for (JsonNode each : rendered.objects()) {
            JsonNode selector = switch (each.path("kind").asText()) {
                case "Service" -> each.at("/spec/selector");
                case "Deployment", "PodDisruptionBudget" -> each.at("/spec/selector/matchLabels");
                case "NetworkPolicy" -> each.at("/spec/podSelector/matchLabels");
                default -> null;
            };
            if (selector == null || each.at("/metadata/name").asText().equals("deny-tools")) {
                continue;
            }
            assertTrue(selector.size() > 0, Rendered.name(each) + " selects everything");
            assertTrue(
                    templates.stream().anyMatch(pod -> matches(selector, pod.at("/metadata/labels"))),
                    Rendered.name(each) + " selects nothing");
        }
    }

    @ParameterizedTest
    @EnumSource
    void selectOnePartOnly(Values values) {
        Rendered rendered = values.rendered();
        List<JsonNode> templates = rendered.podTemplates().toList();
        rendered.of("Service").forEach(service -> {
            long selected = templates.stream()
                    .filter(pod -> matches(service.at("/spec/selector"), pod.at("/metadata/labels")))
                    .count();
            assertEquals(1, selected, Rendered.name(service));
        });
    }

    @ParameterizedTest
    @EnumSource
    void servicesAndProbesPointAtPortsThatAreThere(Values values) {
        Rendered rendered = values.rendered();
        List<JsonNode> templates = rendered.podTemplates().toList();
        rendered.of("Service").forEach(service -> {
            JsonNode pod = templates.stream()
                    .filter(each -> matches(service.at("/spec/selector"), each.at("/metadata/labels")))
                    .findFirst()
                    .orElseThrow();
            for (JsonNode port : service.at("/spec/ports")) {
                assertTrue(ports(pod).contains(port.path("targetPort").asText()), Rendered.name(service));
            }
        });
        for (JsonNode pod : templates) {
            for (JsonNode container : pod.at("/spec/containers")) {
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode asked = container.path(probe);
                    String port = asked.has("httpGet")
                            ? asked.at("/httpGet/port").asText()
                            : asked.at("/tcpSocket/port").asText();
                    assertTrue(ports(pod).contains(port), container.path("name") + " " + probe);
                }
            }
        }
    }

    private static Set<String> ports(JsonNode pod) {
        Set<String> names = new HashSet<>();
        pod.at("/spec/containers")
                .forEach(each -> each.path("ports")
                        .forEach(port -> names.add(port.path("name").asText())));
        return names;
    }

    @ParameterizedTest
    @EnumSource
    void mountVolumesThatAreThereAndFromObjectsThatAreThere(Values values) {
        Rendered rendered = values.rendered();
        rendered.podTemplates().forEach(pod -> {
            Set<String> mounted = new HashSet<>();
            pod.at("/spec/containers").forEach(container -> {
                Set<String> places = new HashSet<>();
                container.path("volumeMounts").forEach(mount -> {
                    mounted.add(mount.path("name").asText());
                    assertTrue(places.add(mount.path("mountPath").asText()), mount::toString);
                });
            });
            Set<String> volumes = new HashSet<>();
            pod.at("/spec/volumes").forEach(volume -> {
                assertTrue(volumes.add(volume.path("name").asText()), volume::toString);
                if (volume.has("configMap")) {
                    rendered.the("ConfigMap", volume.at("/configMap/name").asText());
                }
                if (volume.has("persistentVolumeClaim")) {
                    rendered.the(
                            "PersistentVolumeClaim",
                            volume.at("/persistentVolumeClaim/claimName").asText());
                }
            });
            assertEquals(volumes, mounted);
            rendered.the("ServiceAccount", pod.at("/spec/serviceAccountName").asText());
        });
    }

    @ParameterizedTest
    @EnumSource
    void namePinnedImages(Values values) {
        values.rendered()
                .podTemplates()
                .flatMap(pod -> each(pod.at("/spec/containers")))
                .forEach(container -> {
                    String image = container.path("image").asText();
                    assertTrue(
                            image.matches("[a-z0-9][-a-z0-9./]*(:[0-9][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})"),
                            () -> "`" + image + "` is not pinned");
                });
    }

    /** Every policy knows both directions, so that what it does not name is closed. */
    @ParameterizedTest
    @EnumSource
    void everyPartHasAPolicyForBothDirections(Values values) {
        Rendered rendered = values.rendered();
        rendered.of("NetworkPolicy").forEach(policy -> {
            List<String> types =
                    each(policy.at("/spec/policyTypes")).map(JsonNode::asText).toList();
            assertEquals(List.of("Ingress", "Egress"), types, Rendered.name(policy));
        });
        rendered.podTemplates().forEach(pod -> {
            long own = rendered.of("NetworkPolicy")
                    .filter(policy -> !policy.at("/metadata/name").asText().equals("deny-tools"))
                    .filter(policy -> matches(policy.at("/spec/podSelector/matchLabels"), pod.at("/metadata/labels")))
                    .count();
            assertEquals(2, own, () -> "the common one and its own: " + pod.at("/metadata/labels"));
        });
    }
}
