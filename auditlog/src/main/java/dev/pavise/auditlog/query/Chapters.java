package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.Chapter;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chapters of the index that one question is at, kept open while it goes from one to the next. Used by one thread at a time. */
final class Chapters implements Closeable {
    private static final int OPEN = 3;

    private final @Nullable AuditIndex index;
    private final Map<Long, Optional<Chapter>> open = new LinkedHashMap<>();

    Chapters(@Nullable AuditIndex index) {
        this.index = index;
    }

    @Nullable
    AuditIndex index() {
        return index;
    }

    /** A chapter by its number; empty where none can be used. */
    Optional<Chapter> chapter(long number) {
        AuditIndex from = index;
        if (from == null) {
            return Optional.empty();
        }
        Optional<Chapter> known = open.get(number);
        if (known != null) {
            return known;
        }
        if (open.size() == OPEN) {
            Map.Entry<Long, Optional<Chapter>> oldest =
                    open.entrySet().iterator().next();
            open.remove(oldest.getKey());
            close(oldest.getValue());
        }
        Optional<Chapter> opened = from.chapter(number);
        open.put(number, opened);
        return opened;
    }

    private static void close(Optional<Chapter> chapter) {
        try {
            if (chapter.isPresent()) {
                chapter.get().close();
            }
        } catch (IOException unimportant) {
            // It was only read.
        }
    }

    @Override
    public void close() {
        open.values().forEach(Chapters::close);
        open.clear();
    }
}
