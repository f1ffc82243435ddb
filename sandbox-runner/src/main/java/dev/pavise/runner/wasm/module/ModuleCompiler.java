package dev.pavise.runner.wasm.module;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Compiles modules, one at a time and each on a thread of its own, so that a module made to be slow or deep costs one core for a while and one
 * thread's stack, and nothing else. One that is not done in time is given up; the next waits until its thread has ended.
 *
 * <p>Functions that are too large for a method of the JVM make the module unusable. The library could interpret them, but the interpreter keeps its
 * stack on the heap, where a recursion is not held to any limit.
 */
public final class ModuleCompiler {
    private static final long STACK = 16L * 1024 * 1024;

    /** Of heap for each byte of code while it is compiled, measured with functions of one kind of instruction each: 135 to 211; and of the file. */
    private static final long MEMORY_OF_CODE = 256;

    private static final long MEMORY_OF_FILE = 4;

    private final Bounds bounds;
    private final Room room;
    private final Map<String, FunctionType> offered;
    private final Semaphore lane = new Semaphore(1, true);

    /**
     * @param room where the memory for compiling is taken from
     * @param offered what modules may import, by name
     */
    public ModuleCompiler(Bounds bounds, Room room, Map<String, FunctionType> offered) {
        this.bounds = bounds;
        this.room = room;
        this.offered = Map.copyOf(offered);
    }

    /** Waits for its turn and for the compiler, no longer than the bounds say each. */
    public Outcome compile(byte[] bytes) {
        try {
            if (!lane.tryAcquire(bounds.compileTime().toNanos(), TimeUnit.NANOSECONDS)) {
                return new Outcome.Busy("other modules are being compiled; try again");
            }
            return await(begin(bytes));
        } catch (OutOfMemoryError e) {
            // No thread is to be had. Whatever else runs out of memory does so on the compiler's thread.
            return new Outcome.Busy("the machine has no thread left to compile on; try again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Busy("interrupted while the module was being compiled");
        }
    }

    private CompletableFuture<Outcome> begin(byte[] bytes) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread thread = new Thread(null, () -> work(bytes, outcome), "wasm-compiler", STACK);
        thread.setDaemon(true);
        boolean begun = false;
        try {
            thread.start();
            begun = true;
        } finally {
            if (!begun) lane.release();
        }
        return outcome;
    }

    private Outcome await(CompletableFuture<Outcome> outcome) throws InterruptedException {
        try {
            return outcome.get(bounds.compileTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new Outcome.GivenUp("compiling the module took longer than "
                    + bounds.compileTime().toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the compiler's thread reports every failure as an outcome", e);
        }
    }

    private void work(byte[] bytes, CompletableFuture<Outcome> outcome) {
        try {
            outcome.complete(attempt(bytes));
        } finally {
            lane.release();
            outcome.complete(new Outcome.Unusable("the module cannot be compiled"));
        }
    }

    private Outcome attempt(byte[] bytes) {
        try {
            int codeBytes = Survey.of(bytes, bounds);
            long memory = MEMORY_OF_CODE * codeBytes + MEMORY_OF_FILE * bytes.length;
            Optional<Outcome> full = room.take(memory);
            if (full.isPresent()) return full.get();
            try {
                return compile(bytes, codeBytes);
            } finally {
                room.give(memory);
            }
        } catch (Unfit unfit) {
            return new Outcome.Unusable(unfit.reason());
        } catch (StackOverflowError e) {
            return new Outcome.Unusable("the module is nested too deeply to be compiled");
        } catch (ChicoryException e) {
            return new Outcome.Unusable("the module is not valid, or has a function too large to be compiled");
        } catch (RuntimeException | LinkageError e) {
            // The parser meets hostile bytes with whatever exception its code happens to end in; classes that do not
            // verify are refused by the JVM.
            return new Outcome.Unusable("the module is not valid");
        }
    }

    private Outcome compile(byte[] bytes, int codeBytes) {
        // No parser for the names of functions: nothing here reads them.
        WasmModule module =
                Parser.builder().withCustomParsers(Map.of()).build().parse(() -> new ByteArrayInputStream(bytes));
        Dialect.require(module, offered, bounds);
        MachineFactoryCompiler.Builder compiler =
                MachineFactoryCompiler.builder(module).withInterpreterFallback(InterpreterFallback.FAIL);
        return new Outcome.Compiled(module, compiler.compile(), codeBytes);
    }
}
