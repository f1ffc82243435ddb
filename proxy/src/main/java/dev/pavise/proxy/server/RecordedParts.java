package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.proxy.config.RecordedConfig;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of one request is recorded because the configuration wants it: some headers, each as {@code name: value}, and the query as it came. What
 * must not be kept of it is taken out before the record is stored. Its size is bounded by that of a request's head.
 */
record RecordedParts(List<String> headers, @Nullable String query) {
    private static final RecordedParts NOTHING = new RecordedParts(List.of(), null);

    static RecordedParts of(RequestHead head, RecordedConfig wanted) {
        if (wanted.headers().isEmpty() && !wanted.query()) {
            return NOTHING;
        }
        List<String> headers = new ArrayList<>();
        HeaderBlock block = head.headers();
        for (int i = 0; i < block.size(); i++) {
            String name = block.nameText(i);
            if (wanted.headers().contains(name)) {
                headers.add(name + ": " + block.valueText(i));
            }
        }
        String query = wanted.query() ? head.query() : null;
        return new RecordedParts(List.copyOf(headers), query == null || query.isEmpty() ? null : query);
    }

    static RecordedParts nothing() {
        return NOTHING;
    }

    AuditRecord.Builder in(AuditRecord.Builder record) {
        if (!headers.isEmpty()) {
            record.metadata("headers", headers);
        }
        return record.metadata("query", query);
    }
}
