package dev.pavise.auditlog.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some records that were asked for, and where to go on. */
public final class AuditPage {
    private final List<Row> rows;
    private final @Nullable String next;

    AuditPage(List<Row> rows, @Nullable String next) {
        this.rows = List.copyOf(rows);
        this.next = next;
    }

    public List<Row> rows() {
        return rows;
    }

    /** The cursor of the next page; empty when the end was reached. */
    public Optional<String> next() {
        return Optional.ofNullable(next);
    }

    /** One record. */
    public static final class Row {
        private final long seq;
        private final byte[] line;
        private final boolean open;

        Row(long seq, byte[] line, boolean open) {
            this.seq = seq;
            this.line = line;
            this.open = open;
        }

        public long seq() {
            return seq;
        }

        /** The stored bytes: one JSON object, without a line end. */
        public byte[] line() {
            return line.clone();
        }

        void writeTo(OutputStream out) throws IOException {
            out.write(line);
        }

        /** Whether this is an intent for which no outcome was found: what became of it is unknown. */
        public boolean open() {
            return open;
        }

        @Override
        public String toString() {
            return new String(line, StandardCharsets.UTF_8);
        }
    }
}
