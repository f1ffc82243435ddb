package dev.pavise.runner.wasm.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.wasm.wasi.Wasi;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ModuleCacheTest {
    /** A module of one memory and an empty entry: types, functions, memory, exports, code. */
    private static final byte[] SMALL = {
        0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, '_', 's', 't', 'a',
        'r', 't', 0, 0, 10, 4, 1, 2, 0, 0x0b
    };

    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private Optional<Outcome> answer = Optional.empty();

    private final Room room = new Room() {
        @Override
        public Optional<Outcome> take(long bytes) {
            if (answer.isEmpty()) most.accumulateAndGet(taken.addAndGet(bytes), Math::max);
            return answer;
        }

        @Override
        public void give(long bytes) {
            taken.addAndGet(-bytes);
        }
    };

    private ModuleCache cache(int capacity, long codeCapacity) {
        return new ModuleCache(new ModuleCompiler(Bounds.DEFAULT, room, Wasi.types()), capacity, codeCapacity);
    }

    @Test
    void compilesAModuleOnce() {
        ModuleCache cache = cache(4, 1000);
        Outcome first = cache.get("a", SMALL);
        assertInstanceOf(Outcome.Compiled.class, first);
        assertSame(first, cache.get("a", SMALL));
    }

    @Test
    void remembersABadModuleToo() {
        ModuleCache cache = cache(4, 1000);
        byte[] bad = Arrays.copyOf(SMALL, 20);
        assertSame(cache.get("a", bad), cache.get("a", bad));
    }

    @Test
    void forgetsWhatWasUsedLeastRecently() {
        ModuleCache cache = cache(2, 1000);
        Outcome a = cache.get("a", SMALL);
        Outcome b = cache.get("b", SMALL);
        assertSame(a, cache.get("a", SMALL));
        cache.get("c", SMALL);
        assertEquals(2, cache.size());
        assertSame(a, cache.get("a", SMALL));
        assertNotSame(b, cache.get("b", SMALL));
    }

    @Test
    void keepsNoMoreCodeThanItMay() {
        ModuleCache cache = cache(10, 4);
        cache.get("a", SMALL);
        cache.get("b", SMALL);
        assertEquals(1, cache.size());
    }

    @Test
    void takesMemoryForCompilingAndGivesItBack() {
        cache(1, 1).get("a", SMALL);
        assertTrue(most.get() > 0);
        assertEquals(0, taken.get());
        cache(1, 1).get("a", Arrays.copyOf(SMALL, 20));
        assertEquals(0, taken.get());
    }

    @Test
    void asksAgainWhenThereWasNoRoom() {
        ModuleCache cache = cache(4, 1000);
        answer = Optional.of(new Outcome.Busy("full"));
        assertInstanceOf(Outcome.Busy.class, cache.get("a", SMALL));
        answer = Optional.empty();
        assertInstanceOf(Outcome.Compiled.class, cache.get("a", SMALL));
        assertEquals(1, cache.size());
    }

    @Test
    void givesUpWhatTakesTooLongAndCompilesTheNext() {
        Bounds hasty = new Bounds(1 << 20, 1 << 20, 100, 100, 100, Duration.ofNanos(1));
        ModuleCompiler compiler = new ModuleCompiler(hasty, room, Wasi.types());
        assertInstanceOf(Outcome.GivenUp.class, compiler.compile(SMALL));
    }

    @Test
    void compilesForAllWhoAskAtOnce() {
        ModuleCache cache = cache(4, 1000);
        CompletableFuture<Outcome> other = CompletableFuture.supplyAsync(() -> cache.get("a", SMALL));
        assertSame(cache.get("a", SMALL), other.join());
    }
}
