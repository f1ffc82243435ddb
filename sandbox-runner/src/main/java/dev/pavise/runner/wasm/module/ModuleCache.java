package dev.pavise.runner.wasm.module;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Remembers what became of modules, by digest: so many, and so much code, the least recently used goes first. Modules that are unusable are remembered
 * as well, so that a bad one costs its compiling once. Those who ask for the same module at once wait for one compiling.
 */
public final class ModuleCache {
    private final ModuleCompiler compiler;
    private final int capacity;
    private final long codeCapacity;
    private final Map<String, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>(16, 0.75f, true);
    private long code;

    /**
     * @param capacity modules
     * @param codeCapacity bytes of code of all of them together; each keeps some fifty times as much memory
     */
    public ModuleCache(ModuleCompiler compiler, int capacity, long codeCapacity) {
        this.compiler = compiler;
        this.capacity = capacity;
        this.codeCapacity = codeCapacity;
    }

    /**
     * What became of a module, now or before.
     *
     * @param digest of {@code bytes}, as the caller has just computed it
     */
    public Outcome get(String digest, byte[] bytes) {
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> known;
        synchronized (outcomes) {
            // In the order of access: to look is to use.
            known = outcomes.get(digest);
            if (known == null) outcomes.put(digest, mine);
        }
        if (known != null) return known.join();
        return compile(digest, bytes, mine);
    }

    private Outcome compile(String digest, byte[] bytes, CompletableFuture<Outcome> mine) {
        Outcome outcome = new Outcome.Busy("the module could not be compiled now; try again");
        try {
            outcome = compiler.compile(bytes);
            return outcome;
        } finally {
            settle(digest, mine, outcome);
            mine.complete(outcome);
        }
    }

    private void settle(String digest, CompletableFuture<Outcome> mine, Outcome outcome) {
        synchronized (outcomes) {
            if (outcome instanceof Outcome.Busy || outcome instanceof Outcome.GivenUp) {
                outcomes.remove(digest, mine);
                return;
            }
            code += codeOf(outcome);
            Iterator<Map.Entry<String, CompletableFuture<Outcome>>> eldest =
                    outcomes.entrySet().iterator();
            while ((outcomes.size() > capacity || code > codeCapacity) && eldest.hasNext()) {
                Map.Entry<String, CompletableFuture<Outcome>> next = eldest.next();
                // The newest stays, large as it may be; those that are still being compiled settle when they are done.
                if (next.getKey().equals(digest) || !next.getValue().isDone()) continue;
                code -= codeOf(next.getValue().join());
                eldest.remove();
            }
        }
    }

    private static long codeOf(Outcome outcome) {
        return outcome instanceof Outcome.Compiled compiled ? compiled.codeBytes() : 0;
    }

    /** How many are remembered, or being compiled. */
    public int size() {
        synchronized (outcomes) {
            return outcomes.size();
        }
    }
}
