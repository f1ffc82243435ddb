package dev.pavise.k8s.inject.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.inject.Given;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.config.AuditVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestInjectionTest {
    private static final String DEPLOYMENT = """
            # An agent, and how it is reached.
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: agent
              namespace: agents
            spec:
              replicas: 2
              selector:
                matchLabels: {app: agent}
              template:
                metadata:
                  labels: {app: agent}
                spec:
                  containers:
                    - name: agent
                      image: registry.example/agent:1.4
                      env:
                        - {name: GREETING, value: "yes"}
                      ports:
                        - {name: http, containerPort: 8080}
                      readinessProbe:
                        httpGet: {path: /ready, port: http}
            """;

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata:
              name: agent
              namespace: agents
            spec:
              selector: {app: agent}
              ports:
                - {name: web, port: 443, targetPort: http}
                - {name: plain, port: 80, targetPort: 8080}
                - {name: debug, port: 5005, targetPort: 5005}
            """;

    private static final String OTHER = """
            # Kept to the letter, comments and all.
            apiVersion: v1
            kind: ConfigMap
            metadata: {name:   "agent",  namespace: agents}
            data:
              script.sh: |
                echo '---'
            """;

    private static ManifestInjection.Outcome inject(String file) throws BadManifestException {
        return ManifestInjection.inject(
                file, new Injector(Given.sidecar(new AuditVolume.Ephemeral())), Set.of("pavise-system"));
    }

    @Test
    void injectsTheTemplateAndHasTheServiceLeadToTheGateway() throws Exception {
        ManifestInjection.Outcome outcome = inject(DEPLOYMENT + "---\n" + SERVICE + "---\n" + OTHER);
        assertTrue(outcome.text().contains("initContainers:\n      - name: pavise\n"), outcome.text());
        assertTrue(outcome.text().contains("value: \"yes\""), outcome.text());
        assertTrue(outcome.text().contains("port: 80\n    targetPort: 8443\n"), outcome.text());
        assertTrue(outcome.text().contains("port: 443\n    targetPort: http\n"), outcome.text());
        assertTrue(outcome.text().endsWith("---\n" + OTHER), outcome.text());
        assertEquals(
                List.of(
                        "Deployment agent: injected",
                        "Deployment agent: pavise: port name `http` now leads to the gateway; a Service that targets 8080 by number goes around it",
                        "Service agent: port 80 leads to the gateway now",
                        "Service agent: port 5005 leads to a port that no gateway stands before; the NetworkPolicy drops what comes that way"),
                outcome.said());
    }

    @Test
    void changesNothingTheSecondTime() throws Exception {
        String once = inject(DEPLOYMENT + "---\n" + SERVICE).text();
        ManifestInjection.Outcome twice = inject(once);
        assertEquals(once, twice.text());
        assertEquals(
                "Deployment agent: carries its gateway already", twice.said().getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment, apps/v1, template",
        "StatefulSet, apps/v1, template",
        "DaemonSet, apps/v1, template",
        "ReplicaSet, apps/v1, template",
        "Job, batch/v1, template",
    })
    void knowsWhereTemplatesStand(String kind, String version, String template) throws Exception {
        String object = DEPLOYMENT.replace("kind: Deployment", "kind: " + kind).replace("apps/v1", version);
        assertEquals(kind + " agent: injected", inject(object).said().getFirst());
    }

    @Test
    void injectsCronJobsPodsAndLists() throws Exception {
        String container = "containers: [{name: a, image: a, ports: [{containerPort: 80}]}]";
        String cron =
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {jobTemplate: {spec: {template: {spec: {"
                        + container + "}}}}}}";
        String pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {" + container + "}}";
        String list = "apiVersion: v1\nkind: List\nitems:\n  - " + cron + "\n  - " + pod + "\n";
        assertEquals(
                List.of("CronJob c: injected", "Pod p: injected"), inject(list).said());
    }

    @Test
    void leavesTheSystemsPodsAlone() throws Exception {
        String system = DEPLOYMENT.replace("namespace: agents", "namespace: kube-system");
        ManifestInjection.Outcome outcome = inject(system);
        assertEquals(system, outcome.text());
        assertEquals(
                List.of("Deployment agent: left alone: pods of namespace kube-system are left alone"), outcome.said());
    }

    @Test
    void writesNothingWhereOnePodIsRefused() {
        String bad = DEPLOYMENT.replace("spec:\n      containers", "spec:\n      hostNetwork: true\n      containers");
        BadManifestException refused =
                assertThrows(BadManifestException.class, () -> inject(DEPLOYMENT + "---\n" + bad));
        assertTrue(refused.problem().startsWith("Deployment agent: refused: spec.hostNetwork"), refused.problem());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 1\na: 2\n",
                "a: !!python/object:x {}\n",
                "a: {<<: {b: 1}}\n",
                "- a\n",
                "text\n",
                "a: *nothing\n",
                "a: .inf\n",
                "a: [\n",
                "a: 1\n--- {b: 2}\n",
                "a: \u0000\n",
            })
    void refusesWhatReadersMayTakeForDifferentThings(String manifest) {
        assertThrows(BadManifestException.class, () -> inject(manifest));
    }

    @Test
    void refusesAFewLinesThatStandForManyValues() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
        }
        assertThrows(BadManifestException.class, () -> inject(bomb.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---\n", "# nothing\n", "---\n---\n# still nothing\n---\n"})
    void keepsFilesThatSayNothing(String file) throws Exception {
        assertEquals(file.isEmpty() ? "" : file, inject(file).text());
    }

    /** What docs/injection.md shows is what comes out. */
    @Test
    void showsInTheDocumentationWhatComesOut() throws Exception {
        Path page = Path.of("..", "docs", "injection.md");
        String before = section(page, "before");
        assertEquals(before, section(page, "before"));
        assertEquals(section(page, "after"), inject(before).text());
        assertFalse(before.isEmpty());
    }

    private static String section(Path page, String name) throws IOException {
        String text = Files.readString(page);
        String start = "<!-- " + name + " -->\n```yaml\n";
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf("```\n", from));
    }
}
