package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** {@code poll_oneoff}. Every descriptor here is always ready, so that it only ever sleeps for clocks; a limit or a cancellation wakes it. */
final class PollCalls {
    private static final int SUBSCRIPTION = 48;
    private static final int EVENT = 32;
    private static final int MOST = 1024;
    private static final int CLOCK = 0;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int ABSOLUTE = 1;
    private static final int HANGUP = 1;

    private final Descriptors descriptors;
    private final LongSupplier realtimeNs;
    private final LongSupplier monotonicNs;

    PollCalls(Descriptors descriptors, Surroundings surroundings) {
        this.descriptors = descriptors;
        this.realtimeNs = surroundings.realtimeNs();
        this.monotonicNs = surroundings.monotonicNs();
    }

    void offer(Calls calls) {
        calls.offer("poll_oneoff", "iiii", this::poll);
    }

    /** When a clock that is waited for is due, by the run's own monotonic clock. */
    private record Alarm(long userData, long dueNs) {}

    private void poll(Guest guest, Calls.Arguments in) {
        int count = in.number(2);
        if (count <= 0 || count > MOST) throw new Fault(Errno.INVAL);
        List<Alarm> alarms = new ArrayList<>();
        List<ByteBuffer> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = in.number(0) + i * SUBSCRIPTION;
            long userData = guest.readLong(at);
            int type = guest.bytes(at + 8, 1)[0];
            switch (type) {
                case CLOCK -> alarms.add(new Alarm(userData, due(guest, at)));
                case READ, WRITE -> events.add(ready(userData, type, guest.readInt(at + 16)));
                default -> throw new Fault(Errno.INVAL);
            }
        }
        if (events.isEmpty())
            sleepUntil(alarms.stream().mapToLong(Alarm::dueNs).min().orElseThrow());
        long nowNs = monotonicNs.getAsLong();
        alarms.stream()
                .filter(alarm -> alarm.dueNs() <= nowNs)
                .forEach(alarm -> events.add(event(alarm.userData(), Errno.SUCCESS, CLOCK)));
        int out = in.number(1);
        for (ByteBuffer event : events) {
            guest.writeBuffer(out, event);
            out += EVENT;
        }
        guest.writeInt(in.number(3), events.size());
    }

    private long due(Guest guest, int at) {
        long timeout = guest.readLong(at + 24);
        boolean absolute = (guest.readInt(at + 40) & ABSOLUTE) != 0;
        long nowNs = monotonicNs.getAsLong();
        long from = switch (guest.readInt(at + 16)) {
            case 0 -> realtimeNs.getAsLong();
            case 1 -> nowNs;
            default -> throw new Fault(Errno.NOTSUP);
        };
        // Unsigned: what is beyond the signed range is as good as for ever.
        if (timeout < 0) return Long.MAX_VALUE;
        long wait = absolute ? timeout - from : timeout;
        return wait <= 0 ? nowNs : saturated(nowNs, wait);
    }

    private static long saturated(long nowNs, long wait) {
        return wait > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + wait;
    }

    private void sleepUntil(long dueNs) {
        try {
            for (long left = dueNs - monotonicNs.getAsLong(); left > 0; left = dueNs - monotonicNs.getAsLong()) {
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    private ByteBuffer ready(long userData, int type, int number) {
        try {
            Descriptor descriptor = descriptors.get(number);
            ByteBuffer event = event(userData, Errno.SUCCESS, type);
            long bytes = type == READ ? readable(descriptor) : 1;
            event.putLong(16, bytes);
            if (type == READ && bytes == 0) event.putShort(24, (short) HANGUP);
            return event;
        } catch (Fault fault) {
            return event(userData, fault.errno(), type);
        }
    }

    private static long readable(Descriptor descriptor) {
        return switch (descriptor) {
            case Descriptor.Input input -> input.remaining();
            case Descriptor.File file -> Math.max(0, file.document().size() - file.position());
            case Descriptor.Directory _, Descriptor.Stream _ -> throw new Fault(Errno.BADF);
        };
    }

    private static ByteBuffer event(long userData, Errno errno, int type) {
        ByteBuffer event = ByteBuffer.allocate(EVENT).order(ByteOrder.LITTLE_ENDIAN);
        event.putLong(0, userData);
        event.putShort(8, (short) errno.number());
        event.put(10, (byte) type);
        return event;
    }
}
