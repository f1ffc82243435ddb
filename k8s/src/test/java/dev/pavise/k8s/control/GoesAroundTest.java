package dev.pavise.k8s.control;

import static dev.pavise.k8s.control.Scene.done;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Waiting;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services that lead around the sidecars of a Deployment that is looked after. */
final class GoesAroundTest {
    private final Scene scene = Scene.open();

    @AfterEach
    void close() {
        scene.close();
    }

    private void service(int target) {
        var made = new ServiceBuilder()
                .withNewMetadata()
                .withName("agent")
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", Scene.NAME)
                .addNewPort()
                .withPort(443)
                .withTargetPort(new IntOrString(target))
                .endPort()
                .endSpec()
                .build();
        scene.client.services().inNamespace(scene.namespace).resource(made).create();
    }

    private void injected(String suffix) {
        scene.fleet.pod(
                suffix,
                pod -> new PodBuilder(pod)
                        .editSpec()
                        .addNewInitContainer()
                        .withName("pavise")
                        .withImage("registry.example/pavise:1")
                        .withRestartPolicy("Always")
                        .endInitContainer()
                        .endSpec()
                        .build());
    }

    @Test
    void isToldOnceForEachPortAndDoesNotAil() {
        scene.fleet.make(2, Map.of(ControlSettings.MANAGED, "true"));
        injected("a");
        injected("b");
        service(8080);
        Controller controller = scene.begin();
        scene.untilFound("goes_around");
        Status status = done(controller.status(scene.target));
        assertTrue(status.healthy(), status::toString);
        assertEquals(List.of("goes_around"), scene.codes());
        assertEquals(
                "Service " + scene.namespace + "/agent",
                status.findings().getFirst().object());
        assertTrue(status.findings().getFirst().message().contains("target 8443"), status::toString);
        scene.client.services().inNamespace(scene.namespace).withName("agent").delete();
        service(8443);
        Waiting.until("it is mended", () -> scene.codes().isEmpty());
        assertEquals(List.of(), scene.journal.acts);
    }

    @Test
    void saysNothingOfPodsWithoutSidecar() {
        Controller controller = scene.with(1).begin();
        service(8080);
        assertEquals(List.of(), done(controller.status(scene.target)).findings());
    }
}
