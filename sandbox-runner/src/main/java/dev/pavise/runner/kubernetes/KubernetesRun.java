package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One Job, from its pod's coming up to its being gone. What was seen of pod and streams is kept here by whoever sees it; one thread of the run's own draws the
 * conclusions.
 */
final class KubernetesRun implements Running {
    private static final int KILLED = 137;
    private static final Duration LOOK = Duration.ofMillis(100);
    /** For the last that is heard of streams and pod, once the other of the two has ended. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private static final Duration LONGEST_DYING = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final JobPlan plan;
    private final String jobUid;
    private final Delivery delivery;
    private final Limits limits;
    private final CapturedOutput captured;
    private final Transcript transcript;
    private final LongSupplier nanos;
    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private boolean cancelled;
    private boolean deleted;
    private @Nullable Pod pod;
    private PodState state = new PodState.Waiting("no pod yet");

    KubernetesRun(Cluster cluster, JobPlan plan, String jobUid, Delivery delivery, Output output, LongSupplier nanos) {
        this.cluster = cluster;
        this.plan = plan;
        this.jobUid = jobUid;
        this.delivery = delivery;
        this.limits = plan.limits();
        this.captured = new CapturedOutput(limits, output);
        this.transcript = new Transcript(captured);
        this.nanos = nanos;
    }

    @Override
    public String id() {
        return plan.run();
    }

    @Override
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    @Override
    public CompletableFuture<Boolean> begun() {
        return begun.copy();
    }

    @Override
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    /** Is told of the run's pod. Should there be another one, it is none of ours: a tool runs once. */
    synchronized void seen(Pod now) {
        if (pod == null || pod.getMetadata().getUid().equals(now.getMetadata().getUid())) {
            pod = now;
            state = PodState.of(now);
            notifyAll();
        }
    }

    /** Is told that a pod of the run is gone. */
    synchronized void gone(Pod was) {
        seen(was);
        deleted = true;
        notifyAll();
    }

    private synchronized void changed() {
        notifyAll();
    }

    /** @param afterwards is told whether the Job is gone, too */
    void launch(Consumer<Boolean> afterwards) {
        Thread.ofVirtual().name("run-" + id().substring(0, 8)).start(() -> live(afterwards));
    }

    // Whatever is thrown, the Job is removed and who waits for the end is answered.
    private void live(Consumer<Boolean> afterwards) {
        Ending end = failed(RefusalCode.SANDBOX_FAILED, "the run was lost sight of, and ended");
        boolean removed = false;
        try {
            end = watch();
        } catch (ClusterException e) {
            end = new Ending.Failed(e.refusal());
        } catch (IOException | InterruptedException | RuntimeException e) {
            end = failed(
                    RefusalCode.SANDBOX_FAILED,
                    "the run was lost sight of, and ended: " + e.getClass().getSimpleName());
        } finally {
            quiet();
            removed = remove();
            afterwards.accept(removed);
            begun.complete(false);
            ending.complete(
                    removed || isOver() ? end : failed(RefusalCode.CLUSTER_UNAVAILABLE, "the pod does not end"));
        }
    }

