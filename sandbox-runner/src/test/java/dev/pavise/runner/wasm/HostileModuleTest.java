package dev.pavise.runner.wasm;

import static dev.pavise.runner.wasm.ModuleBuilder.bytes;
import static dev.pavise.runner.wasm.ModuleBuilder.call;
import static dev.pavise.runner.wasm.ModuleBuilder.cat;
import static dev.pavise.runner.wasm.ModuleBuilder.i32;
import static dev.pavise.runner.wasm.ModuleBuilder.leb;
import static dev.pavise.runner.wasm.ModuleBuilder.repeat;
import static dev.pavise.runner.wasm.ModuleBuilder.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules that no compiler would make. */
class HostileModuleTest {
    private static final byte[] HEADER = bytes(0, 'a', 's', 'm', 1, 0, 0, 0);
    private static final byte[] DROP = bytes(0x1a);
    private static Bench bench;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static ModuleBuilder module() {
        return new ModuleBuilder();
    }

    static Stream<Arguments> unfit() {
        byte[] nothing = {};
        return Stream.of(
                arguments("nothing at all", nothing, "not a WebAssembly module"),
                arguments("a shell script", "#!/bin/sh\nexit 0\n".getBytes(), "not a WebAssembly module"),
                arguments("a component", bytes(0, 'a', 's', 'm', 0x0d, 0, 1, 0), "component"),
                arguments("a later version", bytes(0, 'a', 's', 'm', 2, 0, 0, 0), "version"),
                arguments("a header alone", HEADER, "memories"),
                arguments("a section that runs over the end", cat(HEADER, bytes(1, 100)), "ends too early"),
                arguments("a section of 4 GiB", cat(HEADER, bytes(1), leb(0xffffffffL)), "ends too early"),
                arguments("a number without an end", cat(HEADER, bytes(1), repeat(bytes(0x80), 20)), "too long"),
                arguments("4 billion types", cat(HEADER, section(1, leb(0xffffffffL))), "claims more"),
                arguments(
                        "a type of 4 billion parameters",
                        cat(HEADER, section(1, cat(bytes(1, 0x60), leb(0xffffffffL)))),
                        "claims more"),
                arguments("4 billion functions", cat(HEADER, section(3, leb(0xffffffffL))), "claims more"),
                arguments("a name of 4 GiB", cat(HEADER, section(7, cat(bytes(1), leb(0xffffffffL)))), "claims more"),
                arguments(
                        "data of 2 GiB",
                        cat(HEADER, section(11, cat(bytes(1, 1), leb(0x7fffffffL)))),
                        "ends too early"),
                arguments(
                        "a table segment of 2 billion",
                        cat(HEADER, section(9, cat(bytes(1, 1, 0), leb(0x7fffffffL)))),
                        "claims more"),
                arguments(
                        "a type that is a structure", cat(HEADER, section(1, bytes(1, 0x5f, 0))), "garbage collection"),
                arguments("an exception tag", cat(HEADER, section(13, bytes(0))), "section of a kind"),
                arguments("no memory", module().memory(nothing).main(nothing).build(), "0 memories"),
                arguments(
                        "shared memory",
                        module().memory(cat(bytes(3), leb(1), leb(2)))
                                .main(nothing)
                                .build(),
                        "shares"),
                arguments("no entry", new ModuleBuilder().build(), "_start"),
                arguments(
                        "a table of 10 million",
                        module().tables(cat(bytes(1, 0x70, 0), leb(10_000_000)))
                                .main(nothing)
                                .build(),
                        "entries"),
                arguments("an import of another module", imports("env", "system", "i", "i"), "not a function of"),
                arguments(
                        "an import that is not there",
                        imports("wasi_snapshot_preview1", "proc_exec", "i", "i"),
                        "does not have"),
                arguments(
                        "an import of the wrong type",
                        imports("wasi_snapshot_preview1", "fd_write", "i", "i"),
                        "does not have"),
                arguments("50,000 locals in five bytes", locals(50_000), "locals"),
                arguments("4 billion locals", locals(0xffffffffL), "locals"),
                arguments("a tail call", module().main(cat(bytes(0x12), leb(0))).build(), "RETURN_CALL"),
                arguments(
                        "an atomic wait",
                        module().main(cat(i32(0), i32(0), ModuleBuilder.i64(-1), bytes(0xfe, 1, 2, 0), DROP))
                                .build(),
                        ""),
                arguments(
                        "a vector",
                        module().main(cat(i32(0), bytes(0xfd, 0, 0, 0), DROP)).build(),
                        "V128_LOAD"),
                arguments(
                        "operands that are not there",
                        module().main(bytes(0x6a, 0x1a)).build(),
                        "not valid"),
                arguments("a branch to nowhere", module().main(bytes(0x0c, 50)).build(), "not valid"),
                arguments("a call to nowhere", module().main(call(500)).build(), "not valid"),
                arguments("a function too large for the JVM", large(40_000), "too large"),
                arguments(
                        "much code",
                        module().main(repeat(bytes(0x01), 5 * 1024 * 1024)).build(),
                        "bytes of code"));
    }

    private static byte[] imports(String module, String name, String parameters, String results) {
        ModuleBuilder builder = module();
        builder.imported(module, name, parameters, results);
        return builder.main(new byte[0]).build();
    }

    private static byte[] locals(long count) {
        ModuleBuilder builder = module();
        builder.function("", "", cat(bytes(1), leb(count), bytes(ModuleBuilder.I64)), new byte[0]);
        return builder.main(new byte[0]).build();
    }

