package dev.pavise.k8s.control;

import static dev.pavise.k8s.control.Scene.ASKED;
import static dev.pavise.k8s.control.Scene.done;
import static dev.pavise.k8s.control.Scene.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScaleTest {
    private final Scene scene = Scene.open();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void setsTheNumberAndRecordsIt() {
        Controller controller = scene.with(1).askedOnly();
        assertEquals(new Control.Scaled(Scene.NAME, 1, 3, true), done(controller.scale(scene.target, 3, ASKED)));
        assertEquals(3, scene.fleet.deployment().getSpec().getReplicas());
        String target = scene.target.toString();
        assertEquals(List.of("intent k8s.scale " + target, "done k8s.scale " + target), scene.journal.lines);
        assertEquals("operator", scene.journal.acts.getFirst().metadata().get("on_behalf_of"));
        assertEquals(ASKED.by(), scene.journal.acts.getFirst().asked());
        ActionTaken action = done(controller.actions(scene.target)).getFirst();
        assertEquals("k8s.scale", action.action());
        assertEquals(ActionTaken.SUCCESS, action.outcome());
    }

    @Test
    void changesNothingTheSecondTimeAndRecordsThatToo() {
        Controller controller = scene.with(1).askedOnly();
        done(controller.scale(scene.target, 2, ASKED));
        assertEquals(new Control.Scaled(Scene.NAME, 2, 2, false), done(controller.scale(scene.target, 2, ASKED)));
        assertEquals(4, scene.journal.lines.size());
    }

    @Test
    void scalesToNothingAndIsWell() {
        Controller controller = scene.with(1).askedOnly();
        done(controller.scale(scene.target, 0, ASKED));
        scene.fleet.rolledOut();
        scene.client
                .pods()
                .inNamespace(scene.namespace)
                .withName(Scene.NAME + "-5d9-a")
                .withGracePeriod(0)
                .delete();
        Waiting.until("it is well", () -> done(controller.status(scene.target)).healthy());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesANumberOutOfRangeAndDoesNothing(int replicas) {
        Controller controller = scene.with(1).askedOnly();
        assertEquals(Problem.INVALID_ARGUMENT, problem(controller.scale(scene.target, replicas, ASKED)));
        assertTrue(scene.journal.lines.isEmpty());
        assertEquals(1, scene.fleet.deployment().getSpec().getReplicas());
    }

    @Test
    void refusesWhatIsNotThere() {
        Controller controller = scene.askedOnly();
        Target other = Target.deployment(scene.namespace, "other");
        assertEquals(Problem.NO_SUCH_DEPLOYMENT, problem(controller.scale(other, 2, ASKED)));
        assertEquals(Problem.NO_SUCH_DEPLOYMENT, problem(controller.status(other)));
        assertEquals(Problem.NO_SUCH_DEPLOYMENT, problem(controller.restart(other, "", ASKED)));
        assertEquals(Problem.NO_SUCH_DEPLOYMENT, problem(controller.health(other, ASKED)));
        assertEquals(Problem.NO_SUCH_DEPLOYMENT, problem(controller.reconcile(other, ASKED)));
    }

    @Test
    void leavesTheNumberToAnAutoscaler() {
        Controller controller = scene.with(1).askedOnly();
        scene.client
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(scene.namespace)
                .resource(new HorizontalPodAutoscalerBuilder()
                        .withNewMetadata()
                        .withName("scaler")
                        .endMetadata()
                        .withNewSpec()
                        .withMinReplicas(1)
                        .withMaxReplicas(4)
                        .withNewScaleTargetRef("apps/v1", "Deployment", Scene.NAME)
                        .endSpec()
                        .build())
                .create();
        assertEquals(Problem.CONFLICT, problem(controller.scale(scene.target, 3, ASKED)));
        assertEquals(1, scene.fleet.deployment().getSpec().getReplicas());
        assertTrue(scene.journal.lines.isEmpty());
    }

    @Test
    void setsTheNumberAgainThatAnotherChanged() {
        Controller controller = scene.with(1).begin();
        done(controller.scale(scene.target, 2, ASKED));
        scene.client
                .apps()
                .deployments()
                .inNamespace(scene.namespace)
                .withName(Scene.NAME)
                .edit(live -> new DeploymentBuilder(live)
                        .editSpec()
                        .withReplicas(5)
                        .endSpec()
                        .build());
        Waiting.until(
                "the number that was asked for",
                () -> scene.fleet.deployment().getSpec().getReplicas() == 2);
        assertEquals("system", scene.journal.acts.getLast().asked());
    }

    @Test
    void doesNothingThatCannotBeRecorded() {
        Controller controller = scene.with(1).askedOnly();
        scene.journal.broken = true;
        assertEquals(Problem.AUDIT_UNAVAILABLE, problem(controller.scale(scene.target, 3, ASKED)));
        assertEquals(Problem.AUDIT_UNAVAILABLE, problem(controller.restart(scene.target, "", ASKED)));
        assertEquals(1, scene.fleet.deployment().getSpec().getReplicas());
    }

    @Test
    void doesNothingThatAnotherLeads() {
        Controller controller = scene.with(1).askedOnly();
        scene.leads.set(false);
        assertEquals(Problem.NOT_LEADER, problem(controller.scale(scene.target, 3, ASKED)));
        controller.end();
        scene.leads.set(true);
        assertEquals(Problem.NOT_LEADER, problem(controller.scale(scene.target, 3, ASKED)));
        assertFalse(controller.ready());
        assertTrue(scene.journal.lines.isEmpty());
    }

    @Test
    void keepsTheFieldsOfOthersAndItsOwn() {
        Controller controller = scene.with(1).askedOnly();
        done(controller.restart(scene.target, "", ASKED));
        scene.fleet.rolledOut();
        done(controller.scale(scene.target, 2, ASKED));
        var template = scene.fleet.deployment().getSpec().getTemplate();
        assertTrue(template.getMetadata().getAnnotations().containsKey(ControlSettings.RESTARTED_AT));
        assertEquals(Scene.NAME, template.getMetadata().getLabels().get("app"));
        assertEquals("agent", template.getSpec().getContainers().getFirst().getName());
        scene.fleet.rolledOut();
        done(controller.restart(scene.target, "", ASKED));
        assertEquals(2, scene.fleet.deployment().getSpec().getReplicas());
        assertEquals(
                "2", scene.fleet.deployment().getMetadata().getAnnotations().get("pavise.dev/replicas"));
    }
}
