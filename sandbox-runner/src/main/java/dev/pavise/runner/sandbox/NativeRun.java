package dev.pavise.runner.sandbox;

import dev.pavise.policy.Quoted;
import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One run: starts the command, watches its limits, ends it as a whole and says what it was, all of it on one thread.
 */
final class NativeRun implements Running {
    private static final long LOOK_NANOS = Duration.ofMillis(25).toNanos();
    private static final Duration LONGEST_DYING = Duration.ofSeconds(10);
    private static final int KILLED = 128 + 9;

    private final Standby standby;
    private final RunInput input;
    private final Limits limits;
    private final Cgroup cgroup;
    private final CapturedOutput captured;
    private final RunNetwork network;
    private final LongSupplier nanos;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private volatile boolean cancelled;

    /** In this place, which is the run's from here on. */
    NativeRun(Standby standby, RunInput input, Limits limits, Output output, RunNetwork network, LongSupplier nanos) {
        this.standby = standby;
        this.input = input;
        this.limits = limits.within(input.timeout());
        this.cgroup = standby.cgroup();
        this.captured = new CapturedOutput(limits, output);
        this.network = network;
        this.nanos = nanos;
    }

    @Override
    public String id() {
        return standby.id();
    }

    @Override
    public void cancel() {
        cancelled = true;
        standby.end();
    }

    @Override
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    /** Starts the run's thread, which does this afterwards. */
    void launch(Runnable afterwards) {
        Thread.ofPlatform().daemon().name("run-" + id().substring(0, 8)).start(() -> live(afterwards));
    }

    // Whatever is thrown, who waits for the end is answered.
    private void live(Runnable afterwards) {
        Ending end = new Ending.Failed(failed("the run was lost sight of, and ended"));
        try {
            end = watch(standby.process(), nanos.getAsLong());
        } catch (IOException | InterruptedException | RuntimeException e) {
            end = new Ending.Failed(failed(
                    "the run was lost sight of, and ended: " + e.getClass().getSimpleName()));
        } finally {
            standby.end();
            try {
                afterwards.run();
            } finally {
                ending.complete(end);
            }
        }
    }

    private Ending watch(Process started, long begin) throws IOException, InterruptedException {
        standby.begin();
        Streams streams = new Streams(id(), started, input.stdin(), captured);
        Set<Violation> violations = EnumSet.noneOf(Violation.class);
        boolean stopped = false;
        while (!stopped && !started.waitFor(LOOK_NANOS, TimeUnit.NANOSECONDS)) {
            violations.addAll(violations(nanos.getAsLong() - begin));
            stopped = cancelled || streams.failed() || !violations.isEmpty();
        }
        boolean gone = end();
        long duration = nanos.getAsLong() - begin;
        streams.await();
        if (!gone) {
            throw new IOException("processes of the run do not end");
        }
        violations.addAll(counted());
        OptionalInt exitCode = stopped
                ? OptionalInt.empty()
                : Status.exitCode(standby.staging().status());
        if (exitCode.isEmpty() && !stopped && !cancelled && violations.isEmpty()) {
            return new Ending.Failed(failed("the tool could not be started: "
                    + Quoted.of(captured.kept(Output.Stream.STDERR).text().strip())));
        }
        return new Ending.Completed(result(exitCode, violations, network.end(), Duration.ofNanos(duration)));
    }

    private Set<Violation> violations(long elapsed) throws IOException {
        Set<Violation> found = counted();
        if (elapsed > limits.wall().toNanos()) {
            found.add(Violation.TIMEOUT);
        }
        return found;
    }

    /** What can be seen after the end as well. */
    private Set<Violation> counted() throws IOException {
        Set<Violation> found = EnumSet.noneOf(Violation.class);
        if (cgroup.cpu().compareTo(limits.cpu()) > 0) {
            found.add(Violation.CPU);
        }
        if (cgroup.outOfMemory()) {
            found.add(Violation.MEMORY);
        }
        if (captured.exceeded()) {
            found.add(Violation.OUTPUT);
        }
        return found;
    }

    /** Ends all that is left of it: first bubblewrap outside, so that it reports no exit code of what is ended here. */
    private boolean end() throws IOException {
        standby.end();
        long begin = nanos.getAsLong();
        for (int tries = 1; !cgroup.kill(); tries++) {
            if (nanos.getAsLong() - begin > LONGEST_DYING.toNanos()) {
                return false;
            }
            Waiting.pause(tries);
        }
        return true;
    }

    private RunResult result(
            OptionalInt exitCode, Set<Violation> violations, List<Connection> connections, Duration duration)
            throws IOException {
        // What ended it is known before this: a tool that is refused a connection goes on.
        boolean wasCancelled = exitCode.isEmpty() && violations.isEmpty();
        if (connections.stream().anyMatch(Connection::isViolation)) {
            violations.add(Violation.NETWORK);
        }
        return new RunResult(
                violations.isEmpty() && exitCode.orElse(KILLED) == 0,
                exitCode.orElse(KILLED),
                wasCancelled,
                captured.kept(Output.Stream.STDOUT),
                captured.kept(Output.Stream.STDERR),
                captured.truncated(),
                captured.hash(),
                duration,
                cgroup.cpu(),
                cgroup.peakBytes(),
                violations,
                connections);
    }

    private static Refusal failed(String reason) {
        return new Refusal(RefusalCode.SANDBOX_FAILED, reason);
    }
}
