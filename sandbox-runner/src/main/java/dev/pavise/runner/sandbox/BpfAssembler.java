package dev.pavise.runner.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together a program of classic BPF as seccomp takes it: instructions of eight bytes, {@code code:16 jt:8 jf:8 k:32}, in the byte
 * order of the machine. Jumps go forward only, conditional ones over at most 255 instructions; what does not fit is a bug and throws.
 */
final class BpfAssembler {
    static final int LOAD_WORD = 0x20;
    static final int AND = 0x54;
    static final int JUMP = 0x05;
    static final int IF_EQUAL = 0x15;
    static final int IF_AT_LEAST = 0x35;
    static final int IF_ANY_BIT = 0x45;
    static final int RETURN = 0x06;
    private static final int MAX_INSTRUCTIONS = 4096;

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<Label, Integer> places = new HashMap<>();

    /** A place in the program that jumps can name before it is known. Compared by identity. */
    static final class Label {}

    private record Instruction(int code, int k, Label whenTrue, Label whenFalse) {}

    /** Goes to the next instruction. */
    private static final Label NEXT = new Label();

    BpfAssembler load(int offset) {
        return add(LOAD_WORD, offset, NEXT, NEXT);
    }

    BpfAssembler and(int mask) {
        return add(AND, mask, NEXT, NEXT);
    }

    BpfAssembler returns(int value) {
        return add(RETURN, value, NEXT, NEXT);
    }

    BpfAssembler jump(Label target) {
        return add(JUMP, 0, target, NEXT);
    }

    /** Jumps where the test holds, else goes on. */
    BpfAssembler jumpIf(int test, int k, Label target) {
        return add(test, k, target, NEXT);
    }

    /** Jumps where the test does not hold, else goes on. */
    BpfAssembler jumpUnless(int test, int k, Label target) {
        return add(test, k, NEXT, target);
    }

    /** The label stands for the instruction that comes next. */
    BpfAssembler place(Label label) {
        if (places.put(label, instructions.size()) != null) {
            throw new IllegalStateException("a label is placed twice");
        }
        return this;
    }

    private BpfAssembler add(int code, int k, Label whenTrue, Label whenFalse) {
        instructions.add(new Instruction(code, k, whenTrue, whenFalse));
        return this;
    }

    byte[] assemble() {
        if (instructions.size() > MAX_INSTRUCTIONS) {
            throw new IllegalStateException("the kernel takes at most 4096 instructions");
        }
        ByteBuffer program = ByteBuffer.allocate(instructions.size() * 8).order(ByteOrder.nativeOrder());
        for (int at = 0; at < instructions.size(); at++) {
            Instruction one = instructions.get(at);
            program.putShort((short) one.code);
            if (one.code == JUMP) {
                program.put((byte) 0).put((byte) 0).putInt(distance(at, one.whenTrue));
            } else {
                program.put(near(at, one.whenTrue)).put(near(at, one.whenFalse)).putInt(one.k);
            }
        }
        return program.array();
    }

    private byte near(int from, Label to) {
        int distance = distance(from, to);
        if (distance > 255) {
            throw new IllegalStateException("a conditional jump over " + distance + " instructions");
        }
        return (byte) distance;
    }

    @SuppressWarnings("ReferenceEquality") // a label is its identity
    private int distance(int from, Label to) {
        if (to == NEXT) {
            return 0;
        }
        Integer place = places.get(to);
        if (place == null || place <= from || place >= instructions.size()) {
            throw new IllegalStateException("a jump to nowhere, or back");
        }
        return place - from - 1;
    }
}
