package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.run.Output;
import dev.pavise.runner.wasm.files.Document;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import dev.pavise.runner.wasm.files.Folder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The descriptors of one run, by number. A number is nothing but a place in this table: no descriptor of the host is in it. */
final class Descriptors {
    static final int ROOT = 3;

    private final List<@Nullable Descriptor> table = new ArrayList<>();
    private final int capacity;

    Descriptors(byte[] stdin, Folder root, int capacity) {
        this.capacity = capacity;
        table.add(new Descriptor.Input(stdin));
        table.add(new Descriptor.Stream(Output.Stream.STDOUT));
        table.add(new Descriptor.Stream(Output.Stream.STDERR));
        table.add(new Descriptor.Directory(root, true));
    }

    Descriptor get(int number) {
        Descriptor descriptor = number < 0 || number >= table.size() ? null : table.get(number);
        if (descriptor == null) throw new Fault(Errno.BADF);
        return descriptor;
    }

    Folder folder(int number) {
        return switch (get(number)) {
            case Descriptor.Directory directory -> directory.folder();
            case Descriptor.File _, Descriptor.Input _, Descriptor.Stream _ -> throw new Fault(Errno.NOTDIR);
        };
    }

    Descriptor.File file(int number) {
        return switch (get(number)) {
            case Descriptor.File file -> file;
            case Descriptor.Directory _ -> throw new Fault(Errno.ISDIR);
            case Descriptor.Input _, Descriptor.Stream _ -> throw new Fault(Errno.SPIPE);
        };
    }

    /** Fails unless another can be opened, so that nothing is made that cannot be given out. */
    void requireRoom() {
        if (lowestFree() >= capacity) throw new Fault(Errno.MFILE);
    }

    int add(Descriptor descriptor) {
        requireRoom();
        int number = lowestFree();
        if (number == table.size()) {
            table.add(descriptor);
        } else {
            table.set(number, descriptor);
        }
        if (descriptor instanceof Descriptor.File file) file.document().opened();
        return number;
    }

    private int lowestFree() {
        int free = table.indexOf(null);
        return free < 0 ? table.size() : free;
    }

    void close(int number) {
        release(get(number));
        table.set(number, null);
    }

    /** Moves a descriptor to a number that is taken, whose own is closed. */
    void renumber(int from, int to) {
        Descriptor moved = get(from);
        Descriptor replaced = get(to);
        if (from == to) return;
        release(replaced);
        table.set(to, moved);
        table.set(from, null);
    }

    private static void release(Descriptor descriptor) {
        if (!(descriptor instanceof Descriptor.File file)) return;
        Document document = file.document();
        document.closed();
    }
}
