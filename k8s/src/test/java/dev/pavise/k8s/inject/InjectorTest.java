package dev.pavise.k8s.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.inject.config.AuditVolume;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class InjectorTest {
    private static final Demand DEMANDED = new Demand.ByNamespace();
    private final Injector injector = new Injector(Given.sidecar());

    private ObjectNode injected(ObjectNode pod) {
        return assertInstanceOf(Injection.Injected.class, injector.inject(pod, DEMANDED))
                .pod();
    }

    private String refusal(ObjectNode pod) {
        return assertInstanceOf(Injection.Refused.class, injector.inject(pod, DEMANDED))
                .reason();
    }

    @Test
    void putsTheSidecarBeforeEverythingElse() {
        ObjectNode pod = Given.pod();
        ((ObjectNode) pod.path("spec")).set("initContainers", Trees.array(Given.json("{'name': 'migrate'}")));
        JsonNode spec = injected(pod).path("spec");
        assertEquals("pavise", spec.path("initContainers").path(0).path("name").stringValue());
        assertEquals(
                "Always",
                spec.path("initContainers").path(0).path("restartPolicy").stringValue());
        assertEquals("migrate", spec.path("initContainers").path(1).path("name").stringValue());
        assertEquals(pod.path("spec").path("unknownToUs"), spec.path("unknownToUs"));
    }

    @Test
    void patchLeadsFromThePodToTheInjectedOne() {
        ObjectNode pod = Given.pod();
        var injected = assertInstanceOf(Injection.Injected.class, injector.inject(pod, DEMANDED));
        assertEquals(Given.pod(), pod, "what was given stays as it was");
        assertEquals(injected.pod(), Given.patched(pod, injected.patch()));
    }

    @Test
    void movesThePortsNameAndTellsTheProbeTheNumber() {
        JsonNode spec = injected(Given.pod()).path("spec");
        JsonNode container = spec.path("containers").path(0);
        assertFalse(container.path("ports").path(0).has("name"));
        assertEquals(8080, container.path("ports").path(0).path("containerPort").intValue());
        assertEquals(
                8080,
                container.path("readinessProbe").path("httpGet").path("port").intValue());
        JsonNode port = spec.path("initContainers").path(0).path("ports").path(0);
        assertEquals("http", port.path("name").stringValue());
        assertEquals(8443, port.path("containerPort").intValue());
    }

    @Test
    void findsItsOwnWorkAgain() {
        ObjectNode once = injected(Given.pod());
        assertInstanceOf(Injection.Already.class, injector.inject(once, DEMANDED));
    }

    @Test
    void findsItsOwnWorkAgainAfterTheApiServerAddedToIt() {
        ObjectNode once = injected(Given.pod());
        ObjectNode sidecar =
                (ObjectNode) once.path("spec").path("initContainers").path(0);
        sidecar.set("resizePolicy", Trees.array(Given.json("{'resourceName': 'cpu', 'restartPolicy': 'NotRequired'}")));
        ((ObjectNode) sidecar.path("resources").path("limits")).put("cpu", "500m");
        assertInstanceOf(Injection.Already.class, injector.inject(once, DEMANDED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "image|'evil:1'",
                "command|['sleep', 'infinity']",
                "args|['gateway', '--config', '/tmp/mine.yaml']",
                "securityContext|{'privileged': true}",
                "livenessProbe|null",
                "lifecycle|{'postStart': {'exec': {'command': ['kill', '1']}}}",
            })
    void makesAForgedSidecarAnew(String member, String value) {
        ObjectNode genuine = injected(Given.pod());
        ObjectNode forged = genuine.deepCopy();
        ((ObjectNode) forged.path("spec").path("initContainers").path(0))
                .set(member, Given.json("{'v': " + value + "}").path("v"));
        var again = assertInstanceOf(Injection.Injected.class, injector.inject(forged, DEMANDED));
        assertEquals(
                genuine.path("spec").path("initContainers"),
                again.pod().path("spec").path("initContainers"));
        assertEquals(
                genuine.path("spec").path("volumes"), again.pod().path("spec").path("volumes"));
        assertTrue(again.warnings().getFirst().contains("made anew"));
        assertEquals(again.pod(), Given.patched(forged, again.patch()));
    }

    @Test
    void believesNoAnnotation() {
        ObjectNode genuine = injected(Given.pod());
        ObjectNode pod = Given.pod();
        ((ObjectNode) pod.path("metadata"))
                .set("annotations", genuine.path("metadata").path("annotations"));
        ((ObjectNode) pod.path("metadata").path("labels")).put(Marks.INJECTED, "true");
        assertEquals(genuine, injected(pod));
    }

    @Test
    void givesTheSidecarNoCredentialsOfTheCluster() {
        JsonNode sidecar =
                injected(Given.pod()).path("spec").path("initContainers").path(0);
        List<String> volumes = sidecar.path("volumeMounts")
                .valueStream()
                .filter(mount ->
                        mount.path("mountPath").stringValue().equals("/var/run/secrets/kubernetes.io/serviceaccount"))
                .map(mount -> mount.path("name").stringValue())
                .toList();
        assertEquals(List.of("pavise-no-credentials"), volumes);
    }

    @Test
    void keepsTheAuditTrailOnAClaimInAFolderOfThePod() {
        ObjectNode pod = injected(Given.pod());
        assertEquals(
                65532, pod.path("spec").path("securityContext").path("fsGroup").intValue());
        String mounts = pod.path("spec")
                .path("initContainers")
                .path(0)
                .path("volumeMounts")
                .toString();
        assertTrue(
                mounts.contains("/var/lib/pavise/audit\",\"subPathExpr\":\"$(POD_NAMESPACE)/$(POD_NAME)/audit\""),
                mounts);
        assertTrue(
                mounts.contains("/var/lib/pavise/keep\",\"subPathExpr\":\"$(POD_NAMESPACE)/$(POD_NAME)/keep\""),
                mounts);
    }

    @Test
    void keepsTheGroupThatThePodChose() {
        ObjectNode pod = Given.pod();
        ((ObjectNode) pod.path("spec")).putObject("securityContext").put("fsGroup", 2000);
        assertEquals(
                2000,
                injected(pod)
                        .path("spec")
                        .path("securityContext")
                        .path("fsGroup")
                        .intValue());
    }

    @Test
    void letsTheAuditTrailEndWithThePodOnlyWhereTheConfigurationSaysSo() {
        Injector ephemeral = new Injector(Given.sidecar(new AuditVolume.Ephemeral()));
        var made = assertInstanceOf(Injection.Injected.class, ephemeral.inject(Given.pod(), DEMANDED));
        assertFalse(made.pod().path("spec").path("volumes").toString().contains("persistentVolumeClaim"));
        assertFalse(made.pod().path("spec").has("securityContext"));
        assertInstanceOf(Injection.Already.class, ephemeral.inject(made.pod(), DEMANDED));
    }

    @Test
    void leavesAPodAloneThatNobodyDemandsItOf() {
        Injection outcome = injector.inject(Given.pod(), new Demand.NotDemanded("because"));
        assertEquals(new Injection.Unchanged("because"), outcome);
    }

    /** Everything that a tenant may write to take the sidecar away, to weaken it or to read it: a pod with it does not come up. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "metadata.labels    | {'pavise.dev/inject': 'false'}              | does not take it out",
                "metadata.labels    | {'pavise.dev/inject': 'False'}              | does not take it out",
                "metadata.labels    | {'pavise.dev/inject': ''}                   | does not take it out",
                "metadata.labels    | {'pavise.dev/injekt': 'true'}               | label pavise.dev/injekt is not known",
                "metadata.annotations | {'pavise.dev/inject': 'false'}            | annotation pavise.dev/inject is not known",
                "metadata.annotations | {'pavise.dev/cpu-requests': '1'}          | is not known",
                "metadata.annotations | {'pavise.dev/cpu-request': '1m'}          | is outside of 50m to 4",
                "metadata.annotations | {'pavise.dev/memory-limit': '1Ti'}        | is no amount",
                "metadata.annotations | {'pavise.dev/memory-limit': '200Mi'}      | above its limit",
                "metadata.annotations | {'pavise.dev/app-port': '0'}              | is no port number",
                "metadata.annotations | {'pavise.dev/app-port': '8443'}           | is the sidecar's",
                "metadata.annotations | {'pavise.dev/app-port': 'http'}           | is no port number",
                "metadata.annotations | {'pavise.dev/log-level': 'off'}           | is none of",
                "metadata.annotations | {'kubernetes.io/config.mirror': 'x'}      | static pod",
                "spec.hostNetwork   | true                                        | spec.hostNetwork opens",
                "spec.hostPID       | true                                        | spec.hostPID opens",
                "spec.hostIPC       | true                                        | spec.hostIPC opens",
                "spec.shareProcessNamespace | true                                | spec.shareProcessNamespace opens",
                "spec.shareProcessNamespace | 'true'                              | spec.shareProcessNamespace opens",
                "spec.os            | {'name': 'windows'}                         | Windows",
                "spec.securityContext | {'runAsUser': 65532}                      | is the sidecar's user",
                "spec.volumes       | [{'name': 'v', 'hostPath': {'path': '/'}}]  | hostPath",
                "spec.volumes       | [{'name': 'pavise-tls', 'emptyDir': {}}]    | are the sidecar's",
                "spec.volumes       | [{'name': 'v', 'secret': {'secretName': 'pavise-gateway-tls'}}] | sidecar's alone",
                "spec.volumes       | [{'name': 'v', 'projected': {'sources': [{'secret': {'name': 'pavise-gateway-tls'}}]}}] | sidecar's alone",
                "spec.volumes       | [{'name': 'v', 'projected': {'sources': [{'serviceAccountToken': {'audience': 'pavise-manager', 'path': 't'}}]}}] | speaks for the sidecar",
                "spec.volumes       | [{'name': 'v', 'persistentVolumeClaim': {'claimName': 'pavise-audit'}}] | holds audit trails",
                "spec.initContainers | [{'name': 'pavise'}]                       | the name is the sidecar's",
                "spec.initContainers | [{'name': 'pavise', 'restartPolicy': 'Never'}] | the name is the sidecar's",
                "spec.initContainers | [{'name': 'i', 'securityContext': {'privileged': true}}] | privileged",
                "container.name     | 'pavise'                                    | the name is the sidecar's",
                "container.ports    | [{'containerPort': 8443}]                   | port 8443 is the sidecar's",
                "container.ports    | [{'containerPort': 9464}]                   | port 9464 is the sidecar's",
                "container.ports    | [{'containerPort': 8080, 'hostPort': 80}]   | hostPort leads around",
                "container.ports    | [{'containerPort': 8080, 'name': 'pavise-metrics'}] | port name pavise-metrics",
                "container.ports    | []                                          | no container declares a TCP port",
                "container.ports    | [{'containerPort': 53, 'protocol': 'UDP'}]  | no container declares a TCP port",
                "container.ports    | [{'containerPort': 80}, {'containerPort': 81}] | declare ports 80, 81",
                "container.ports    | [{'containerPort': 80, 'name': 'a'}, {'containerPort': 80, 'name': 'b'}] | more than one name",
                "container.securityContext | {'runAsUser': 65532}                 | is the sidecar's user",
                "container.securityContext | {'privileged': true}                 | privileged",
                "container.securityContext | {'procMount': 'Unmasked'}            | procMount",
                "container.securityContext | {'capabilities': {'add': ['NET_ADMIN']}} | capability NET_ADMIN",
                "container.securityContext | {'capabilities': {'add': ['ALL']}}   | capability ALL",
                "container.securityContext | {'capabilities': {'add': ['CAP_SYS_PTRACE']}} | capability CAP_SYS_PTRACE",
                "container.volumeMounts | [{'name': 'pavise-audit', 'mountPath': '/a'}] | is the sidecar's alone",
                "container.volumeMounts | [{'name': 'pavise-token', 'mountPath': '/a'}] | is the sidecar's alone",
                "container.env      | [{'name': 'K', 'valueFrom': {'secretKeyRef': {'name': 'pavise-gateway-tls', 'key': 'tls.key'}}}] | sidecar's alone",
                "container.envFrom  | [{'secretRef': {'name': 'pavise-gateway-tls'}}] | sidecar's alone",
                "spec.containers    | []                                          | has no container",
                "spec.containers    | 'none'                                      | has no container",
                "spec.volumes       | {'name': 'v'}                               | is no list of objects",
                "metadata.labels    | {'pavise.dev/inject': true}                 | is no map of texts",
                "spec               | null                                        | has no spec",
            })
    void refuses(String place, String value, String reason) {
        ObjectNode pod = Given.pod();
        put(pod, place, Given.json("{'v': " + value + "}").path("v"));
        String refusal = refusal(pod);
        assertTrue(refusal.contains(reason), refusal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "metadata.labels    | {'pavise.dev/inject': 'true'}",
                "metadata.labels    | null",
                "metadata.annotations | {'pavise.dev/app-port': '9000'}",
                "metadata.annotations | {'pavise.dev/memory-limit': '1Gi', 'pavise.dev/cpu-request': '1', 'pavise.dev/log-level': 'debug'}",
                "metadata.annotations | {'pavise.dev/restarted-at': '2026-11-22T10:00:00Z'}",
                "spec.hostNetwork   | false",
                "spec.securityContext | {'runAsUser': 1000}",
                "spec.initContainers | null",
                "spec.volumes       | null",
                "container.securityContext | {'runAsUser': 0, 'capabilities': {'add': ['NET_BIND_SERVICE']}}",
                "container.ports    | [{'containerPort': 80}, {'containerPort': 53, 'protocol': 'UDP', 'name': 'dns'}]",
                "container.volumeMounts | null",
            })
    void injectsWhateverDoesNotHarm(String place, String value) {
        ObjectNode pod = Given.pod();
        put(pod, place, Given.json("{'v': " + value + "}").path("v"));
        Injection outcome = injector.inject(pod, DEMANDED);
        var injected = assertInstanceOf(Injection.Injected.class, outcome, outcome.toString());
        assertEquals(injected.pod(), Given.patched(pod, injected.patch()));
        assertInstanceOf(Injection.Already.class, injector.inject(injected.pod(), DEMANDED));
    }

    @Test
    void ofSeveralPortsTakesTheOneThatTheAnnotationNames() {
        ObjectNode pod = Given.pod();
        put(
                pod,
                "container.ports",
                Given.json("{'v': [{'containerPort': 9000, 'name': 'web'}, {'containerPort': 9090, 'name': 'stats'}]}")
                        .path("v"));
        put(pod, "metadata.annotations", Given.json("{'pavise.dev/app-port': '9000'}"));
        JsonNode spec = injected(pod).path("spec");
        assertEquals(
                "web",
                spec.path("initContainers")
                        .path(0)
                        .path("ports")
                        .path(0)
                        .path("name")
                        .stringValue());
        assertEquals(
                "stats",
                spec.path("containers")
                        .path(0)
                        .path("ports")
                        .path(1)
                        .path("name")
                        .stringValue());
        assertTrue(spec.path("initContainers")
                .path(0)
                .path("env")
                .toString()
                .contains("{\"name\":\"PAVISE_APP_PORT\",\"value\":\"9000\"}"));
    }

    @Test
    void refusesAPortNameThatWouldStillLeadToAnotherContainer() {
        ObjectNode pod = Given.pod();
        ((ArrayNode) pod.path("spec").path("containers"))
                .add(Given.json("{'name': 'other', 'ports': [{'name': 'http', 'containerPort': 7000}]}"));
        put(pod, "metadata.annotations", Given.json("{'pavise.dev/app-port': '8080'}"));
        assertTrue(refusal(pod).contains("stands for port 8080 and for port 7000"));
    }

    @Test
    void marksThePodWithWhatWasPutIn() {
        JsonNode metadata = injected(Given.pod()).path("metadata");
        assertEquals("true", metadata.path("labels").path(Marks.INJECTED).stringValue());
        assertTrue(
                metadata.path("annotations").path(Marks.INJECTION).stringValue().matches("v1 sha256:[0-9a-f]{64}"));
    }

    /** Puts a value at {@code member.member}; {@code container} stands for the first one. */
    static void put(ObjectNode pod, String place, JsonNode value) {
        String[] steps = place.strip().split("\\.", -1);
        if (steps.length == 1) {
            pod.set(steps[0], value);
            return;
        }
        JsonNode parent = steps[0].equals("container")
                ? pod.path("spec").path("containers").path(0)
                : pod.path(steps[0]);
        ((ObjectNode) parent).set(steps[1], value);
    }
}
