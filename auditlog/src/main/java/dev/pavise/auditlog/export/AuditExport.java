package dev.pavise.auditlog.export;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Filter;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Extent;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import dev.pavise.auditlog.segment.RecordWalk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Writes the records that a query asks for, oldest first and all of them, in some form, one on a line.
 *
 * <p>Guarantees that nothing is passed over in silence: records that are missing between the first and the last, and lines that
 * are no records, are told as {@link Flaws}. It does not check what {@code audit verify} checks: a line that was changed and is
 * still a record goes out as it is.
 */
public final class AuditExport {
    private final AuditFolder folder;

    private AuditExport(AuditFolder folder) {
        this.folder = folder;
    }

    /** Exports from a folder, or a copy of one; beside a gateway that writes it, too. */
    public static AuditExport of(Path dir) {
        return new AuditExport(new AuditFolder(dir));
    }

    /** One more than the largest number that a record has now. */
    public long size() throws IOException {
        return Extent.size(folder);
    }

    /**
     * Writes all that match and are there now. The query's order, cursor and limit are not used.
     *
     * @param progress is told how many records were gone through
     */
    public Exported write(AuditQuery query, Encoder encoder, OutputStream out, LongConsumer progress)
            throws IOException {
        return write(query, encoder, new Plain(out), size(), progress);
    }

    /** Goes on writing into a file, from where it stands to where it is to go. */
    public Exported write(AuditQuery query, Encoder encoder, ExportFile file, LongConsumer progress)
            throws IOException {
        return write(query, encoder, file, file.to(), progress);
    }

    private Exported write(AuditQuery query, Encoder encoder, Target target, long to, LongConsumer progress)
            throws IOException {
        Run run = new Run(new Filter(query), encoder, target, to);
        try (RecordWalk walk =
                target.next() < 0 ? RecordWalk.fromFirst(folder) : RecordWalk.from(folder, target.next())) {
            run.all(walk, progress);
        }
        return new Exported(target.lines(), target.flaws());
    }

    /**
     * What an export came to.
     *
     * @param records how many were written
     */
    public record Exported(long records, Flaws flaws) {}

    /** Where lines go. */
    interface Target {
        /** The first number to look at; negative for whatever is first. */
        long next();

        void line(byte[] line) throws IOException;

        /** All before this number has been decided. */
        void passed(long next) throws IOException;

        long lines();

        Flaws flaws();
    }

    private static final class Plain implements Target {
        private final OutputStream out;
        private final Flaws flaws = new Flaws();
        private long lines;

        private Plain(OutputStream out) {
            this.out = out;
        }

        @Override
        public long next() {
            return -1;
        }

        @Override
        public void line(byte[] line) throws IOException {
            out.write(line);
            out.write('\n');
            lines++;
        }

        @Override
        public void passed(long next) {}

        @Override
        public long lines() {
            return lines;
        }

        @Override
        public Flaws flaws() {
            return flaws;
        }
    }

    /** One going-through. */
    private final class Run {
        private final Filter filter;
        private final Encoder encoder;
        private final Target target;
        private final long to;
        private final RecordLine line = new RecordLine();
        private final Undecided undecided = new Undecided();

        private Run(Filter filter, Encoder encoder, Target target, long to) {
            this.filter = filter;
            this.encoder = encoder;
            this.target = target;
            this.to = to;
        }

        private void all(RecordWalk walk, LongConsumer progress) throws IOException {
            while (true) {
                switch (walk.next(to)) {
                    case RECORD -> record(walk);
                    case MISSING -> target.flaws().missing(walk.missingFrom(), walk.missingTo(), walk.damage());
                    case END -> {
                        if (walk.position() < to) {
                            target.flaws().missing(walk.position(), to, walk.damage());
                        }
                        undecided.end();
                        settle(to);
                        return;
                    }
                }
                progress.accept(walk.position());
            }
        }

        private void record(RecordWalk walk) throws IOException {
            boolean read = line.read(walk.buffer(), walk.lineOffset(), walk.lineLength());
            if (!read) {
                target.flaws().unfit(walk.seq(), "it cannot be followed");
            } else if (filter.unknownOnly()) {
                onlyUnknown(walk.seq());
            } else if (filter.matches(line)) {
                write(walk.seq(), walk.line());
            }
            settle(walk.position());
        }

        /** What became of an intent is known only later, so it waits; only its place is kept. */
        private void onlyUnknown(long seq) {
            if (Filter.isOutcome(line)) {
                undecided.strike(line.fingerprint(Field.REQUEST_ID));
            }
            if (filter.matches(line)) {
                undecided.add(seq, Filter.isIntent(line) ? line.fingerprint(Field.REQUEST_ID) : 0);
            }
            undecided.giveUpBefore(seq - Filter.LOOK_AHEAD);
        }

        /** Writes what is decided by now, and tells how far that is. */
        private void settle(long position) throws IOException {
            while (true) {
                long seq = undecided.takeDecided();
                if (seq < 0) {
                    break;
                }
                byte[] found = Finder.line(folder, seq).orElse(null);
                if (found == null) {
                    target.flaws().missing(seq, seq + 1, "");
                } else {
                    write(seq, found);
                }
            }
            target.passed(undecided.first(position));
        }

        private void write(long seq, byte[] found) throws IOException {
            try {
                target.line(encoder.encode(found));
            } catch (UnfitLineException e) {
                target.flaws().unfit(seq, e.why());
            }
        }
    }
}
