package dev.pavise.auditlog.query;

import dev.pavise.auditlog.query.AuditQuery.Order;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Writes the records that a query asks for, oldest first and all of them, as JSON Lines: the stored bytes, unchanged. */
public final class AuditExport {
    private final AuditSearch search;

    private AuditExport(AuditSearch search) {
        this.search = search;
    }

    public static AuditExport offline(Path dir) {
        return new AuditExport(AuditSearch.offline(dir));
    }

    public static AuditExport of(AuditSearch search) {
        return new AuditExport(search);
    }

    /** Writes them and answers how many; the query's order, cursor and limit are not used. */
    public long write(AuditQuery.Builder query, OutputStream out, LongConsumer progress) throws IOException {
        long written = 0;
        AuditQuery.Builder next = query.order(Order.OLDEST_FIRST).cursor(null).limit(AuditQuery.MAX_LIMIT);
        while (true) {
            AuditPage page = search.page(next.build());
            for (AuditPage.Row row : page.rows()) {
                row.writeTo(out);
                out.write('\n');
                written++;
            }
            progress.accept(written);
            if (page.next().isEmpty()) {
                return written;
            }
            next = next.cursor(page.next().get());
        }
    }
}
