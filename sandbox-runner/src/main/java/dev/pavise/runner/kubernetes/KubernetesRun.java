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
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One Job, from its pod's coming up to its being gone. What comes of pod and streams is put down by whoever sees it; one thread of the run's own draws the
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
    private final Sight sight;

    KubernetesRun(Cluster cluster, JobPlan plan, String jobUid, Delivery delivery, Output output, LongSupplier nanos) {
        this.cluster = cluster;
        this.plan = plan;
        this.jobUid = jobUid;
        this.delivery = delivery;
        this.limits = plan.limits();
        this.captured = new CapturedOutput(limits, output);
        this.transcript = new Transcript(captured);
        this.nanos = nanos;
        this.sight = new Sight(nanos);
    }

    @Override
    public String id() {
        return plan.run();
    }

    @Override
    public void cancel() {
        sight.cancel();
    }

    @Override
    public CompletableFuture<Boolean> begun() {
        return begun.copy();
    }

    @Override
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    /** What was seen of its pod, for whoever sees more. */
    Sight sight() {
        return sight;
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
                    removed || sight.isOver() ? end : failed(RefusalCode.CLUSTER_UNAVAILABLE, "the pod does not end"));
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
        sight.await(
                startBy,
                () -> sight.isCancelled() || sight.isDeleted() || !(sight.state() instanceof PodState.Waiting));
        if (sight.isCancelled()) {
            return new Ending.Completed(stopped(Set.of(), Duration.ofNanos(nanos.getAsLong() - begin)));
        }
        Pod up = sight.requireUp();
        Optional<String> difference = PodCheck.difference(plan.pod(), jobUid, up);
        if (difference.isPresent()) {
            throw new ClusterException(
                    RefusalCode.CLUSTER_REFUSED,
                    "something in the cluster changed the pod's " + difference.get() + "; nothing was sent to it");
        }
        Attachment attached = new Attachment(transcript, sight::changed, nanos);
        attached.opened(cluster.attach(up.getMetadata().getName(), attached));
        try (attached) {
            Ending early = stage(attached, begin, startBy);
            return early != null ? early : follow(attached);
        }
    }

    /** Sends the tool and waits until it is found to be whole there; an ending where it comes to one before the tool begins. */
    private @Nullable Ending stage(Attachment attached, long begin, long startBy)
            throws ClusterException, IOException, InterruptedException {
        try {
            delivery.sendTo((bytes, offset, length) -> {
                if (sight.isCancelled()) {
                    throw new IOException("the run was cancelled");
                }
                attached.send(bytes, offset, length, startBy);
            });
        } catch (IOException e) {
            // What the pod has to say about it may be on its way.
        }
        sight.await(
                startBy,
                () -> sight.isCancelled() || sight.isDeleted() || transcript.reply() != null || attached.isOver());
        String reply = transcript.reply();
        if (sight.isCancelled()) {
            return new Ending.Completed(stopped(Set.of(), Duration.ofNanos(nanos.getAsLong() - begin)));
        }
        if (reply == null) {
            sight.await(
                    nanos.getAsLong() + LAST_WORDS.toNanos(),
                    () -> sight.isDeleted() || sight.state() instanceof PodState.Ended);
            sight.requireUp();
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
        sight.await(until, () -> isEnd() || attached.isOver());
        if (attached.isOver()) {
            sight.await(nanos.getAsLong() + LAST_WORDS.toNanos(), this::isEnd);
        }
        Set<Violation> violations = EnumSet.noneOf(Violation.class);
        if (captured.exceeded()) {
            violations.add(Violation.OUTPUT);
        }
        if (!sight.isOver() && nanos.getAsLong() - until >= 0) {
            violations.add(Violation.TIMEOUT);
        }
        Duration took = Duration.ofNanos(nanos.getAsLong() - begin);
        if (!violations.isEmpty() || sight.isCancelled() || transcript.failed()) {
            return new Ending.Completed(stopped(violations, took));
        }
        return ended(attached, took);
    }

    private Ending ended(Attachment attached, Duration took) throws InterruptedException {
        PodState last = sight.state();
        return switch (last) {
            case PodState.Ended(int exitCode, Set<Violation> seen, String message) -> {
                sight.await(nanos.getAsLong() + LAST_WORDS.toNanos(), () -> attached.isWhole() || attached.isOver());
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
                        sight.isDeleted()
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

    private boolean isEnd() {
        return sight.isCancelled() || captured.exceeded() || transcript.failed() || sight.isOver();
    }

    private static Ending failed(RefusalCode code, String reason) {
        return new Ending.Failed(new Refusal(code, reason));
    }
}
