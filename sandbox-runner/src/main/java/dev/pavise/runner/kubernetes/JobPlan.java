package dev.pavise.runner.kubernetes;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.sandbox.Architecture;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodDNSConfigBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the cluster is asked for: a Job with one pod that holds to the Pod Security Standard {@code restricted} and has nothing of the run in it but its limits.
 *
 * @param user a number of the run's own, so that its limit on processes counts nobody else's
 * @param staged bytes of the tool and its input together
 * @param architectures the processors that the tool is for; one of them, or both for a script
 */
record JobPlan(
        KubernetesConfig config,
        String runner,
        String run,
        long user,
        Limits limits,
        long staged,
        Set<Architecture> architectures) {
    static final String CONTAINER = "tool";
    static final String STAGE = "/pavise";
    static final String SCRATCH = "/tmp";
    static final String FIGURES = "/dev/termination-log";

    private static final long MILLIS = 1000;
    /** The smallest share of a processor that the kernel's scheduler holds to. */
    private static final long LEAST_MILLIS = 10;

    private static final long STAGE_ROOM = 64 * 1024;
    private static final long LOG_ROOM = 32L * 1024 * 1024;
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** The limits as they can be held: CPU time is held by a share of a processor, and where even the smallest is too much, by less time. */
    static Limits holdable(Limits limits) {
        return limits.within(limits.cpu().multipliedBy(MILLIS / LEAST_MILLIS));
    }

    /** So that the processors' time of all processes together cannot pass its limit before time runs out. */
    long cpuMillis() {
        long share = limits.cpu().toMillis() * MILLIS / Math.max(limits.wall().toMillis(), 1);
        return Math.clamp(share, LEAST_MILLIS, MILLIS);
    }

    String name() {
        return "pavise-run-" + run;
    }

    Job job() {
        Map<String, String> labels = Labels.of(runner, run);
        return new JobBuilder()
                .withNewMetadata()
                .withName(name())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withParallelism(1)
                .withCompletions(1)
                .withBackoffLimit(0)
                .withActiveDeadlineSeconds(deadline())
                .withTtlSecondsAfterFinished((int) config.ttl().toSeconds())
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withSpec(pod())
                .endTemplate()
                .endSpec()
                .build();
    }

    /** For the cluster alone to end it, were there no runner any more. */
    private long deadline() {
        return config.startTimeout().plus(limits.wall()).plus(MARGIN).toSeconds();
    }

    PodSpec pod() {
        PodSpecBuilder pod = new PodSpecBuilder()
                .withRuntimeClassName(config.runtimeClass())
                .withRestartPolicy("Never")
                .withActiveDeadlineSeconds(deadline())
                // With zero the pod's object goes before its processes do.
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withHostNetwork(false)
                .withHostPID(false)
                .withHostIPC(false)
                .withShareProcessNamespace(false)
                .withHostname(CONTAINER)
                .withDnsPolicy("None")
                .withDnsConfig(
                        new PodDNSConfigBuilder().withNameservers("127.0.0.1").build())
                .withNodeSelector(nodes())
                .withTolerations(
                        config.tolerations().stream().map(JobPlan::toleration).toList())
                .withSecurityContext(podSecurity())
                .withContainers(container())
                .withVolumes(memory("stage", staged + STAGE_ROOM), memory("scratch", limits.scratchBytes()));
        if (config.imagePullSecret() != null) {
            pod.withImagePullSecrets(new LocalObjectReference(config.imagePullSecret()));
        }
        return pod.build();
    }

    private Map<String, String> nodes() {
        Map<String, String> nodes = new LinkedHashMap<>(config.nodeSelector());
        nodes.put("kubernetes.io/os", "linux");
        if (architectures.size() == 1) {
            nodes.put("kubernetes.io/arch", architectures.contains(Architecture.X86_64) ? "amd64" : "arm64");
        }
        return nodes;
    }

    private static Toleration toleration(KubernetesConfig.Toleration from) {
        return new Toleration(from.effect(), from.key(), from.value() == null ? "Exists" : "Equal", null, from.value());
    }

    private PodSecurityContext podSecurity() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(user)
                .withRunAsGroup(user)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    private Container container() {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(config.image())
                .withImagePullPolicy("IfNotPresent")
                .withCommand("/bin/sh", "-c", StageScript.TEXT, "pavise")
                .withArgs(STAGE, SCRATCH, FIGURES)
                .withWorkingDir("/")
                .withStdin(true)
                .withStdinOnce(true)
                .withTty(false)
                .withTerminationMessagePath(FIGURES)
                .withTerminationMessagePolicy("File")
                .withSecurityContext(security())
                .withResources(resources())
                .withVolumeMounts(
                        new VolumeMountBuilder()
                                .withName("stage")
                                .withMountPath(STAGE)
                                .build(),
                        new VolumeMountBuilder()
                                .withName("scratch")
                                .withMountPath(SCRATCH)
                                .build())
                .build();
    }

    private SecurityContext security() {
        return new SecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(user)
                .withRunAsGroup(user)
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    private ResourceRequirements resources() {
        Map<String, Quantity> all = Map.of(
                "cpu",
                new Quantity(cpuMillis() + "m"),
                "memory",
                new Quantity("" + limits.memoryBytes()),
                "ephemeral-storage",
                new Quantity("" + (limits.outputBytes() + LOG_ROOM)));
        return new ResourceRequirementsBuilder()
                .withRequests(all)
                .withLimits(all)
                .build();
    }

    private static Volume memory(String name, long bytes) {
        return new VolumeBuilder()
                .withName(name)
                .withEmptyDir(new EmptyDirVolumeSource("Memory", new Quantity("" + bytes)))
                .build();
    }
}
