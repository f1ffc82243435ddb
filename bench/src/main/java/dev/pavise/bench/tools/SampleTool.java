package dev.pavise.bench.tools;

import dev.pavise.bench.tool.BenchTool;
import dev.pavise.runner.run.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Tools that do next to nothing, so that what is measured is the way to them. */
public final class SampleTool {
    /** An ELF program for x86_64 of 155 bytes: one {@code write} of two bytes, then {@code exit}. No library is loaded. */
    private static final String ELF = "7f454c46020101000000000000000000" + "02003e00010000007800400000000000"
            + "40000000000000000000000000000000" + "00000000400038000100000000000000"
            + "01000000050000000000000000000000" + "00004000000000000000400000000000"
            + "9b000000000000009b00000000000000" + "0010000000000000"
            + "b801000000bf01000000488d3510000000ba020000000f05b83c00000031ff0f05780a";

    private SampleTool() {}

    /** The program without libraries; for x86_64 alone. */
    public static byte[] elf() {
        return HexFormat.of().parseHex(ELF);
    }

    /** Puts content into this folder, as a file of this name and a tool that is granted these paths for reading. */
    public static Program of(Path folder, String name, byte[] content, String... granted) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        boolean executable = file.toFile().setExecutable(true, false);
        if (!executable) {
            throw new IOException(file + " cannot be made executable");
        }
        return BenchTool.program(file, List.of(granted));
    }

    /** The same for a script. */
    public static Program script(Path folder, String name, String text, String... granted) throws IOException {
        return of(folder, name, text.getBytes(StandardCharsets.UTF_8), granted);
    }
}
