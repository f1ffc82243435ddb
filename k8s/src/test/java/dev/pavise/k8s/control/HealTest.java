package dev.pavise.k8s.control;

import static dev.pavise.k8s.control.Scene.ASKED;
import static dev.pavise.k8s.control.Scene.done;
import static dev.pavise.k8s.control.Scene.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Fleet;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.plan.HealHistory;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HealTest {
    private Scene scene = Scene.open();

    @AfterEach
    void close() {
        scene.close();
    }

    private String restartedAt() {
        var metadata = scene.fleet.deployment().getSpec().getTemplate().getMetadata();
        return metadata.getAnnotations() == null
                ? null
                : metadata.getAnnotations().get(ControlSettings.RESTARTED_AT);
    }

    private String history() {
        Map<String, String> annotations = scene.fleet.deployment().getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(HealHistory.ANNOTATION, "");
    }

    @Test
    void evictsOnlyThePodThatCrashes() {
        scene.with(3).begin();
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
        Waiting.until("the record of it", () -> scene.journal.lines.size() == 2);
        assertTrue(scene.fleet.lives("a") && scene.fleet.lives("c"));
        assertNull(restartedAt());
        assertTrue(history().matches("\\d+"), history());
        assertEquals("done k8s.evict Pod " + scene.namespace + "/codetether-5d9-b", scene.journal.lines.getLast());
        assertEquals(
                scene.target.toString(),
                scene.journal.acts.getFirst().metadata().get("deployment"));
    }

    @Test
    void healsInAnyNamespaceWhereNoneIsNamed() {
        ControlSettings some = scene.with(2).settings(Scene.patientPolicy());
        scene.begin(new ControlSettings(null, null, Set.of(), Set.of(), true, some.interval(), some.heal()));
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
        assertTrue(scene.fleet.lives("a"));
    }

    @Test
    void restartsOnceWhereAllCrashThenWaitsThenAsksForAHuman() {
        Controller controller = scene.with(2).begin();
        scene.fleet.waiting("a", "CrashLoopBackOff", "Error");
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        Waiting.until("the restart", () -> restartedAt() != null);
        // The rollout ends, and they crash all the same.
        scene.fleet.rolledOut();
        scene.untilFound("backing_off");
        String first = restartedAt();
        for (int more = 0; more < 2; more++) {
            scene.ahead = scene.ahead.plusMinutes(5);
            assertEquals(
                    1, done(controller.health(scene.target, ASKED)).actions().size());
            scene.fleet.rolledOut();
        }
        assertFalse(first.equals(restartedAt()));
        scene.ahead = scene.ahead.plusMinutes(20);
        Control.Checked checked = done(controller.health(scene.target, ASKED));
        assertEquals(List.of(), checked.actions());
        assertFalse(checked.healthy());
        scene.untilFound("needs_a_human");
        // What is remembered stands on the Deployment: another leader does not begin anew.
        controller.end();
        controller.begin();
        Waiting.until("the sight", controller::ready);
        scene.untilFound("needs_a_human");
        scene.ahead = scene.ahead.plusHours(2);
        assertEquals(1, done(controller.health(scene.target, ASKED)).actions().size());
    }

    @ParameterizedTest
    @CsvSource({
        "ImagePullBackOff, , image_unavailable",
        "ErrImagePull, , image_unavailable",
        "CreateContainerConfigError, , config_error"
    })
    void tellsAndLeavesAloneWhatARestartDoesNotMend(String waiting, String ended, String code) {
        scene.with(1).begin();
        scene.fleet.waiting("a", waiting, ended);
        scene.untilFound(code);
        assertTrue(scene.fleet.lives("a"));
        assertNull(restartedAt());
        assertTrue(scene.journal.lines.isEmpty());
    }

    @Test
    void namesTheMemoryLimitOfWhatWasKilled() {
        Controller controller = scene.with(2).begin();
        scene.fleet.waiting("a", "CrashLoopBackOff", "OOMKilled");
        Waiting.until("the eviction", () -> !scene.fleet.lives("a"));
        assertEquals("out_of_memory", scene.journal.acts.getFirst().reason());
        scene.fleet.waiting("b", "CrashLoopBackOff", "OOMKilled");
        Waiting.until(
                "a finding that names it",
                () -> done(controller.status(scene.target)).findings().stream()
                        .anyMatch(each -> each.message().contains("256Mi")));
    }

    @Test
    void movesAPodFromALostNode() {
        String lost = "node-" + UUID.randomUUID();
        String well = "node-" + UUID.randomUUID();
        try {
            Fleet.node(scene.client, lost, true, Instant.now());
            Fleet.node(scene.client, well, true, Instant.now());
            scene.fleet.make(2, Map.of(ControlSettings.MANAGED, "true"));
            scene.fleet.pod("a", pod -> on(pod, lost));
            scene.fleet.pod("b", pod -> on(pod, well));
            scene.begin();
            Fleet.node(scene.client, lost, false, Instant.now().minusSeconds(300));
            Waiting.until("the eviction", () -> !scene.fleet.lives("a"));
            assertTrue(scene.fleet.lives("b"));
            assertEquals("node_lost", scene.journal.acts.getFirst().reason());
        } finally {
            scene.client.nodes().withName(lost).delete();
            scene.client.nodes().withName(well).delete();
        }
    }

    private static Pod on(Pod pod, String node) {
        return new PodBuilder(pod).editSpec().withNodeName(node).endSpec().build();
    }

    @Test
    void waitsForADisruptionBudgetAndDoesNotCountThat() {
        Controller controller = scene.with(2).askedOnly();
        scene.client
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(scene.namespace)
                .resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("all")
                        .endMetadata()
                        .withNewSpec()
                        .withNewMinAvailable(2)
                        .withNewSelector()
                        .addToMatchLabels("app", Scene.NAME)
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        scene.fleet.waiting("a", "CrashLoopBackOff", "Error");
        Control.Checked checked = done(controller.health(scene.target, ASKED));
        assertTrue(
                checked.findings().stream().anyMatch(each -> each.code().code().equals("disruption_not_allowed")));
        assertTrue(scene.fleet.lives("a"));
        assertEquals("", history());
        scene.fleet.running("a");
        assertEquals(Problem.DISRUPTION_NOT_ALLOWED, problem(controller.restart(scene.target, "", ASKED)));
        assertTrue(scene.journal.lines.isEmpty());
    }

    @Test
    void refusesARestartWhileOneIsGoingOn() {
        Controller controller = scene.with(1).askedOnly();
        assertEquals(
                Scene.NAME,
                done(controller.restart(scene.target, "new key", ASKED)).deployment());
        scene.fleet.rollout("ReplicaSetUpdated", "True");
        assertEquals(Problem.ROLLOUT_IN_PROGRESS, problem(controller.restart(scene.target, "", ASKED)));
        assertEquals("new key", scene.journal.acts.getFirst().reason());
        assertEquals(2, scene.journal.lines.size());
    }

    @Test
    void replacesAPodThatCameUpWithoutItsSidecar() {
        scene.close();
        scene = new Scene(dev.pavise.k8s.ApiServer.start(), Map.of("pavise.dev/inject", "true"));
        scene.fleet.make(2, Map.of(ControlSettings.MANAGED, "true"));
        scene.fleet.pod("a");
        scene.fleet.pod("b", HealTest::injected);
        Controller controller = scene.begin();
        scene.untilFound("not_injected");
        scene.untilFound("injector_missing");
        assertTrue(scene.fleet.lives("a"));
        boolean made = webhook();
        try {
            done(controller.reconcile(scene.target, ASKED));
            Waiting.until("the eviction", () -> !scene.fleet.lives("a"));
            assertTrue(scene.fleet.lives("b"));
        } finally {
            if (made) {
                scene.client
                        .admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName("pavise-injector")
                        .delete();
            }
        }
    }

    private static Pod injected(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels("pavise.dev/injected", "true")
                .endMetadata()
                .editSpec()
                .addNewInitContainer()
                .withName("pavise")
                .withImage("registry.example/pavise:1")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
    }

    // It names no namespace of a test: nothing is ever sent to it.
    private boolean webhook() {
        scene.client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .resource(new MutatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName("pavise-injector")
                        .endMetadata()
                        .build())
                .create();
        return true;
    }

    @Test
    void makesAMissingDeploymentFromItsManifestAndAppliesAnother() {
        ControlSettings settings = new ControlSettings(
                scene.target,
                Fleet.manifest(Scene.NAME, 2),
                Set.of(scene.namespace),
                Set.of(),
                true,
                Duration.ofSeconds(30),
                Scene.patientPolicy());
        Controller controller = scene.begin(settings);
        Waiting.until("the Deployment", () -> scene.fleet.deployment() != null);
        Waiting.until("the record of it", () -> scene.journal.lines.size() == 2);
        assertEquals("done k8s.create " + scene.target, scene.journal.lines.getLast());
        assertEquals(2, scene.fleet.deployment().getSpec().getReplicas());
        controller.close();
        var changed = Fleet.manifest(Scene.NAME, 2);
        changed.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("registry.example/agent:2");
        scene.begin(new ControlSettings(
                scene.target,
                changed,
                Set.of(scene.namespace),
                Set.of(),
                true,
                Duration.ofSeconds(30),
                settings.heal()));
        Waiting.until(
                "the other image",
                () -> scene.fleet
                        .deployment()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage()
                        .endsWith(":2"));
    }

    @Test
    void tellsWhatItDidAsOneEvent() {
        Controller controller = scene.with(1).askedOnly();
        done(controller.scale(scene.target, 2, ASKED));
        done(controller.scale(scene.target, 2, ASKED));
        done(controller.scale(scene.target, 2, ASKED));
        var events =
                scene.client.v1().events().inNamespace(scene.namespace).list().getItems();
        assertEquals(1, events.size());
        assertEquals("PaviseScale", events.getFirst().getReason());
        assertEquals(Scene.NAME, events.getFirst().getInvolvedObject().getName());
    }

    @Test
    void leavesAPausedDeploymentAndOneThatIsRolledOutAlone() {
        Controller controller = scene.with(2).askedOnly();
        scene.fleet.waiting("a", "CrashLoopBackOff", "Error");
        scene.fleet.rollout("ReplicaSetUpdated", "True");
        assertEquals(List.of(), done(controller.health(scene.target, ASKED)).actions());
        scene.fleet.rolledOut();
        scene.client
                .apps()
                .deployments()
                .inNamespace(scene.namespace)
                .withName(Scene.NAME)
                .rolling()
                .pause();
        assertEquals(List.of(), done(controller.health(scene.target, ASKED)).actions());
        assertEquals(Problem.CONFLICT, problem(controller.restart(scene.target, "", ASKED)));
        assertTrue(scene.journal.lines.isEmpty());
    }
}
