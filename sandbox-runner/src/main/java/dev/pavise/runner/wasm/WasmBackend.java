package dev.pavise.runner.wasm;

import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.module.ModuleCache;
import dev.pavise.runner.wasm.module.ModuleCompiler;
import dev.pavise.runner.wasm.module.Outcome;
import dev.pavise.runner.wasm.wasi.Wasi;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;

/**
 * Runs WebAssembly modules of WASI preview 1, compiled to JVM classes, within this process.
 *
 * <p>Guaranteed against a hostile module: it reaches no memory but its own, no file but copies of what was granted, no socket, no environment, no
 * clock finer than a microsecond; its memory, its files, its time on the processor and by the clock, its output and its descriptors end where
 * {@link Limits} say; a module made to be costly to compile is given up; and nothing of it is left when its run is over. Not guaranteed: that a
 * fault in the JVM or in the compiler that is used here is contained; whoever wants a second wall runs this process in a sandbox of its own.
 * What a limit on processes would hold is not there: a module has one thread and can start nothing.
 */
public final class WasmBackend implements Backend {
    private final WasmSettings settings;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final ModuleCache modules;
    private final Admission admission;
    private final Watchdog watchdog = new Watchdog();
    private final Set<WasmRun> runs = ConcurrentHashMap.newKeySet();
    private final ReadWriteLock door = new ReentrantReadWriteLock();
    private volatile boolean closing;

    /**
     * @param clock what modules are told the time by
     * @param nanoTime what limits on time are held by
     */
    public WasmBackend(WasmSettings settings, InstantSource clock, LongSupplier nanoTime) {
        this.settings = settings;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.admission = new Admission(settings.runs(), settings.memoryBytes());
        this.modules = new ModuleCache(
                new ModuleCompiler(settings.bounds(), admission, Wasi.types()),
                settings.cachedModules(),
                settings.cachedCodeBytes());
    }

    /** Compiles the module ahead of its first run, as registering a tool does. Says what stands against running it; empty when nothing does. */
    public Optional<Refusal> prepare(Program program) {
        return switch (module(program)) {
            case Found.Ready _ -> Optional.empty();
            case Found.Missing(Refusal refusal) -> Optional.of(refusal);
        };
    }

    @Override
    public String name() {
        return "wasm";
    }

    @Override
    public Start start(Program program, RunInput input, Limits limits, Output output) {
        if (closing) return Start.Refused.because(RefusalCode.CLOSING, "the runner is closing");
        Optional<String> wrong = Inputs.wrongWith(input);
        if (wrong.isPresent()) return Start.Refused.because(RefusalCode.INPUT_REFUSED, wrong.get());
        if (!program.grants().hosts().isEmpty()) {
            return Start.Refused.because(
                    RefusalCode.GRANT_UNSAFE, "a WebAssembly module has no sockets; leave `net:` out of its manifest");
        }
        return switch (module(program)) {
            case Found.Missing(Refusal refusal) -> new Start.Refused(refusal);
            case Found.Ready(Executable executable) ->
                admit(program, executable, input, limits.within(input.timeout()), output);
        };
    }

    @Override
    public boolean givesSecrets() {
        return true;
    }

    /** What became of the content of a program. */
    private sealed interface Found {
        record Ready(Executable executable) implements Found {}

        record Missing(Refusal refusal) implements Found {}

        static Found missing(RefusalCode code, String reason) {
            return new Missing(new Refusal(code, reason));
        }
    }

    private Found module(Program program) {
        return switch (Content.load(program, settings.bounds().moduleBytes())) {
            case Content.Loaded.Bad(Refusal refusal) -> new Found.Missing(refusal);
            case Content.Loaded.Module module ->
                switch (modules.get(program.sha256(), module.bytes())) {
                    case Outcome.Compiled compiled ->
                        new Found.Ready(
                                new Executable(compiled, settings.bounds().tableEntries()));
                    case Outcome.Unusable(String reason) -> Found.missing(RefusalCode.NOT_EXECUTABLE, reason);
                    case Outcome.GivenUp(String reason) -> Found.missing(RefusalCode.NOT_EXECUTABLE, reason);
                    case Outcome.Busy(String reason) -> Found.missing(RefusalCode.TOO_MANY_RUNS, reason);
                };
        };
    }