    private static byte[] large(int steps) {
        return module().main(repeat(cat(i32(1000), DROP), steps)).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unfit")
    void isRefusedWithAReason(String what, byte[] module, String reason) {
        Refusal refusal = bench.refused(module);
        assertEquals(RefusalCode.NOT_EXECUTABLE, refusal.code());
        assertTrue(refusal.reason().contains(reason), refusal.reason());
    }

    @Test
    void nestedBlocksAreCompiledOrRefusedButHarmNothing() {
        int depth = 60_000;
        byte[] module = module().main(cat(repeat(bytes(0x02, 0x40), depth), repeat(bytes(0x0b), depth)))
                .build();
        bench.backend
                .prepare(Tool.of(bench.folder(), module))
                .ifPresent(refusal -> assertTrue(
                        refusal.code() == RefusalCode.NOT_EXECUTABLE || refusal.code() == RefusalCode.TOO_MANY_RUNS,
                        refusal.toString()));
        assertTrue(bench.run("args").success());
    }

    @Test
    void recursesToTheEndOfTheStackAndTraps() {
        byte[] module = recursing(new byte[0]);
        for (int i = 0; i < 20; i++) assertStackTrap(bench.run(module, Bench.wide()));
    }

    @Test
    void callsTheHostFromTheEndOfTheStackAndNothingBreaks() {
        ModuleBuilder builder = module();
        int clock = builder.imported("clock_time_get", "ili");
        int random = builder.imported("random_get", "ii");
        int write = builder.imported("fd_write", "iiii");
        int open = builder.imported("path_open", "iiiiillii");
        byte[] calls = cat(
                i32(1),
                ModuleBuilder.i64(0),
                i32(64),
                call(clock),
                DROP,
                i32(128),
                i32(16),
                call(random),
                DROP,
                i32(2),
                i32(0),
                i32(1),
                i32(256),
                call(write),
                DROP,
                i32(3),
                i32(0),
                i32(16),
                i32(5),
                i32(1),
                ModuleBuilder.i64(66),
                ModuleBuilder.i64(0),
                i32(0),
                i32(300),
                call(open),
                DROP);
        int self = 4;
        builder.function("", "", cat(calls, call(self)));
        byte[] module = builder.main(call(self)).data(16, "tmp/x".getBytes()).build();
        for (int i = 0; i < 10; i++) assertStackTrap(bench.run(module, Bench.wide()));
        assertTrue(bench.run("put", "/tmp/x").success());
        assertTrue(bench.run("args").success());
    }

    private static byte[] recursing(byte[] before) {
        ModuleBuilder builder = module();
        builder.function("", "", cat(before, call(0)));
        return builder.main(call(0)).build();
    }

    private static void assertStackTrap(RunResult result) {
        assertEquals(134, result.exitCode());
        assertTrue(
                result.stderr().text().contains("call stack exhausted"),
                result.stderr().text());
    }

    @Test
    void startFunctionsAreHeldToTheLimitsToo() {
        ModuleBuilder builder = module();
        int spin = builder.function("", "", bytes(0x03, 0x40, 0x0c, 0, 0x0b));
        byte[] module = builder.start(spin).main(new byte[0]).build();
        RunResult result = bench.run(module, Bench.limits(64, Duration.ofMillis(100), Bench.LONG));
        assertEquals(Set.of(Violation.CPU), result.violations());
    }

    /** The library keeps the size of tables in the module, which runs share: a table that one grew would be longer for the next. */
    @Test
    void growsATableOnlyForItselfAndOnlySoFar() {
        ModuleBuilder builder = module();
        int exit = builder.imported("wasi_snapshot_preview1", "proc_exit", "i", "");
        byte[] grow = cat(bytes(0xd0, 0x70), i32(1000), bytes(0xfc, 0x0f, 0), call(exit));
        byte[] module =
                builder.tables(cat(bytes(1, 0x70, 0), leb(5))).main(grow).build();
        for (int i = 0; i < 3; i++)
            assertEquals(5, bench.run(module, Bench.wide()).exitCode());

        ModuleBuilder greedy = module();
        greedy.imported("wasi_snapshot_preview1", "proc_exit", "i", "");
        byte[] all = cat(bytes(0xd0, 0x70), i32(9_000_000), bytes(0xfc, 0x0f, 0), call(0));
        byte[] second = greedy.tables(cat(bytes(1, 0x70, 0), leb(5))).main(all).build();
        assertEquals(-1, bench.run(second, Bench.wide()).exitCode());
    }

    /** What one run leaves in its memory, its globals and its segments is not there for the next. */
    @Test
    void findsEverythingAsItWasBeforeTheRunBefore() {
        ModuleBuilder builder = module();
        int exit = builder.imported("wasi_snapshot_preview1", "proc_exit", "i", "");
        byte[] code = cat(
                i32(8),
                bytes(0x28, 2, 0),
                bytes(0x23, 0),
                bytes(0x6a),
                i32(8),
                i32(77),
                bytes(0x36, 2, 0),
                i32(77),
                bytes(0x24, 0),
                call(exit));
        byte[] module = builder.globals(cat(bytes(1, ModuleBuilder.I32, 1), i32(3), bytes(0x0b)))
                .main(code)
                .data(8, bytes(4, 0, 0, 0))
                .build();
        for (int i = 0; i < 3; i++)
            assertEquals(7, bench.run(module, Bench.wide()).exitCode());
    }
}