    /** Whatever way it ended: nothing is told of it any more. */
    private void quiet() {
        try {
            transcript.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Ending watch() throws ClusterException, IOException, InterruptedException {
        long begin = nanos.getAsLong();
        long startBy = begin + plan.config().startTimeout().toNanos();
        await(startBy, () -> cancelled || deleted || !(state instanceof PodState.Waiting));
        if (isCancelled()) {
            return new Ending.Completed(stopped(Set.of(), Duration.ofNanos(nanos.getAsLong() - begin)));
        }
        Pod up = requireUp();
        Optional<String> difference = PodCheck.difference(plan.pod(), jobUid, up);
        if (difference.isPresent()) {
            throw new ClusterException(
                    RefusalCode.CLUSTER_REFUSED,
                    "something in the cluster changed the pod's " + difference.get() + "; nothing was sent to it");
        }
        Attachment attached = new Attachment(transcript, this::changed, nanos);
        attached.opened(cluster.attach(up.getMetadata().getName(), attached));
        try (attached) {
            Ending early = stage(attached, begin, startBy);
            return early != null ? early : follow(attached);
        }
    }

    private synchronized Pod requireUp() throws ClusterException {
        Pod there = pod;
        if (there != null && state instanceof PodState.Up && !deleted) {
            return there;
        }
        String why = switch (state) {
            case PodState.Waiting(String reason) -> "in time: " + reason;
            case PodState.Broken(String reason) -> "at all: " + reason;
            case PodState.TakenAway(String reason) -> "and was taken away: " + reason;
            case PodState.Up up -> "and was deleted";
            case PodState.Ended(int code, Set<Violation> violations, String message) ->
                "but ended with " + code
                        + violations.stream()
                                .map(each -> ", " + each.code())
                                .findFirst()
                                .orElse("");
        };
        throw new ClusterException(RefusalCode.POD_NOT_STARTED, "the pod did not come up " + why);
    }

    /** Sends the tool and waits until it is found to be whole there; an ending where it comes to one before the tool begins. */
    private @Nullable Ending stage(Attachment attached, long begin, long startBy)
            throws ClusterException, IOException, InterruptedException {
        try {
            delivery.sendTo((bytes, offset, length) -> {
                if (isCancelled()) {
                    throw new IOException("the run was cancelled");
                }
                attached.send(bytes, offset, length, startBy);
            });
        } catch (IOException e) {
            // What the pod has to say about it may be on its way.
        }
        await(startBy, () -> cancelled || deleted || transcript.reply() != null || attached.isOver());
        String reply = transcript.reply();
        if (isCancelled()) {
            return new Ending.Completed(stopped(Set.of(), Duration.ofNanos(nanos.getAsLong() - begin)));
        }
        if (reply == null) {
            await(nanos.getAsLong() + LAST_WORDS.toNanos(), () -> deleted || state instanceof PodState.Ended);
            requireUp();
            throw new ClusterException(RefusalCode.POD_NOT_STARTED, "the pod does not answer in time");
        }
        return switch (reply) {
            case "staged" -> null;
            case "refused digest" -> failed(RefusalCode.CONTENT_MISMATCH, "in the pod: " + Delivery.reason(reply));
            case "refused interpreter" -> failed(RefusalCode.NOT_EXECUTABLE, "in the pod: " + Delivery.reason(reply));
            default -> failed(RefusalCode.POD_NOT_STARTED, "in the pod: " + Delivery.reason(reply));
        };
    }

    private Ending follow(Attachment attached) throws IOException, InterruptedException {
        long begin = nanos.getAsLong();
        long until = begin + limits.wall().toNanos();
        begun.complete(true);
        attached.send(Delivery.GO.toArray(), 0, Delivery.GO.length(), until);
        await(until, () -> isEnd() || attached.isOver());
        if (attached.isOver()) {
            await(nanos.getAsLong() + LAST_WORDS.toNanos(), this::isEnd);
        }
        Set<Violation> violations = EnumSet.noneOf(Violation.class);
        if (captured.exceeded()) {
            violations.add(Violation.OUTPUT);
        }
        if (!isOver() && nanos.getAsLong() - until >= 0) {
            violations.add(Violation.TIMEOUT);
        }
        Duration took = Duration.ofNanos(nanos.getAsLong() - begin);
        if (!violations.isEmpty() || isCancelled() || transcript.failed()) {
            return new Ending.Completed(stopped(violations, took));
        }
        return ended(attached, took);
    }

    private Ending ended(Attachment attached, Duration took) throws InterruptedException {
        PodState last = state();
        return switch (last) {
            case PodState.Ended(int exitCode, Set<Violation> seen, String message) -> {
                await(nanos.getAsLong() + LAST_WORDS.toNanos(), () -> attached.isWhole() || attached.isOver());
                if (!attached.isWhole() && seen.isEmpty()) {
                    yield failed(RefusalCode.SANDBOX_FAILED, "the connection to the pod broke, and output with it");
                }
                Set<Violation> violations = EnumSet.noneOf(Violation.class);
                violations.addAll(seen);
                if (captured.exceeded()) {
                    violations.add(Violation.OUTPUT);
                }
                yield new Ending.Completed(result(exitCode, false, violations, took, Figures.of(message)));
            }
            case PodState.TakenAway(String reason) ->
                failed(RefusalCode.SANDBOX_FAILED, "the cluster took the pod away: " + reason);
            default ->
                failed(
                        RefusalCode.SANDBOX_FAILED,
                        isDeleted()
                                ? "somebody else deleted the pod"
                                : "the connection to the pod broke, and the run was ended");
        };
    }

    private RunResult stopped(Set<Violation> violations, Duration took) throws InterruptedException {
        return result(KILLED, violations.isEmpty(), violations, took, Figures.NONE);
    }

    private RunResult result(
            int exitCode, boolean wasCancelled, Set<Violation> violations, Duration took, Figures figures)
            throws InterruptedException {
        transcript.close();
        return new RunResult(
                violations.isEmpty() && exitCode == 0,
                exitCode,
                wasCancelled,
                captured.kept(Output.Stream.STDOUT),
                captured.kept(Output.Stream.STDERR),
                captured.truncated(),
                captured.hash(),
                took,
                figures.cpu(),
                figures.peakBytes(),
                violations);
    }

    /** Whether the Job is gone, and its pod with it. */
    private boolean remove() {
        long until = nanos.getAsLong() + LONGEST_DYING.toNanos();
        try {
            do {
                try {
                    if (cluster.remove(plan.name())) {
                        return true;
                    }
                } catch (ClusterException e) {
                    // Tried again until time runs out, and later by the backend.
                }
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            } while (nanos.getAsLong() - until < 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private synchronized boolean isDeleted() {
        return deleted;
    }

    private synchronized PodState state() {
        return state;
    }

    /** Whether no process of it is left, by what the cluster says. */
    private synchronized boolean isOver() {
        return deleted || state instanceof PodState.Ended || state instanceof PodState.TakenAway;
    }

    private boolean isEnd() {
        return cancelled || captured.exceeded() || transcript.failed() || isOver();
    }

    private synchronized void await(long deadlineNanos, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = deadlineNanos - nanos.getAsLong();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK.toNanos()));
        }
    }

    private static Ending failed(RefusalCode code, String reason) {
        return new Ending.Failed(new Refusal(code, reason));
    }
}
