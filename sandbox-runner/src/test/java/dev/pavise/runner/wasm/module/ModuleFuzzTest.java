package dev.pavise.runner.wasm.module;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.wasm.wasi.Wasi;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A good module with some bytes changed, cut or doubled: it is compiled or refused, with a reason, and the next one is compiled. */
class ModuleFuzzTest {
    private final ModuleCompiler compiler = new ModuleCompiler(Bounds.DEFAULT, Room.AMPLE, Wasi.types());

    @Test
    void endsInAnOutcomeWhateverTheBytes() throws IOException {
        byte[] good = probe();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        int refused = 0;
        for (long seed = 0; seed < 400 && System.nanoTime() < end; seed++) {
            switch (compiler.compile(changed(good, new Random(seed)))) {
                case Outcome.Compiled _ -> {}
                case Outcome.Unusable(String reason) -> {
                    assertFalse(reason.isBlank());
                    refused++;
                }
                case Outcome.GivenUp(String reason) -> throw new AssertionError("seed " + seed + ": " + reason);
                case Outcome.Busy(String reason) -> throw new AssertionError("seed " + seed + ": " + reason);
            }
        }
        assertTrue(refused > 0);
        assertInstanceOf(Outcome.Compiled.class, compiler.compile(good));
    }

    /** The survey alone, which sees every byte first: fast enough for very many. */
    @Test
    void surveysWhateverTheBytes() throws IOException {
        byte[] good = probe();
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        for (long seed = 0; System.nanoTime() < end; seed++) {
            try {
                Survey.of(changed(good, new Random(seed)), Bounds.DEFAULT);
            } catch (Unfit unfit) {
                assertFalse(unfit.reason().isBlank());
            }
        }
    }

    private static byte[] changed(byte[] good, Random random) {
        byte[] bytes = good.clone();
        // The beginning holds the counts; most of the rest is code and text.
        int range = random.nextBoolean() ? Math.min(bytes.length, 700) : bytes.length;
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[8 + random.nextInt(range - 8)] = (byte) (random.nextInt(4) == 0 ? 0xff : random.nextInt(256));
        }
        return switch (random.nextInt(10)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(100));
            default -> bytes;
        };
    }

    private static byte[] probe() throws IOException {
        try (InputStream in = ModuleFuzzTest.class.getResourceAsStream("/wasm/probe.wasm")) {
            return in.readAllBytes();
        }
    }
}
