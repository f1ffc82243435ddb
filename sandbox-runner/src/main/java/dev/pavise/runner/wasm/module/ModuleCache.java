package dev.pavise.runner.wasm.module;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Remembers what became of modules, by digest: so many, the least recently used goes first. Modules that are unusable are remembered as well, so
 * that a bad one costs its compiling once. Those who ask for the same module at once wait for one compiling.
 */
public final class ModuleCache {
    private final ModuleCompiler compiler;
    private final Map<String, CompletableFuture<Outcome>> outcomes;

    public ModuleCache(ModuleCompiler compiler, int capacity) {
        this.compiler = compiler;
        this.outcomes = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Outcome>> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * @param digest of {@code bytes}, as the caller has just computed it
     */
    public Outcome get(String digest, byte[] bytes) {
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> known;
        synchronized (outcomes) {
            known = outcomes.putIfAbsent(digest, mine);
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
            if (outcome instanceof Outcome.Busy) forget(digest, mine);
            mine.complete(outcome);
        }
    }

    private void forget(String digest, CompletableFuture<Outcome> mine) {
        synchronized (outcomes) {
            outcomes.remove(digest, mine);
        }
    }

    public int size() {
        synchronized (outcomes) {
            return outcomes.size();
        }
    }
}
