package dev.pavise.runner.wasm;

import static dev.pavise.runner.wasm.ModuleBuilder.bytes;
import static dev.pavise.runner.wasm.ModuleBuilder.call;
import static dev.pavise.runner.wasm.ModuleBuilder.cat;
import static dev.pavise.runner.wasm.ModuleBuilder.i32;
import static dev.pavise.runner.wasm.ModuleBuilder.leb;
import static dev.pavise.runner.wasm.ModuleBuilder.name;
import static dev.pavise.runner.wasm.ModuleBuilder.repeat;
import static dev.pavise.runner.wasm.ModuleBuilder.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of the host with numbers that nobody means, and modules that are large where it costs them nothing. */
class HostileCallsTest {
    private static final int FAULT = 21;
    private static final int HEADER = 8;
    private static Bench bench;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    /** A module that ends with what this function of WASI answers to these arguments. */
    private static byte[] asking(String function, String parameters, byte[]... arguments) {
        ModuleBuilder builder = new ModuleBuilder();
        int asked = builder.imported(function, parameters);
        int exit = builder.imported("wasi_snapshot_preview1", "proc_exit", "i", "");
        return builder.main(cat(cat(arguments), call(asked), call(exit))).build();
    }

    @Test
    void fillsNoMoreWithRandomNumbersThanItHas() {
        assertEquals(
                FAULT,
                bench.run(asking("random_get", "ii", i32(0), i32(-1)), Bench.wide())
                        .exitCode());
        assertEquals(
                FAULT,
                bench.run(asking("random_get", "ii", i32(65_530), i32(7)), Bench.wide())
                        .exitCode());
        assertEquals(
                0,
                bench.run(asking("random_get", "ii", i32(0), i32(65_536)), Bench.wide())
                        .exitCode());
    }

    @Test
    void waitsForNoMoreThanFitsIntoItsMemory() {
        RunResult result =
                bench.run(asking("poll_oneoff", "iiii", i32(0), i32(0), i32(0x7fffffff), i32(0)), Bench.wide());
        assertTrue(result.exitCode() > 0, () -> result.stderr().text());
        assertEquals(Set.of(), result.violations());
    }

    /** One subscription, to a clock, for 2^63 nanoseconds. */
    @Test
    void sleepsNoLongerThanItMayRun() {
        ModuleBuilder builder = new ModuleBuilder();
        int poll = builder.imported("poll_oneoff", "iiii");
        byte[] wait = cat(i32(0), i32(256), i32(1), i32(512), call(poll), bytes(0x1a));
        byte[] module = builder.main(wait)
                .data(0, cat(new byte[8], bytes(0), new byte[7], clock()))
                .build();
        RunResult result = bench.run(module, Bench.limits(64, Duration.ofSeconds(20), Duration.ofMillis(300)));
        assertEquals(Set.of(Violation.TIMEOUT), result.violations());
    }

    // Behind the user data and the kind: which clock, until when, how exactly, and whether it is a time of day.
    private static byte[] clock() {
        byte[] clock = new byte[32];
        clock[0] = 1;
        Arrays.fill(clock, 8, 15, (byte) -1);
        clock[15] = 0x7f;
        return clock;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 255, 256, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void takesNoOddEndForSuccess(int code) {
        ModuleBuilder builder = new ModuleBuilder();
        int exit = builder.imported("wasi_snapshot_preview1", "proc_exit", "i", "");
        RunResult result = bench.run(builder.main(cat(i32(code), call(exit))).build(), Bench.wide());
        assertFalse(result.success());
        assertEquals(code, result.exitCode());
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void carriesSectionsThatMeanNothing() {
        byte[] module = new ModuleBuilder().main(new byte[0]).build();
        byte[] nothing = repeat(section(0, cat(name("x"), bytes(0))), 100_000);
        byte[] large = section(0, cat(name("y"), new byte[4 << 20]));
        byte[] padded = cat(Arrays.copyOf(module, HEADER), nothing, Arrays.copyOfRange(module, HEADER, module.length));
        assertTrue(bench.run(padded, Bench.wide()).success());
        assertTrue(bench.run(cat(module, large), Bench.wide()).success());
    }

    /** Tables of branches: large ones, and many in one function. */
    @Test
    void compilesTablesOfBranchesOrRefusesThem() {
        byte[] targets = cat(leb(20_000), repeat(bytes(0), 20_000), bytes(0));
        byte[] table = cat(bytes(0x02, 0x40), i32(7), bytes(0x0e), targets, bytes(0x0b));
        for (byte[] code : new byte[][] {table, repeat(table, 4)}) {
            bench.backend
                    .prepare(Tool.of(
                            bench.folder(), new ModuleBuilder().main(code).build()))
                    .ifPresent(refusal -> assertTrue(refusal.reason().contains("large"), refusal.toString()));
        }
        assertTrue(bench.run("args").success());
    }

    /** Memory that is asked for again and again, and never had. */
    @Test
    void growsNothingHoweverOftenItAsks() {
        byte[] ask = cat(bytes(0x03, 0x40), i32(0x7fff), bytes(0x40, 0), bytes(0x1a), bytes(0x0c, 0, 0x0b));
        byte[] module = new ModuleBuilder().main(ask).build();
        RunResult result = bench.run(module, Bench.limits(4, Duration.ofMillis(200), Bench.LONG));
        assertTrue(
                result.violations().contains(Violation.CPU),
                () -> result.violations().toString());
        assertFalse(result.success());
    }
}
