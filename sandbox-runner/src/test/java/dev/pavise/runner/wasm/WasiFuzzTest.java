package dev.pavise.runner.wasm;

import static dev.pavise.runner.wasm.ModuleBuilder.bytes;
import static dev.pavise.runner.wasm.ModuleBuilder.call;
import static dev.pavise.runner.wasm.ModuleBuilder.cat;
import static dev.pavise.runner.wasm.ModuleBuilder.i32;
import static dev.pavise.runner.wasm.ModuleBuilder.i64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.dylibso.chicory.wasm.types.ValType;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import dev.pavise.runner.wasm.wasi.Wasi;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Modules that call every function of WASI with whatever numbers. */
class WasiFuzzTest {
    private static final int CALLS = 400;
    private static final Set<Violation> POSSIBLE =
            EnumSet.of(Violation.FILESYSTEM, Violation.NETWORK, Violation.MEMORY, Violation.OUTPUT, Violation.TIMEOUT);
    private static final String[] PATHS = {
        "tmp/a", "tmp/b/", "tmp/b/c", "tmp/../tmp/a", "..", "/", ".", "tmp/l", "\0", "\u00fc", "tmp"
    };

    /** Every call ends in a number, in the run's own end, or in a trap that is named: none in an exception of the host. */
    @Test
    void neverBreaksTheHost() {
        try (Bench bench = new Bench()) {
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            for (long seed = 0; seed < 60 && System.nanoTime() < end; seed++) {
                RunResult result =
                        bench.run(module(new Random(seed)), Bench.limits(16, Bench.LONG, Duration.ofMillis(150)));
                String errors = result.stderr().text();
                assertFalse(errors.endsWith("pavise: trap\n"), "seed " + seed + ": " + errors);
                Set<Violation> strange = EnumSet.noneOf(Violation.class);
                strange.addAll(result.violations());
                strange.removeAll(POSSIBLE);
                assertEquals(Set.of(), strange, "seed " + seed);
            }
        }
    }

    private static byte[] module(Random random) {
        ModuleBuilder builder = new ModuleBuilder();
        var types = new TreeMap<>(Wasi.types());
        types.keySet().removeAll(Set.of("proc_exit", "proc_raise"));
        List<String> parameters = new ArrayList<>();
        types.forEach((name, type) -> {
            StringBuilder letters = new StringBuilder();
            type.params().forEach(one -> letters.append(one.equals(ValType.I64) ? 'l' : 'i'));
            builder.imported(name, letters.toString());
            parameters.add(letters.toString());
        });
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        for (int i = 0; i < CALLS; i++) {
            int function = random.nextInt(parameters.size());
            for (char letter : parameters.get(function).toCharArray()) {
                code.writeBytes(letter == 'l' ? i64(wide(random)) : i32(number(random)));
            }
            code.writeBytes(cat(call(function), bytes(0x1a)));
        }
        return builder.main(code.toByteArray()).data(0, data(random)).build();
    }

    /** Paths at every 32nd byte, and now and then the number of a range of memory. */
    private static byte[] data(Random random) {
        byte[] data = new byte[4096];
        for (int at = 0; at < 2048; at += 32) {
            byte[] path = PATHS[random.nextInt(PATHS.length)].getBytes(java.nio.charset.StandardCharsets.UTF_8);
            System.arraycopy(path, 0, data, at, path.length);
        }
        for (int at = 2048; at < 4096; at += 4) {
            int value = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(64);
            for (int i = 0; i < 4; i++) data[at + i] = (byte) (value >>> 8 * i);
        }
        return data;
    }

    private static int number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> 65536 - random.nextInt(32);
            case 2 -> 32 * random.nextInt(64);
            case 3 -> 2048 + 4 * random.nextInt(512);
            case 4 -> 3;
            default -> random.nextInt(12);
        };
    }

    private static long wide(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> 2 | 64;
            case 2 -> Long.MAX_VALUE - random.nextInt(3);
            default -> random.nextInt(5000);
        };
    }
}