    private Start admit(Program program, Executable executable, RunInput input, Limits limits, Output output) {
        // Held until the run is known by its name, so that close() finds all that were let in.
        door.readLock().lock();
        try {
            if (closing || !watchdog.isAwake())
                return Start.Refused.because(RefusalCode.CLOSING, "the runner is closing");
            Optional<String> full = admission.enter(limits.memoryBytes());
            if (full.isPresent()) return Start.Refused.because(RefusalCode.TOO_MANY_RUNS, full.get());
            return enter(program, executable, input, limits, output);
        } finally {
            door.readLock().unlock();
        }
    }

    private Start enter(Program program, Executable executable, RunInput input, Limits limits, Output output) {
        Start start = Start.Refused.because(RefusalCode.SANDBOX_FAILED, "the run could not be set up");
        try {
            start = launch(program, executable, input, limits, output);
            return start;
        } finally {
            if (start instanceof Start.Refused) admission.leave(limits.memoryBytes());
        }
    }

    private Start launch(Program program, Executable executable, RunInput input, Limits limits, Output output) {
        MemoryLedger ledger = new MemoryLedger(limits.memoryBytes());
        if (!executable.takeInitialMemory(ledger)) {
            return Start.Refused.because(
                    RefusalCode.NOT_EXECUTABLE,
                    "the module starts with " + executable.initialBytes() + " bytes of memory; its limit is "
                            + limits.memoryBytes());
        }
        if (!ledger.take(input.stdin().length())) {
            return Start.Refused.because(RefusalCode.INPUT_REFUSED, "stdin does not fit into the memory of the run");
        }
        return switch (RunFiles.prepare(program.grants(), input.secrets(), limits, ledger, this::realtimeNs)) {
            case RunFiles.Prepared.Unsafe(String reason) -> Start.Refused.because(RefusalCode.GRANT_UNSAFE, reason);
            case RunFiles.Prepared.Ready(RunFiles files) -> {
                ModuleWork work = new ModuleWork(
                        program.name(), executable, input, limits, files, ledger, random, this::realtimeNs);
                yield begin(new WasmRun(freshId(), limits, nanoTime, ledger, output, work, new WasmRun.After() {
                    @Override
                    public void keep() throws IOException {
                        files.writeBack(random);
                    }

                    @Override
                    public void release(WasmRun self) {
                        forget(self);
                        admission.leave(limits.memoryBytes());
                    }
                }));
            }
        };
    }

    private Start begin(WasmRun run) {
        runs.add(run);
        watchdog.add(run);
        try {
            run.begin();
            return new Start.Started(run);
        } catch (OutOfMemoryError e) {
            // All that was to be made here is a thread.
            forget(run);
            return Start.Refused.because(RefusalCode.TOO_MANY_RUNS, "the machine has no thread left for the run");
        }
    }

    private void forget(WasmRun run) {
        watchdog.remove(run);
        runs.remove(run);
    }

    private String freshId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private long realtimeNs() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Runs that are under way. */
    public int runsNow() {
        return admission.runsNow();
    }

    @Override
    public void close() {
        door.writeLock().lock();
        try {
            closing = true;
        } finally {
            door.writeLock().unlock();
        }
        WasmRun[] left = runs.toArray(WasmRun[]::new);
        for (WasmRun run : left) run.cancel();
        CompletableFuture<?>[] endings = new CompletableFuture<?>[left.length];
        for (int i = 0; i < left.length; i++) endings[i] = left[i].ending();
        CompletableFuture.allOf(endings).join();
        watchdog.close();
    }
}
