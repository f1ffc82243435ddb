package dev.pavise.k8s.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SharedWatchesTest {
    private final Scene scene = Scene.open();
    private SharedWatches watches;

    @AfterEach
    void close() {
        if (watches != null) {
            watches.end();
        }
        scene.close();
    }

    private SharedWatches begin(String... namespaces) {
        watches = new SharedWatches(scene.client, Set.of(namespaces));
        watches.begin();
        return watches;
    }

    @Test
    void followsEachKindOnceHoweverManyNamespacesThereAre() {
        String another = scene.server.namespace(Map.of());
        scene.with(2);
        SharedWatches all = begin();
        WatchedScope around = all.in(scene.namespace);
        assertSame(around, all.in(another));
        Waiting.until("all kinds", around::synced);
        assertEquals(2, around.pods.in(scene.namespace).size());
        assertEquals(List.of(), around.pods.in(another));
        String replicaSet = scene.fleet.deployment().getMetadata().getName() + "-5d9";
        assertNotNull(around.replicaSets.named(scene.namespace, replicaSet));
        assertNull(around.replicaSets.named(another, replicaSet));
        assertTrue(around.faults().isEmpty());
    }

    @Test
    void staysWithinTheNamespacesItIsConfinedTo() {
        String another = scene.server.namespace(Map.of());
        scene.with(1);
        SharedWatches some = begin(scene.namespace, another);
        WatchedScope around = some.in(another);
        assertNotSame(around, some.in(scene.namespace));
        Waiting.until("all kinds", around::synced);
        assertEquals(List.of(), around.pods.all());
    }

    @Test
    void keepsOfAPodOnlyWhatIsLookedAt() {
        scene.with(1);
        scene.fleet.pod(
                "b",
                pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToAnnotations("pavise.dev/injection", "v1")
                        .addToAnnotations("example.com/notes", "long")
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .addNewPort()
                        .withName("http")
                        .withContainerPort(8080)
                        .endPort()
                        .addNewEnv()
                        .withName("PASSWORD")
                        .withValue("hunter2")
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build());
        WatchedScope around = begin().in(scene.namespace);
        Waiting.until("all kinds", around::synced);
        Pod kept = around.pods.named(scene.namespace, "codetether-5d9-b");
        Container container = kept.getSpec().getContainers().getFirst();
        assertFalse(kept.toString().contains("hunter2"));
        assertEquals(8080, container.getPorts().getFirst().getContainerPort());
        assertEquals("256Mi", container.getResources().getLimits().get("memory").toString());
        assertEquals(Map.of("pavise.dev/injection", "v1"), kept.getMetadata().getAnnotations());
        assertEquals(List.of(), kept.getMetadata().getManagedFields());
        assertTrue(PodViews.of(kept, true, scene.clock.instant()).ready());
        assertEquals(
                1,
                around.pods.ownedBy(Owners.of(kept)).stream()
                        .filter(kept::equals)
                        .count());
    }

    @Test
    void followsNothingWhileItDoesNotLead() {
        SharedWatches all = begin();
        all.in(scene.namespace);
        all.end();
        assertThrows(IllegalStateException.class, () -> all.in(scene.namespace));
    }
}
