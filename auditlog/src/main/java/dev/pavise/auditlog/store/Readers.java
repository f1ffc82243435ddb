package dev.pavise.auditlog.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Those who copy the log elsewhere behind the write path, and how far each has come. */
final class Readers {
    private record Reader(String name, LongSupplier next) {}

    private final List<Reader> readers = new CopyOnWriteArrayList<>();

    void add(String name, LongSupplier next) {
        readers.add(new Reader(name, next));
    }

    /** The first record that one of them still lacks. */
    long slowest() {
        return readers.stream()
                .mapToLong(reader -> reader.next.getAsLong())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Who lacks records before this one. */
    List<String> behind(long seq) {
        return readers.stream()
                .filter(reader -> reader.next.getAsLong() < seq)
                .map(Reader::name)
                .toList();
    }
}
