package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Arguments, environment, clocks, random numbers and the end of the module. */
final class ProcessCalls {
    private static final int CHUNK = 64 * 1024;
    /** Clocks tell no less than a microsecond: what shares the process shall not be timed through its caches. */
    private static final long GRAIN_NS = 1_000;

    private final Surroundings surroundings;
    private final List<byte[]> arguments = new ArrayList<>();
    private final List<byte[]> environment = new ArrayList<>();

    ProcessCalls(Surroundings surroundings) {
        this.surroundings = surroundings;
        arguments.add(terminated(surroundings.name()));
        surroundings.input().args().forEach(argument -> arguments.add(terminated(argument)));
        surroundings.input().env().forEach((name, value) -> environment.add(terminated(name + "=" + value)));
    }

    private static byte[] terminated(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    void offer(Calls calls) {
        calls.offer("args_sizes_get", "ii", (guest, in) -> sizes(guest, in, arguments));
        calls.offer("args_get", "ii", (guest, in) -> strings(guest, in, arguments));
        calls.offer("environ_sizes_get", "ii", (guest, in) -> sizes(guest, in, environment));
        calls.offer("environ_get", "ii", (guest, in) -> strings(guest, in, environment));
        calls.offer("clock_res_get", "ii", (guest, in) -> {
            now(in.number(0));
            guest.writeLong(in.number(1), GRAIN_NS);
        });
        calls.offer("clock_time_get", "ili", (guest, in) -> guest.writeLong(in.number(2), now(in.number(0))));
        calls.offer("random_get", "ii", this::random);
        calls.offer("sched_yield", "", (_, _) -> Thread.onSpinWait());
        calls.offerWithoutResult("proc_exit", "i", (_, in) -> {
            throw new Exited(in.number(0));
        });
        calls.offer("proc_raise", "i", (_, in) -> {
            throw new Exited(128 + (in.number(0) & 0x7f));
        });
    }

    private static void sizes(Guest guest, Calls.Arguments in, List<byte[]> strings) {
        guest.writeInt(in.number(0), strings.size());
        guest.writeInt(
                in.number(1), strings.stream().mapToInt(text -> text.length).sum());
    }

    private static void strings(Guest guest, Calls.Arguments in, List<byte[]> strings) {
        int pointer = in.number(0);
        int text = in.number(1);
        for (byte[] string : strings) {
            guest.writeInt(pointer, text);
            guest.write(text, string, string.length);
            pointer += Integer.BYTES;
            text += string.length;
        }
    }

    private long now(int clock) {
        long exact = switch (clock) {
            case 0 -> surroundings.realtimeNs().getAsLong();
            case 1 -> surroundings.monotonicNs().getAsLong();
            case 2, 3 -> surroundings.cpuNs().getAsLong();
            default -> throw new Fault(Errno.INVAL);
        };
        return exact - exact % GRAIN_NS;
    }

    private void random(Guest guest, Calls.Arguments in) {
        long length = Integer.toUnsignedLong(in.number(1));
        guest.check(in.number(0), length);
        byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
        for (long done = 0; done < length; done += chunk.length) {
            int step = (int) Math.min(chunk.length, length - done);
            if (Thread.currentThread().isInterrupted()) throw new Stopped();
            surroundings.random().nextBytes(chunk);
            guest.write(in.number(0) + (int) done, chunk, step);
        }
    }
}
