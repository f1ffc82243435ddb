package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.sandbox.Architecture;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobPlanTest {
    private static final KubernetesConfig CONFIG = new KubernetesConfig(
            "tools",
            "kata",
            "registry.example/tools@sha256:" + "a".repeat(64),
            "pull",
            Map.of("pool", "tools"),
            List.of(
                    new KubernetesConfig.Toleration("dedicated", "tools", "NoSchedule"),
                    new KubernetesConfig.Toleration("spot", null, null)),
            Duration.ofSeconds(90),
            Duration.ofSeconds(20),
            null);

    private static JobPlan plan(Limits limits, Set<Architecture> architectures) {
        return new JobPlan(CONFIG, "runner", "run", 1_900_000_000, limits, 1000, architectures);
    }

    private static JobPlan plan() {
        return plan(Limits.DEFAULT, EnumSet.allOf(Architecture.class));
    }

    @Test
    void holdsToThePodSecurityStandardRestricted() {
        PodSpec pod = plan().pod();
        assertEquals(1, pod.getContainers().size());
        SecurityContext security = pod.getContainers().getFirst().getSecurityContext();
        assertFalse(pod.getHostNetwork() || pod.getHostPID() || pod.getHostIPC());
        assertTrue(pod.getSecurityContext().getRunAsNonRoot() && security.getRunAsNonRoot());
        assertEquals(1_900_000_000L, security.getRunAsUser());
        assertFalse(security.getAllowPrivilegeEscalation() || security.getPrivileged());
        assertTrue(security.getReadOnlyRootFilesystem());
        assertEquals(List.of("ALL"), security.getCapabilities().getDrop());
        assertEquals(List.of(), security.getCapabilities().getAdd());
        assertEquals("RuntimeDefault", security.getSeccompProfile().getType());
        assertTrue(pod.getVolumes().stream().allMatch(each -> each.getEmptyDir() != null));
    }

    @Test
    void hasNothingOfTheCluster() {
        PodSpec pod = plan().pod();
        assertEquals("kata", pod.getRuntimeClassName());
        assertFalse(pod.getAutomountServiceAccountToken());
        assertFalse(pod.getEnableServiceLinks());
        assertNull(pod.getServiceAccountName());
        assertEquals("None", pod.getDnsPolicy());
        assertEquals(List.of(), pod.getContainers().getFirst().getEnv());
        assertEquals(List.of(), pod.getContainers().getFirst().getPorts());
    }

    @Test
    void runsOnceAndEndsWithoutUs() {
        JobSpec job = plan().job().getSpec();
        assertEquals(0, job.getBackoffLimit());
        assertEquals(1, job.getParallelism());
        assertEquals(90, job.getTtlSecondsAfterFinished());
        assertEquals(20 + 60 + 30L, job.getActiveDeadlineSeconds());
        PodSpec pod = job.getTemplate().getSpec();
        assertEquals("Never", pod.getRestartPolicy());
        assertEquals(110L, pod.getActiveDeadlineSeconds());
        // Zero would take the pod's object away before its processes end.
        assertEquals(1L, pod.getTerminationGracePeriodSeconds());
    }

    @Test
    void asksForWhatItLimits() {
        Container container = plan().pod().getContainers().getFirst();
        Map<String, Quantity> limits = container.getResources().getLimits();
        assertEquals(limits, container.getResources().getRequests());
        assertEquals(new Quantity("256Mi"), limits.get("memory"));
        assertEquals(new Quantity("500m"), limits.get("cpu"));
        assertEquals(new Quantity("48Mi"), limits.get("ephemeral-storage"));
        for (Volume volume : plan().pod().getVolumes()) {
            assertEquals("Memory", volume.getEmptyDir().getMedium());
        }
        assertEquals(
                new Quantity("64Mi"),
                plan().pod().getVolumes().get(1).getEmptyDir().getSizeLimit());
    }

    @ParameterizedTest
    @CsvSource({"30, 60, 500", "5, 10, 500", "30, 10, 1000", "60, 60, 1000", "1, 3, 333", "1, 100, 10"})
    void givesNoMoreOfAProcessorThanFillsItsTime(int cpu, int wall, long millis) {
        Limits limits = limits(cpu, wall);
        long share = plan(limits, Set.of()).cpuMillis();
        assertEquals(millis, share);
        assertTrue(share * wall <= cpu * 1000L || share == 1000);
    }

    @Test
    void shortensTheTimeWhereNoShareIsSmallEnough() {
        Limits held = JobPlan.holdable(limits(1, 3600));
        assertEquals(Duration.ofSeconds(100), held.wall());
        assertEquals(10, plan(held, Set.of()).cpuMillis());
        assertEquals(Limits.DEFAULT, JobPlan.holdable(Limits.DEFAULT));
    }

    private static Limits limits(int cpu, int wall) {
        return new Limits(1 << 26, Duration.ofSeconds(cpu), Duration.ofSeconds(wall), 1 << 20, 1000, 10_000, 16, 64);
    }

    @Test
    void choosesNodesThatCanRunIt() {
        assertEquals(
                Map.of("pool", "tools", "kubernetes.io/os", "linux"),
                plan().pod().getNodeSelector());
        assertEquals(
                "arm64",
                plan(Limits.DEFAULT, Set.of(Architecture.AARCH64))
                        .pod()
                        .getNodeSelector()
                        .get("kubernetes.io/arch"));
        PodSpec pod = plan().pod();
        assertEquals("Equal", pod.getTolerations().get(0).getOperator());
        assertEquals("Exists", pod.getTolerations().get(1).getOperator());
        assertEquals("pull", pod.getImagePullSecrets().getFirst().getName());
    }
}
