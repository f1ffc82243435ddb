package dev.pavise.runner.kubernetes;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.sandbox.InputCheck;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs native programs and scripts, each in a pod of its own under a RuntimeClass. Guarantees, against the tool and whoever calls it: what runs has the digest
 * that it was asked for by, checked in the pod; nothing of the run but its limits stands in an object of the cluster; nothing is sent to a pod that is not
 * as it was asked for; a run ends at its limits, and no Job of it stays. Not: that the RuntimeClass holds, or that the cluster's network plug-in enforces
 * network policies; and not against who may attach to, or read the logs of, pods in that namespace.
 */
public final class KubernetesBackend implements Backend {
    private static final int FIRST_USER = 1_879_048_192;
    private static final int USERS = 1 << 27;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);
    private final Cluster cluster;
    private final KubernetesConfig config;
    private final String runner;
    private final int runs;
    private final long contentBytes;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore places;
    private final Map<String, KubernetesRun> running = new ConcurrentHashMap<>();
    private final Leftovers leftovers;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final SharedIndexInformer<Pod> pods;

    private KubernetesBackend(
            Cluster cluster, KubernetesConfig config, String runner, int runs, long contentBytes, LongSupplier nanos)
            throws ClusterException {
        this.cluster = cluster;
        this.config = config;
        this.runner = runner;
        this.runs = runs;
        this.contentBytes = contentBytes;
        this.nanos = nanos;
        this.leftovers = new Leftovers(cluster, nanos);
        this.places = new Semaphore(runs);
        this.pods = cluster.follow(runner, new Follower());
    }

    /**
     * Clears away what a runner of this name left behind, and looks whether tools would be without a network.
     *
     * @param runner a name that no other runner has; it finds what it left by it
     */
    static KubernetesBackend open(
            Cluster cluster, KubernetesConfig config, String runner, int runs, long contentBytes, LongSupplier nanos)
            throws ClusterException {
        requireIsolation(cluster, runner, "");
        Leftovers.sweep(cluster, runner, nanos);
        return new KubernetesBackend(cluster, config, runner, runs, contentBytes, nanos);
    }

    private static void requireIsolation(Cluster cluster, String runner, String run) throws ClusterException {
        Optional<String> problem = Isolation.problem(cluster.networkPolicies(), Labels.of(runner, run));
        if (problem.isPresent()) {
            throw new ClusterException(RefusalCode.CLUSTER_REFUSED, problem.get());
        }
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public Start start(Program program, RunInput input, Limits limits, Output output) {
        if (closing.get()) {
            return Start.Refused.because(RefusalCode.CLOSING, "the runner is closing");
        }
        leftovers.clear();
        if (!places.tryAcquire()) {
            return Start.Refused.because(
                    RefusalCode.TOO_MANY_RUNS, runs + " runs are under way, which is the most at once");
        }
        Start start = Start.Refused.because(RefusalCode.SANDBOX_FAILED, "the run cannot be prepared");
        try {
            start = checked(program, input, limits, output);
        } finally {
            if (start instanceof Start.Refused) {
                places.release();
            }
        }
        return start;
    }

    private Start checked(Program program, RunInput input, Limits limits, Output output) {
        Optional<String> unfit = InputCheck.check(input);
        if (unfit.isPresent()) {
            return Start.Refused.because(RefusalCode.INPUT_REFUSED, unfit.get());
        }
        if (limits.scratchBytes() == 0) {
            return Start.Refused.because(
                    RefusalCode.GRANT_UNSAFE,
                    "a pod of a tool can write to memory: give its policy at least 1 MiB of scratch");
        }
        return switch (ToolCheck.check(program, contentBytes)) {
            case ToolCheck.Checked.Unfit(RefusalCode code, String reason) -> Start.Refused.because(code, reason);
            case ToolCheck.Checked.Fit fit -> {
                Start start = Start.Refused.because(RefusalCode.SANDBOX_FAILED, "the run cannot be prepared");
                try {
                    start = prepared(fit, program, input, limits, output);
                } finally {
                    if (start instanceof Start.Refused) {
                        fit.close();
                    }
                }
                yield start;
            }
        };
    }

    private Start prepared(ToolCheck.Checked.Fit fit, Program program, RunInput input, Limits limits, Output output) {
        Limits held = JobPlan.holdable(limits.within(input.timeout()));
        Delivery delivery = new Delivery(fit.file(), program.sha256(), fit.interpreter(), input, held);
        JobPlan plan = new JobPlan(
                config,
                runner,
                newId(),
                FIRST_USER + random.nextInt(USERS),
                held,
                delivery.staged(),
                fit.architectures());
        try {
            requireIsolation(cluster, runner, plan.run());
            Job job = create(plan);
            KubernetesRun run =
                    new KubernetesRun(cluster, plan, job.getMetadata().getUid(), delivery, output, nanos);
            running.put(plan.run(), run);
            pods.getStore().list().forEach(this::seen); // what came before it was put there
            run.launch(removed -> finished(plan, fit, removed));
            if (closing.get()) {
                run.cancel();
            }
            return new Start.Started(run);
        } catch (ClusterException e) {
            return new Start.Refused(e.refusal());
        }
    }

    // An answer that did not come says nothing of whether there is a Job now.
    private Job create(JobPlan plan) throws ClusterException {
        try {
            return cluster.create(plan.job());
        } catch (ClusterException e) {
            leftovers.addDoubtful(plan.name());
            leftovers.clear();
            throw e;
        }
    }

    private void finished(JobPlan plan, ToolCheck.Checked.Fit fit, boolean removed) {
        running.remove(plan.run());
        if (!removed) {
            leftovers.add(plan.name());
        }
        fit.close();
        places.release();
    }

    private void seen(Pod pod) {
        KubernetesRun run = runOf(pod);
        if (run != null) {
            run.sight().seen(pod);
        }
    }

    private @Nullable KubernetesRun runOf(Pod pod) {
        String id = pod.getMetadata().getLabels().get(Labels.RUN);
        return id == null ? null : running.get(id);
    }

    /** Hands on what the watch tells. */
    private final class Follower implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            seen(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            seen(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean unknown) {
            KubernetesRun run = runOf(pod);
            if (run != null) {
                run.sight().gone(pod);
            }
        }
    }

    private String newId() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** Waits for what is under way for a bounded time; what is left by then ends at its deadline, and is swept by the next start. */
    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        long begin = nanos.getAsLong();
        try {
            do {
                List.copyOf(running.values()).forEach(KubernetesRun::cancel);
            } while (!places.tryAcquire(runs, LOOK.toMillis(), TimeUnit.MILLISECONDS)
                    && nanos.getAsLong() - begin < LONGEST_CLOSE.toNanos());
            leftovers.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pods.close();
            cluster.close();
        }
    }
}
