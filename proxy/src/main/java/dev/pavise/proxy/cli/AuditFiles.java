package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import java.io.IOException;

/** The audit folder, or a copy of one. */
record AuditFiles(AuditSearch search) implements AuditDoor {
    @Override
    public Page page(AuditQuery query) throws IOException {
        AuditPage page = search.page(query);
        return new Page(
                page.rows().stream()
                        .map(row -> new Row(row.seq(), row.line(), row.open()))
                        .toList(),
                page.next());
    }

    @Override
    public int most() {
        return AuditQuery.MAX_LIMIT;
    }
}
