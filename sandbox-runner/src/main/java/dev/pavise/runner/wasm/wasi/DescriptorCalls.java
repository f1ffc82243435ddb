package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.util.function.LongSupplier;

/** What is done to an open descriptor, save reading, writing and listing. */
final class DescriptorCalls {
    private static final int APPEND = 1;
    private static final int KNOWN_FLAGS = 0x1f;

    private final Descriptors descriptors;
    private final LongSupplier nowNs;

    DescriptorCalls(Descriptors descriptors, LongSupplier nowNs) {
        this.descriptors = descriptors;
        this.nowNs = nowNs;
    }

    void offer(Calls calls) {
        calls.offer("fd_close", "i", (_, in) -> descriptors.close(in.number(0)));
        calls.offer("fd_renumber", "ii", (_, in) -> descriptors.renumber(in.number(0), in.number(1)));
        calls.offer("fd_sync", "i", (_, in) -> descriptors.get(in.number(0)));
        calls.offer("fd_datasync", "i", (_, in) -> descriptors.get(in.number(0)));
        calls.offer("fd_seek", "ilii", this::seek);
        calls.offer(
                "fd_tell",
                "ii",
                (guest, in) -> guest.writeLong(
                        in.number(1), descriptors.file(in.number(0)).position()));
        calls.offer("fd_advise", "illi", (_, in) -> descriptors.file(in.number(0)));
        calls.offer("fd_allocate", "ill", (_, in) -> allocate(in));
        calls.offer("fd_fdstat_get", "ii", this::describe);
        calls.offer("fd_fdstat_set_flags", "ii", (_, in) -> setFlags(in));
        // Rights are not kept apart here: a descriptor can do what its grant allows. To give some up is accepted by
        // nobody any more.
        calls.offer("fd_fdstat_set_rights", "ill", (_, in) -> {
            descriptors.get(in.number(0));
            throw new Fault(Errno.NOTSUP);
        });
        calls.offer(
                "fd_filestat_get",
                "ii",
                (guest, in) -> guest.writeBuffer(
                        in.number(1),
                        switch (descriptors.get(in.number(0))) {
                            case Descriptor.File file -> Stat.file(file.document());
                            case Descriptor.Directory directory -> Stat.file(directory.folder());
                            case Descriptor.Input _, Descriptor.Stream _ -> Stat.stream();
                        }));
        calls.offer("fd_filestat_set_size", "il", (_, in) -> resize(in));
        calls.offer("fd_filestat_set_times", "illi", (_, in) -> setTimes(in));
        calls.offer("fd_prestat_get", "ii", (guest, in) -> {
            requirePreopened(in.number(0));
            guest.writeInt(in.number(1), 0);
            guest.writeInt(in.number(1) + Integer.BYTES, 1);
        });
        calls.offer("fd_prestat_dir_name", "iii", (guest, in) -> {
            requirePreopened(in.number(0));
            if (Integer.toUnsignedLong(in.number(2)) < 1) throw new Fault(Errno.NAMETOOLONG);
            guest.write(in.number(1), new byte[] {'/'}, 1);
        });
    }

    /** There is one: the root of the run's files. */
    private void requirePreopened(int number) {
        if (!(descriptors.get(number) instanceof Descriptor.Directory directory) || !directory.preopened()) {
            throw new Fault(Errno.BADF);
        }
    }

    private void seek(Guest guest, Calls.Arguments in) {
        Descriptor.File file = descriptors.file(in.number(0));
        long base = switch (in.number(2)) {
            case 0 -> 0;
            case 1 -> file.position();
            case 2 -> file.document().size();
            default -> throw new Fault(Errno.INVAL);
        };
        long target = base + in.wide(1);
        if (target < 0) throw new Fault(Errno.INVAL);
        guest.writeLong(in.number(3), target);
        file.moveTo(target);
    }

    private void allocate(Calls.Arguments in) {
        Document document = writable(in.number(0));
        if (in.wide(1) < 0 || in.wide(2) <= 0) throw new Fault(Errno.INVAL);
        long end = in.wide(1) + in.wide(2);
        if (end < 0) throw new Fault(Errno.FBIG);
        if (end > document.size()) document.resize(end, nowNs.getAsLong());
    }

    private void resize(Calls.Arguments in) {
        Document document = writable(in.number(0));
        if (in.wide(1) < 0) throw new Fault(Errno.INVAL);
        document.resize(in.wide(1), nowNs.getAsLong());
    }

    private Document writable(int number) {
        Descriptor.File file = descriptors.file(number);
        if (!file.writable()) throw new Fault(Errno.BADF);
        return file.document();
    }

    private void describe(Guest guest, Calls.Arguments in) {
        guest.writeBuffer(
                in.number(1),
                switch (descriptors.get(in.number(0))) {
                    case Descriptor.Input _ -> Stat.descriptor(0, 0, Rights.READ | Rights.POLL, 0);
                    case Descriptor.Stream _ -> Stat.descriptor(0, 0, Rights.WRITE | Rights.POLL, 0);
                    case Descriptor.Directory _ -> Stat.descriptor(Stat.DIRECTORY, 0, Rights.OF_FOLDERS, Rights.ALL);
                    case Descriptor.File file ->
                        Stat.descriptor(Stat.REGULAR_FILE, file.append() ? APPEND : 0, Rights.of(file), 0);
                });
    }

    private void setFlags(Calls.Arguments in) {
        int flags = in.number(1);
        if ((flags & ~KNOWN_FLAGS) != 0) throw new Fault(Errno.INVAL);
        if (descriptors.get(in.number(0)) instanceof Descriptor.File file) file.setAppend((flags & APPEND) != 0);
    }

    private void setTimes(Calls.Arguments in) {
        switch (descriptors.get(in.number(0))) {
            case Descriptor.File file ->
                Times.set(file.document(), in.wide(1), in.wide(2), in.number(3), nowNs.getAsLong());
            case Descriptor.Directory directory ->
                Times.set(directory.folder(), in.wide(1), in.wide(2), in.number(3), nowNs.getAsLong());
            case Descriptor.Input _, Descriptor.Stream _ -> throw new Fault(Errno.INVAL);
        }
    }
}
