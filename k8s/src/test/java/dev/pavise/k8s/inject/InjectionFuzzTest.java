package dev.pavise.k8s.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Random pods: whatever one holds, it comes out with exactly the configured sidecar, or not at all. */
class InjectionFuzzTest {
    private static final int ROUNDS = 6_000;
    private static final List<String> VALUES = List.of(
            "true",
            "false",
            "null",
            "'pavise'",
            "'Always'",
            "'true'",
            "'false'",
            "8443",
            "8080",
            "-1",
            "65532",
            "12345678901234567890",
            "[]",
            "{}",
            "'http'",
            "'pavise-tls'",
            "['ALL']",
            "[{'name': 'pavise'}]",
            "[{'name': 'pavise', 'restartPolicy': 'Always'}]",
            "{'pavise.dev/inject': 'false'}",
            "{'pavise.dev/app-port': '81'}",
            "{'pavise.dev/x': '1'}",
            "[{'containerPort': 80}]",
            "[{'name': 'a', 'containerPort': 9}, {'name': 'a', 'containerPort': 10}]",
            "[{'containerPort': 'x'}]",
            "[[[]]]",
            "'\\u0000'");
    private static final List<String> NAMES = List.of(
            "name",
            "ports",
            "labels",
            "annotations",
            "initContainers",
            "volumes",
            "containers",
            "securityContext",
            "runAsUser",
            "capabilities",
            "add",
            "hostNetwork",
            "restartPolicy",
            "env",
            "volumeMounts",
            "spec",
            "metadata",
            "readinessProbe",
            "httpGet",
            "port",
            "containerPort",
            "protocol",
            "x/y~z",
            "resources",
            "limits");

    private final Random random = new Random(20261122);
    private final Injector injector = new Injector(Given.sidecar());

    @Test
    void whateverAPodHoldsItComesOutWithTheSidecarOrNotAtAll() {
        int injected = 0;
        ObjectNode genuine = assertInstanceOf(
                        Injection.Injected.class, injector.inject(Given.pod(), new Demand.ByPod()))
                .pod();
        for (int i = 0; i < ROUNDS; i++) {
            ObjectNode pod = random.nextBoolean() ? Given.pod() : genuine.deepCopy();
            int changes = random.nextInt(4);
            for (int change = 0; change < changes; change++) {
                mutate(pod);
            }
            ObjectNode before = pod.deepCopy();
            Injection outcome = injector.inject(pod, new Demand.ByNamespace());
            assertEquals(before, pod, "what was given stays as it was");
            switch (outcome) {
                case Injection.Injected made -> {
                    injected++;
                    check(made.pod());
                    assertEquals(made.pod(), Given.patched(pod, made.patch()));
                    assertInstanceOf(Injection.Already.class, injector.inject(made.pod(), new Demand.ByNamespace()));
                }
                case Injection.Already() -> check(pod);
                case Injection.Refused(String reason) -> assertTrue(!reason.isBlank());
                case Injection.Unchanged(String reason) -> throw new AssertionError("left alone: " + reason);
            }
        }
        assertTrue(injected > ROUNDS / 10, "too few pods were injected to have tried anything: " + injected);
    }

    private static void check(ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        JsonNode sidecar = spec.path("initContainers").path(0);
        assertEquals("pavise", sidecar.path("name").stringValue());
        assertEquals("registry.example/pavise:0.1.0", sidecar.path("image").stringValue());
        assertEquals("Always", sidecar.path("restartPolicy").stringValue());
        assertTrue(!sidecar.has("command") && !sidecar.has("lifecycle"));
        assertEquals(3, sidecar.path("args").size());
        assertTrue(
                sidecar.path("securityContext").path("readOnlyRootFilesystem").booleanValue());
        assertEquals(
                "true", pod.path("metadata").path("labels").path(Marks.INJECTED).stringValue());
        assertTrue(!Trees.isTrue(spec, "hostNetwork") && !Trees.isTrue(spec, "shareProcessNamespace"));
        int names = 0;
        for (String list : List.of("initContainers", "containers")) {
            for (ObjectNode container : Trees.objects(spec, list)) {
                boolean ours = Trees.text(container, "name").equals("pavise");
                names += ours ? 1 : 0;
                assertTrue(ours || !container.path("volumeMounts").toString().contains("\"name\":\"pavise-"));
                assertTrue(ours || !container.path("ports").toString().contains("\"containerPort\":8443"));
            }
        }
        assertEquals(1, names);
    }

    private void mutate(ObjectNode pod) {
        JsonNode at = pod;
        for (int depth = random.nextInt(7); depth > 0 && !at.isEmpty(); depth--) {
            JsonNode next = child(at);
            if (!next.isContainer()) {
                break;
            }
            at = next;
        }
        JsonNode value = Given.json("{'v': " + VALUES.get(random.nextInt(VALUES.size())) + "}")
                .path("v");
        if (at instanceof ObjectNode object) {
            List<String> there = List.copyOf(object.propertyNames());
            String name = there.isEmpty() || random.nextInt(3) == 0
                    ? NAMES.get(random.nextInt(NAMES.size()))
                    : there.get(random.nextInt(there.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (at instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextBoolean()) {
                array.add(value);
            } else {
                array.remove(random.nextInt(array.size()));
            }
        }
    }

    private JsonNode child(JsonNode at) {
        if (at instanceof ObjectNode object) {
            List<String> names = List.copyOf(object.propertyNames());
            return object.path(names.get(random.nextInt(names.size())));
        }
        return at.path(random.nextInt(at.size()));
    }
}
