package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.auditlog.query.Visible;
import java.io.IOException;
import java.time.Duration;

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
    public long count(AuditQuery query) throws IOException {
        return search.count(query, Visible.ALL);
    }

    @Override
    public Histogram histogram(AuditQuery query, Duration bucket) throws IOException, Histogram.UnfitBucketException {
        return search.histogram(query, Visible.ALL, bucket);
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(250);
    }

    @Override
    public int most() {
        return AuditQuery.MAX_LIMIT;
    }
}
