package dev.pavise.runner.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as the kernel would, one instruction after another, and is as strict as its checker. */
final class BpfInterpreter {
    private final ByteBuffer program;
    private int steps;

    BpfInterpreter(byte[] program) {
        if (program.length == 0 || program.length % 8 != 0 || program.length / 8 > 4096) {
            throw new IllegalArgumentException("no program: " + program.length + " bytes");
        }
        this.program = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
    }

    int instructions() {
        return program.capacity() / 8;
    }

    /** How many instructions the last call took. */
    int steps() {
        return steps;
    }

    /** The answer to this call. */
    int answer(int number, int architecture, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        data.putInt(number).putInt(architecture).putLong(0xDEADBEEF);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        int accumulator = 0;
        int at = 0;
        for (steps = 1; ; steps++) {
            int code = program.getShort(at * 8);
            int whenTrue = program.get(at * 8 + 2) & 0xFF;
            int whenFalse = program.get(at * 8 + 3) & 0xFF;
            int k = program.getInt(at * 8 + 4);
            at++;
            switch (code) {
                case 0x20 -> accumulator = data.getInt(aligned(k));
                case 0x54 -> accumulator &= k;
                case 0x05 -> at += k;
                case 0x15 -> at += accumulator == k ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, k) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (accumulator & k) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return k;
                }
                default -> throw new IllegalStateException("the kernel knows no instruction " + code);
            }
        }
    }

    private static int aligned(int offset) {
        if (offset % 4 != 0 || offset < 0 || offset >= 64) {
            throw new IllegalStateException("a load from " + offset);
        }
        return offset;
    }

    /** Every way through ends in a return, and no jump leaves the program: what the kernel checks before it takes a filter. */
    void check() {
        for (int at = 0; at < instructions(); at++) {
            int code = program.getShort(at * 8);
            int farthest = switch (code) {
                case 0x05 -> program.getInt(at * 8 + 4);
                case 0x15, 0x35, 0x45 -> Math.max(program.get(at * 8 + 2) & 0xFF, program.get(at * 8 + 3) & 0xFF);
                default -> 0;
            };
            if (farthest < 0 || (code != 0x06 && at + 1 + farthest >= instructions())) {
                throw new IllegalStateException("instruction " + at + " jumps out");
            }
        }
    }
}
