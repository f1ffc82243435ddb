package dev.pavise.k8s.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.compile.Namespaces;
import dev.pavise.k8s.plan.HealPolicy;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SidecarsTest {
    private final Scene scene = new Scene(ApiServer.start(), Map.of("pavise.dev/inject", "true"));
    private final MutatingWebhookConfiguration webhook = new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(LiveSource.WEBHOOK)
            .endMetadata()
            .build();
    private SharedWatches watches;
    private Sidecars sidecars;
    private boolean made;

    @BeforeEach
    void webhook() {
        var existing = scene.client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(LiveSource.WEBHOOK);
        if (existing.get() == null) {
            scene.client.resource(webhook).create();
            made = true;
        }
    }

    @AfterEach
    void close() {
        if (sidecars != null) {
            sidecars.end();
            watches.end();
        }
        if (made) {
            scene.client.resource(webhook).delete();
        }
        scene.close();
    }

    private void begin(int budget) {
        Namespaces all = new Namespaces() {
            @Override
            public boolean synced() {
                return true;
            }

            @Override
            public Set<String> names() {
                return Set.of(scene.namespace);
            }
        };
        ControlSettings settings = new ControlSettings(
                null,
                null,
                Set.of(scene.namespace),
                Set.of(),
                true,
                Duration.ofMillis(100),
                new HealPolicy(true, budget, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));
        watches = new SharedWatches(scene.client, settings.namespaces());
        sidecars = new Sidecars(scene.client, settings, watches, all, scene.journal, scene.leads::get, scene.clock);
        watches.begin();
        sidecars.begin();
    }

    private void unmanaged(int pods) {
        scene.fleet.make(pods, Map.of());
        for (int each = 0; each < pods; each++) {
            scene.fleet.pod(String.valueOf((char) ('a' + each)));
        }
    }

    @Test
    void replacesPodsOneAfterTheOtherWithinTheBudget() {
        unmanaged(3);
        begin(2);
        Waiting.until("two evictions", () -> !scene.fleet.lives("a") && !scene.fleet.lives("b"));
        Waiting.until("the count of what is left", () -> sidecars.count() == 1);
        assertTrue(scene.fleet.lives("c"));
        String pod = "Pod " + scene.namespace + "/codetether-5d9-";
        assertEquals(
                List.of(
                        "intent k8s.evict " + pod + "a",
                        "done k8s.evict " + pod + "a",
                        "intent k8s.evict " + pod + "b",
                        "done k8s.evict " + pod + "b"),
                scene.journal.lines);
    }

    @Test
    void leavesThoseThatCarryItAndThoseThatNobodyWouldMakeAnew() {
        unmanaged(1);
        scene.fleet.pod(
                "b",
                pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("pavise.dev/injected", "true")
                        .endMetadata()
                        .editSpec()
                        .withInitContainers(new ContainerBuilder()
                                .withName("pavise")
                                .withImage("registry.example/pavise:1")
                                .withRestartPolicy("Always")
                                .build())
                        .endSpec()
                        .build());
        scene.fleet.pod(
                "c",
                pod -> new PodBuilder(pod)
                        .editMetadata()
                        .withOwnerReferences(List.of())
                        .endMetadata()
                        .build());
        begin(9);
        Waiting.until("the eviction", () -> !scene.fleet.lives("a"));
        Waiting.until("the count of what is left", () -> sidecars.count() == 1);
        assertTrue(scene.fleet.lives("b") && scene.fleet.lives("c"));
    }

    @Test
    void leavesDeploymentsToTheControllerThatLooksAfterThem() {
        scene.with(1);
        scene.fleet.pod(
                "naked",
                pod -> new PodBuilder(pod)
                        .editMetadata()
                        .withOwnerReferences(List.of())
                        .endMetadata()
                        .build());
        begin(9);
        Waiting.until("the look", () -> sidecars.count() == 1);
        assertTrue(scene.fleet.lives("a"));
        assertEquals(List.of(), scene.journal.lines);
    }

    @Test
    void recordsThoseThatComeUpWithTheirSidecarAndEachOnce() {
        begin(9);
        scene.fleet.make(1, Map.of());
        scene.fleet.pod(
                "a",
                pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("pavise.dev/injected", "true")
                        .addToAnnotations("pavise.dev/injection", "v1 sha256:0")
                        .endMetadata()
                        .editSpec()
                        .withInitContainers(new ContainerBuilder()
                                .withName("pavise")
                                .withImage("registry.example/pavise:1")
                                .withRestartPolicy("Always")
                                .build())
                        .endSpec()
                        .build());
        Waiting.until("the record", () -> !scene.journal.lines.isEmpty());
        scene.fleet.running("a");
        scene.fleet.pod("b");
        Waiting.until("the eviction of another", () -> scene.journal.lines.size() >= 3);
        assertEquals("found k8s.inject Pod " + scene.namespace + "/codetether-5d9-a", scene.journal.lines.getFirst());
        assertEquals("v1 sha256:0", scene.journal.acts.getFirst().metadata().get("injection"));
        assertEquals(
                1,
                scene.journal.lines.stream()
                        .filter(each -> each.contains("k8s.inject"))
                        .count());
    }

    @Test
    void waitsWhileAnotherPodOfTheSameMakerIsNotReady() {
        unmanaged(2);
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        begin(9);
        // The one that is not ready may go, for the other is; the other may not.
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
        Waiting.until("the next", () -> !scene.fleet.lives("a"));
        assertEquals("intent k8s.evict Pod " + scene.namespace + "/codetether-5d9-b", scene.journal.lines.getFirst());
    }

    @Test
    void doesNothingWhereAnotherLeads() {
        unmanaged(1);
        scene.leads.set(false);
        begin(9);
        sidecars.end();
        assertTrue(scene.fleet.lives("a"));
        assertEquals(List.of(), scene.journal.lines);
    }
}
