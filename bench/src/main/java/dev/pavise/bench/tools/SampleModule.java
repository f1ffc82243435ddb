package dev.pavise.bench.tools;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Small modules of WASI preview 1, each with one function whose instructions are given, and a line of text to write. */
final class SampleModule {
    private static final String WRITE = "41014100410141101000" + "1a";

    static final byte[] HELLO = of(WRITE + "0b");
    static final byte[] EXIT = of("41031001" + "0b");
    static final byte[] TRAP = of("000b");
    static final byte[] ENDLESS = of("03400c000b" + "0b");
    static final byte[] FLOOD = of("0340" + WRITE + "0c000b" + "0b");
    static final byte[] GROW = of("0340" + "41014000417f470d000b" + "0b");

    private SampleModule() {}

    private static byte[] of(String instructions) {
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(HexFormat.of().parseHex("0061736d01000000"));
        section(module, 1, "0360047f7f7f7f017f60000060017f00");
        section(
                module,
                2,
                "02" + named("wasi_snapshot_preview1") + named("fd_write") + "0000" + named("wasi_snapshot_preview1")
                        + named("proc_exit") + "0002");
        section(module, 3, "0101");
        section(module, 5, "01000" + "1");
        section(module, 7, "02" + named("memory") + "0200" + named("_start") + "0002");
        section(module, 10, "01" + length(instructions.length() / 2 + 1) + "00" + instructions);
        // Where the text is and how long, as fd_write takes it, and the text.
        section(module, 11, "010041000b0e" + "0800000006000000" + "68656c6c6f0a");
        return module.toByteArray();
    }

    private static void section(ByteArrayOutputStream module, int id, String hex) {
        module.write(id);
        module.write(hex.length() / 2);
        module.writeBytes(HexFormat.of().parseHex(hex));
    }

    private static String named(String name) {
        return length(name.length()) + HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII));
    }

    // One byte is enough for what is here.
    private static String length(int length) {
        return HexFormat.of().toHexDigits((byte) length);
    }
}
