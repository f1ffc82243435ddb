package dev.pavise.runner.wasm;

import com.dylibso.chicory.wasm.ChicoryException;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.wasi.Exited;
import dev.pavise.runner.wasm.wasi.Stopped;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a module, on a thread of its own that ends with it. */
final class WasmRun implements Running, Watchdog.Guarded {
    /** Deep enough for programs that recurse, and small enough that many can. */
    private static final long STACK = 2L * 1024 * 1024;

    private static final int KILLED = 128 + 9;
    private static final int ABORTED = 128 + 6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final String id;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final long startNs;
    private final MemoryLedger ledger;
    private final CapturedOutput output;
    private final Set<Violation> violations = Collections.synchronizedSet(EnumSet.noneOf(Violation.class));
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final Thread thread;
    private final Life life;

    /** What the run does: runs the module to its end, or throws what ended it. */
    @FunctionalInterface
    interface Work {
        void run(WasmRun self);
    }

    /** What happens when the module ended by itself, and when the run is over, whatever ended it. */
    interface After {
        void keep() throws IOException;

        void release(WasmRun self);
    }

    WasmRun(
            String id,
            Limits limits,
            LongSupplier nanoTime,
            MemoryLedger ledger,
            Output output,
            Work work,
            After after) {
        this.id = id;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.startNs = nanoTime.getAsLong();
        this.ledger = ledger;
        this.output = new CapturedOutput(limits, output);
        this.thread = new Thread(null, () -> live(work, after), "wasm-run-" + id.substring(0, 8), STACK);
        this.thread.setDaemon(true);
        this.life = new Life(thread);
    }

    void begin() {
        thread.start();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void cancel() {
        life.stop(Life.Cause.CANCELLED);
    }

    @Override
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    void note(Violation violation) {
        violations.add(violation);
    }

    long elapsedNs() {
        return nanoTime.getAsLong() - startNs;
    }

    /** Of the run's thread; asked for on that thread. */
    long ownCpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    void write(Output.Stream stream, byte[] from, int length) {
        if (output.write(stream, from, 0, length)) return;
        life.stop(Life.Cause.OUTPUT);
        throw new Stopped();
    }

    @Override
    public void look() {
        if (elapsedNs() >= limits.wall().toNanos()) life.stop(Life.Cause.TIMEOUT);
        if (THREADS.getThreadCpuTime(thread.threadId()) >= limits.cpu().toNanos()) life.stop(Life.Cause.CPU);
        if (life.isStopped()) life.stop(Life.Cause.CANCELLED);
    }

    /** How the module ended: with a code, and whether that was its own doing. */
    private record End(int code, boolean byItself) {}

    private void live(Work work, After after) {
        int code = ABORTED;
        try {
            End end = run(work);
            code = end.code();
            Life.Cause cause = life.end();
            if (cause != null) code = KILLED;
            if (cause == null && end.byItself()) keep(after);
        } finally {
            Life.Cause cause = life.end();
            after.release(this);
            ending.complete(new Ending.Completed(result(code, cause)));
        }
    }

    private void keep(After after) {
        try {
            after.keep();
        } catch (IOException | RuntimeException e) {
            // Whatever stood in the way: what the module thinks is kept is not, and the caller has to know.
            note(Violation.FILESYSTEM);
            tell("files could not be written back to a granted folder");
        }
    }

    private End run(Work work) {
        try {
            work.run(this);
            return new End(0, true);
        } catch (Exited exited) {
            return new End(exited.code(), true);
        } catch (Stopped stopped) {
            return new End(KILLED, false);
        } catch (ChicoryException e) {
            // Its message is the library's own: what happened, and where in the module's memory.
            if (!life.isStopped()) tell("trap: " + e.getMessage());
        } catch (StackOverflowError e) {
            tell("trap: call stack exhausted");
        } catch (RuntimeException e) {
            if (!life.isStopped()) tell("trap");
        }
        return new End(ABORTED, false);
    }

    private void tell(String what) {
        byte[] line = ("pavise: " + what + "\n").getBytes(StandardCharsets.UTF_8);
        output.write(Output.Stream.STDERR, line, 0, line.length);
    }

    private RunResult result(int code, Life.@Nullable Cause cause) {
        switch (cause) {
            case TIMEOUT -> note(Violation.TIMEOUT);
            case CPU -> note(Violation.CPU);
            case OUTPUT -> note(Violation.OUTPUT);
            case CANCELLED -> {}
            case null -> {}
        }
        if (ledger.refused()) note(Violation.MEMORY);
        Set<Violation> seen = Set.copyOf(violations);
        Bytes stdout = output.kept(Output.Stream.STDOUT);
        Bytes stderr = output.kept(Output.Stream.STDERR);
        return new RunResult(
                code == 0 && cause == null && seen.isEmpty(),
                code,
                cause == Life.Cause.CANCELLED,
                stdout,
                stderr,
                output.truncated(),
                output.hash(),
                Duration.ofNanos(elapsedNs()),
                Duration.ofNanos(ownCpuNs()),
                ledger.most(),
                seen);
    }
}
