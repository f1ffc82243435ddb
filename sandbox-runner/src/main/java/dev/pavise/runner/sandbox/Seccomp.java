package dev.pavise.runner.sandbox;

import dev.pavise.runner.sandbox.BpfAssembler.Label;
import dev.pavise.runner.sandbox.SystemCalls.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * The seccomp filter of a tool: an allow-list of system calls. A call made in another way than this processor's own (32-bit, x32) kills
 * the process; a call that is not listed does not exist (ENOSYS), so that programs fall back; a listed one that is refused, by name or
 * by its arguments, gets EPERM. It stands against a tool that attacks the kernel or leaves its namespaces; what is allowed here is
 * held by the namespaces, not by this.
 *
 * <p>The numbers are searched by halving, and runs of equal rules are one step of it: under 10 comparisons for each call.
 */
final class Seccomp {
    static final int KILL_PROCESS = 0x80000000;
    static final int ALLOW = 0x7FFF0000;
    static final int NOT_PERMITTED = 0x00050000 | 1;
    static final int NO_SUCH_CALL = 0x00050000 | 38;

    // struct seccomp_data { int nr; u32 arch; u64 instruction_pointer; u64 args[6]; }
    static final int NUMBER = 0;
    static final int ARCHITECTURE = 4;
    static final int X32_BIT = 0x40000000;

    private final BpfAssembler program = new BpfAssembler();
    private final Map<Rule, Label> byArgument = new EnumMap<>(Rule.class);

    private Seccomp() {}

    /** As {@code bwrap --seccomp} takes it. */
    static byte[] filter(Architecture architecture, SystemCalls calls, Sockets sockets) {
        return new Seccomp().build(architecture, calls.rules(architecture, sockets));
    }

    private byte[] build(Architecture architecture, NavigableMap<Integer, Rule> rules) {
        Label known = new Label();
        program.load(ARCHITECTURE).jumpIf(BpfAssembler.IF_EQUAL, architecture.audit(), known);
        program.returns(KILL_PROCESS).place(known).load(NUMBER);
        if (architecture == Architecture.X86_64) {
            Label own = new Label();
            program.jumpUnless(BpfAssembler.IF_AT_LEAST, X32_BIT, own);
            program.returns(KILL_PROCESS).place(own);
        }
        List<Range> ranges = ranges(rules);
        search(ranges, 0, ranges.size() - 1);
        byArgument.forEach((rule, label) -> {
            program.place(label);
            ArgumentRules.write(rule, program);
        });
        return program.assemble();
    }

    /** From this number up to the next range, one and the same thing happens. */
    private record Range(int from, Step step) {}

    private sealed interface Step {
        record Return(int value) implements Step {}

        record Judge(Rule rule) implements Step {}
    }

    private static List<Range> ranges(NavigableMap<Integer, Rule> rules) {
        List<Range> ranges = new ArrayList<>();
        for (int number = 0; number <= rules.lastKey() + 1; number++) {
            Rule rule = rules.get(number);
            Step step = rule == null ? new Step.Return(NO_SUCH_CALL) : step(rule);
            if (ranges.isEmpty() || !ranges.getLast().step().equals(step)) {
                ranges.add(new Range(number, step));
            }
        }
        return ranges;
    }

    private static Step step(Rule rule) {
        return switch (rule) {
            case ALLOW -> new Step.Return(ALLOW);
            case DENY -> new Step.Return(NOT_PERMITTED);
            default -> new Step.Judge(rule);
        };
    }

    private void search(List<Range> ranges, int first, int last) {
        if (first == last) {
            switch (ranges.get(first).step()) {
                case Step.Return(int value) -> program.returns(value);
                case Step.Judge(Rule rule) -> program.jump(byArgument.computeIfAbsent(rule, one -> new Label()));
            }
            return;
        }
        int middle = (first + last + 1) / 2;
        Label upper = new Label();
        program.jumpIf(BpfAssembler.IF_AT_LEAST, ranges.get(middle).from(), upper);
        search(ranges, first, middle - 1);
        program.place(upper);
        search(ranges, middle, last);
    }
}
