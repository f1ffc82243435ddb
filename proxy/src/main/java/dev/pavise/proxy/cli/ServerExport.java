package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes out the records that a gateway gives out, oldest first, one stored line each. */
record ServerExport(AuditDoor door, InstantSource clock) {
    void write(AuditQuery.Builder query, OutputStream out, LongConsumer progress) throws IOException {
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        AuditQuery.Builder ended = bounded(query);
        long written = 0;
        Optional<String> next;
        do {
            AuditDoor.Page page = door.page(ended.limit(door.most()).build());
            for (AuditDoor.Row row : page.rows()) {
                buffered.write(row.line());
                buffered.write('\n');
                written++;
            }
            progress.accept(written);
            next = page.next();
            ended.cursor(next.orElse(null));
        } while (next.isPresent());
        buffered.flush();
    }

    /** Each page that is asked for is recorded itself; without an end the export would run after its own records. */
    private AuditQuery.Builder bounded(AuditQuery.Builder query) {
        AuditQuery.Builder oldestFirst = query.order(AuditQuery.Order.OLDEST_FIRST);
        return oldestFirst.build().members().containsKey("to") ? oldestFirst : oldestFirst.to(clock.instant());
    }
}
