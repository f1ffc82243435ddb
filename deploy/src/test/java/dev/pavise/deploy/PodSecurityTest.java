package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every pod of the chart keeps to the Pod Security Standard "restricted", and to more. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class PodSecurityTest {
    private static final Map<String, String> OF_PODS = Map.of(
            "/spec/securityContext/runAsNonRoot",
            "true",
            "/spec/securityContext/fsGroupChangePolicy",
            "OnRootMismatch");
    private static final Map<String, String> OF_CONTAINERS = Map.of(
            "/securityContext/allowPrivilegeEscalation", "false",
            "/securityContext/readOnlyRootFilesystem", "true",
            "/securityContext/capabilities/drop/0", "ALL");
    private static final Set<String> VOLUMES =
            Set.of("configMap", "secret", "emptyDir", "persistentVolumeClaim", "projected");

    @ParameterizedTest
    @EnumSource
    void podsAreRestricted(Values values) {
        String seccomp = values == Values.EVERYTHING ? "Localhost" : "RuntimeDefault";
        values.rendered().podTemplates().forEach(pod -> {
            OF_PODS.forEach((at, wanted) -> assertEquals(wanted, pod.at(at).asText(), at));
            assertEquals(
                    seccomp, pod.at("/spec/securityContext/seccompProfile/type").asText());
            assertTrue(pod.at("/spec/securityContext/runAsUser").asInt() > 0);
            for (String shared : Set.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
                assertFalse(pod.path("spec").has(shared), shared);
            }
            for (JsonNode volume : pod.at("/spec/volumes")) {
                volume.fieldNames()
                        .forEachRemaining(kind -> assertTrue(
                                kind.equals("name") || VOLUMES.contains(kind), () -> "a volume of kind " + kind));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void containersHaveNoPrivilegeAndABound(Values values) {
        values.rendered()
                .podTemplates()
                .forEach(pod -> pod.at("/spec/containers").forEach(container -> {
                    OF_CONTAINERS.forEach((at, wanted) ->
                            assertEquals(wanted, container.at(at).asText(), at));
                    assertTrue(container.at("/resources/limits").has("memory"));
                    assertTrue(container.at("/resources/requests").has("memory"));
                    assertTrue(container.at("/resources/requests").has("cpu"));
                    container.path("ports").forEach(port -> assertFalse(port.has("hostPort")));
                }));
    }

    @Test
    void theManagerAloneHasACredentialOfTheCluster() {
        for (JsonNode deployment : Values.EPHEMERAL.rendered().of("Deployment").toList()) {
            JsonNode pod = deployment.at("/spec/template/spec");
            boolean mounts = pod.path("automountServiceAccountToken").asBoolean(true);
            assertEquals(deployment.at("/metadata/name").asText().equals("pavise-manager"), mounts);
        }
    }

    @Test
    void theRunnerHasOneWhereItMakesJobs() {
        JsonNode runner = Values.EVERYTHING.rendered().the("Deployment", "pavise-runner");
        assertTrue(runner.at("/spec/template/spec/automountServiceAccountToken").asBoolean());
    }

    @Test
    void namespacesOfOursAreRestricted() {
        Values.EVERYTHING
                .rendered()
                .of("Namespace")
                .forEach(namespace -> assertEquals(
                        "restricted",
                        namespace
                                .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                                .asText()));
    }
}
