package dev.pavise.proxy.management;

import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Visible;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Rows as JSON Lines, some at a time: the stored lines, unchanged. Where the limit ended them before the last row, one more line
 * {@code {"next":"..."}} tells where to go on.
 */
final class AuditLines implements LocalAnswer.Parts {
    private static final int AT_A_TIME = 250;

    private final AuditQueries queries;
    private final AuditQuery.Builder query;
    private final Visible visible;
    private long left;
    private boolean ended;

    AuditLines(AuditQueries queries, AuditQuery.Builder query, Visible visible, long limit) {
        this.queries = queries;
        this.query = query.tellOpen(false);
        this.visible = visible;
        this.left = limit;
    }

    @Override
    public Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!ended && out.size() == 0) {
            AuditPage page =
                    queries.page(query.limit((int) Math.min(left, AT_A_TIME)).build(), visible);
            for (AuditPage.Row row : page.rows()) {
                out.writeBytes(row.line());
                out.write('\n');
            }
            left -= page.rows().size();
            ended = page.next().isEmpty() || left == 0;
            page.next().ifPresent(query::cursor);
            if (ended && page.next().isPresent()) {
                String last = "{\"next\":\"" + page.next().get() + "\"}\n";
                out.writeBytes(last.getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.size() == 0 ? Optional.empty() : Optional.of(out.toByteArray());
    }
}
