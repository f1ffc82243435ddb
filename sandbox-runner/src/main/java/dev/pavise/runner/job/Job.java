package dev.pavise.runner.job;

import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.Verification;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.queue.Busy;
import dev.pavise.runner.queue.Place;
import dev.pavise.runner.queue.Turn;
import dev.pavise.runner.receipt.Receipt;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: waits for its place, has its tool verified anew, runs it, signs the receipt. The place is free again once the answer has left, so that answers
 * which nobody takes cannot pile up.
 */
final class Job implements Turn {
    private static final Logger log = LoggerFactory.getLogger(Job.class);

    private final String id;
    private final String gateway;
    private final JobRequest request;
    private final JobAnswer answer;
    private final Workshop workshop;
    private final Jobs jobs;
    private boolean cancelled;
    private @Nullable Running running;

    Job(String id, String gateway, JobRequest request, JobAnswer answer, Workshop workshop, Jobs jobs) {
        this.id = id;
        this.gateway = gateway;
        this.request = request;
        this.answer = answer;
        this.workshop = workshop;
        this.jobs = jobs;
    }

    String id() {
        return id;
    }

    /** The name of who asked for it; nobody else can cancel it. */
    String gateway() {
        return gateway;
    }

    @Override
    public void begin(Place place) {
        Thread.ofVirtual().name("job").start(() -> work(place));
    }

    @Override
    public void turnedAway(Busy why) {
        jobs.over(this);
        refuse(Refusal.of(why));
    }

    /** Ends it, wherever it is. Does nothing when it is over. */
    void cancel() {
        Running under;
        synchronized (this) {
            cancelled = true;
            under = running;
        }
        if (under != null) {
            under.cancel();
        } else if (jobs.leave(this)) {
            jobs.over(this);
            refuse(cancelledBeforeItBegan());
        }
    }

    private void work(Place place) {
        CompletionStage<?> told = CompletableFuture.completedStage(null);
        try {
            told = isCancelled() ? refuse(cancelledBeforeItBegan()) : verify();
        } catch (RuntimeException | Error bug) {
            log.error("run {} failed by a fault of the runner", id, bug);
            workshop.metrics().onBug();
            told = fail(Refusal.of(RefusalCode.INTERNAL_ERROR, "the runner failed; its log says more"));
        } finally {
            jobs.over(this);
            told.whenComplete((done, failure) -> place.close());
        }
    }

    private CompletionStage<?> verify() {
        try (StagedContents staged = new StagedContents(workshop.contents())) {
            Verification verification = workshop.verifier()
                    .verify(ManifestReader.read(request.manifest().toArray()), staged);
            return switch (verification) {
                case Refused refused -> refuse(Refusal.of(refused));
                case Verification.Verified(VerifiedTool tool) -> start(tool, staged);
            };
        } catch (TrustedKeyFolder.Unreadable e) {
            log.error("no tool is run: {}", e.problem());
            return refuse(Refusal.of(RefusalCode.KEYS_UNREADABLE, "the runner's trusted keys cannot be read"));
        }
    }

    private CompletionStage<?> start(VerifiedTool tool, StagedContents staged) {
        Backend backend = workshop.backends().get(tool.kind());
        if (backend == null) {
            String kind = tool.kind().text();
            return refuse(Refusal.of(RefusalCode.BACKEND_MISSING, "tools of kind `" + kind + "` are not run here"));
        }
        Optional<Refusal> unfit = SecretCheck.check(tool, request.secrets(), backend);
        if (unfit.isPresent()) {
            return refuse(unfit.get());
        }
        Limits limits = ToolLimits.of(tool, workshop.limits());
        Duration timeout = request.timeout() == null ? limits.wall() : request.timeout();
        RunInput input = new RunInput(request.args(), request.stdin(), request.env(), timeout, request.secrets());
        Instant started = workshop.clock().instant();
        Start start = backend.start(
                Program.of(tool, staged.content().path()), input, limits.within(timeout), answer::written);
        return switch (start) {
            case Start.Refused(dev.pavise.runner.run.Refusal refusal) -> refuse(Refusal.of(refusal));
            case Start.Started(Running under) -> follow(tool, backend.name(), limits.within(timeout), started, under);
        };
    }

    private CompletionStage<?> follow(
            VerifiedTool tool, String backend, Limits limits, Instant started, Running under) {
        if (isUnderWay(under)) {
            under.cancel();
        }
        boolean begun = under.begun().join();
        if (begun) {
            answer.started(id);
        }
        return switch (under.ending().join()) {
            case Ending.Failed(dev.pavise.runner.run.Refusal refusal) ->
                begun ? fail(Refusal.of(refusal)) : refuse(Refusal.of(refusal));
            case Ending.Completed(RunResult result) -> {
                if (!begun) {
                    answer.started(id); // cancelled on its way: there is a result, of nothing
                }
                Receipt receipt = new Receipt(
                        id,
                        request.requestId(),
                        request.principal(),
                        tool,
                        backend,
                        limits,
                        started,
                        workshop.clock().instant(),
                        result);
                workshop.metrics().onRun(backend, outcome(result), result.duration());
                yield answer.completed(new JobAnswer.JobResult(
                        ResultMembers.of(receipt, workshop.receipts().sign(receipt)),
                        result.stdout(),
                        result.stderr()));
            }
        };
    }

    /** From here on it is cancelled by way of the backend; true where it was cancelled before. */
    private synchronized boolean isUnderWay(Running under) {
        running = under;
        return cancelled;
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private CompletionStage<?> refuse(Refusal refusal) {
        workshop.metrics().onRefusal(refusal.code());
        return answer.refused(refusal);
    }

    private CompletionStage<?> fail(Refusal refusal) {
        workshop.metrics().onRefusal(refusal.code());
        return answer.failed(refusal);
    }

    private static Refusal cancelledBeforeItBegan() {
        return Refusal.of(RefusalCode.RUN_CANCELLED, "the run was cancelled before it began");
    }

    private static String outcome(RunResult result) {
        if (result.cancelled()) {
            return "cancelled";
        }
        return Receipt.violations(result).stream().findFirst().orElse(result.success() ? "success" : "failure");
    }
}
