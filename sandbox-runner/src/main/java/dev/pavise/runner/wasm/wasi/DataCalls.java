package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.util.function.LongSupplier;

/** Reading and writing. What is moved at once is bounded, whatever the module asks for. */
final class DataCalls {
    private static final int CHUNK = 64 * 1024;

    private final Descriptors descriptors;
    private final Sink sink;
    private final LongSupplier nowNs;

    DataCalls(Descriptors descriptors, Sink sink, LongSupplier nowNs) {
        this.descriptors = descriptors;
        this.sink = sink;
        this.nowNs = nowNs;
    }

    void offer(Calls calls) {
        calls.offer("fd_read", "iiii", (guest, in) -> read(guest, in));
        calls.offer("fd_write", "iiii", (guest, in) -> write(guest, in));
        calls.offer("fd_pread", "iiili", (guest, in) -> {
            Descriptor.File file = readable(in.number(0));
            long read = fill(guest, vectors(guest, in), source(file.document(), offset(in)));
            guest.writeInt(in.number(4), (int) read);
        });
        calls.offer("fd_pwrite", "iiili", (guest, in) -> {
            Descriptor.File file = writable(in.number(0));
            if (file.append()) throw new Fault(Errno.NOTSUP);
            long written = drain(guest, vectors(guest, in), target(file.document(), offset(in)));
            guest.writeInt(in.number(4), (int) written);
        });
    }

    private static Guest.Vector[] vectors(Guest guest, Calls.Arguments in) {
        return guest.vectors(in.number(1), in.number(2));
    }

    private static long offset(Calls.Arguments in) {
        if (in.wide(3) < 0) throw new Fault(Errno.INVAL);
        return in.wide(3);
    }

    private void read(Guest guest, Calls.Arguments in) {
        Guest.Vector[] vectors = vectors(guest, in);
        long read = switch (descriptors.get(in.number(0))) {
            case Descriptor.Input input -> fill(guest, vectors, input::read);
            case Descriptor.File _ -> {
                Descriptor.File file = readable(in.number(0));
                long moved = fill(guest, vectors, source(file.document(), file.position()));
                file.moveTo(file.position() + moved);
                yield moved;
            }
            case Descriptor.Directory _ -> throw new Fault(Errno.ISDIR);
            case Descriptor.Stream _ -> throw new Fault(Errno.BADF);
        };
        guest.writeInt(in.number(3), (int) read);
    }

    private void write(Guest guest, Calls.Arguments in) {
        Guest.Vector[] vectors = vectors(guest, in);
        long written = switch (descriptors.get(in.number(0))) {
            case Descriptor.Stream out ->
                drain(guest, vectors, (from, length) -> sink.write(out.stream(), from, length));
            case Descriptor.File _ -> {
                Descriptor.File file = writable(in.number(0));
                if (file.append()) file.moveTo(file.document().size());
                long moved = drain(guest, vectors, target(file.document(), file.position()));
                file.moveTo(file.position() + moved);
                yield moved;
            }
            case Descriptor.Directory _ -> throw new Fault(Errno.ISDIR);
            case Descriptor.Input _ -> throw new Fault(Errno.BADF);
        };
        guest.writeInt(in.number(3), (int) written);
    }

    private Descriptor.File readable(int number) {
        Descriptor.File file = descriptors.file(number);
        if (!file.readable()) throw new Fault(Errno.BADF);
        return file;
    }

    private Descriptor.File writable(int number) {
        Descriptor.File file = descriptors.file(number);
        if (!file.writable()) throw new Fault(Errno.BADF);
        return file;
    }

    /** Gives bytes; fewer than asked for at the end. */
    private interface Source {
        int read(byte[] into, int length);
    }

    /** Takes bytes. */
    private interface Target {
        void write(byte[] from, int length);
    }

    private static Source source(Document document, long start) {
        return new Source() {
            private long position = start;

            @Override
            public int read(byte[] into, int length) {
                int step = document.read(position, into, length);
                position += step;
                return step;
            }
        };
    }

    private Target target(Document document, long start) {
        return new Target() {
            private long position = start;

            @Override
            public void write(byte[] from, int length) {
                document.write(position, from, length, nowNs.getAsLong());
                position += length;
            }
        };
    }

    private static long fill(Guest guest, Guest.Vector[] vectors, Source source) {
        byte[] chunk = new byte[longest(vectors)];
        long total = 0;
        for (Guest.Vector vector : vectors) {
            for (int done = 0; done < vector.length(); ) {
                int wanted = Math.min(chunk.length, vector.length() - done);
                int step = source.read(chunk, wanted);
                guest.write(vector.pointer() + done, chunk, step);
                done += step;
                total += step;
                if (step < wanted) return total;
            }
        }
        return total;
    }

    /** What was written before a fault stays written, and the module is told how much that was. */
    private static long drain(Guest guest, Guest.Vector[] vectors, Target target) {
        long total = 0;
        for (Guest.Vector vector : vectors) {
            for (int done = 0; done < vector.length(); ) {
                int step = Math.min(CHUNK, vector.length() - done);
                try {
                    target.write(guest.bytes(vector.pointer() + done, step), step);
                } catch (Fault fault) {
                    if (total == 0) throw fault;
                    return total;
                }
                done += step;
                total += step;
            }
        }
        return total;
    }

    private static int longest(Guest.Vector[] vectors) {
        int longest = 0;
        for (Guest.Vector vector : vectors) longest = Math.max(longest, vector.length());
        return Math.min(longest, CHUNK);
    }
}
