package dev.pavise.proxy.management;

import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.auditlog.query.Visible;
import dev.pavise.proxy.http.RefusalCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Questions to the audit trail over the management API. Rows come as a page of JSON, or as JSON Lines that go on until there are no
 * more; figures come as one JSON object. Only what the caller may see is shown or counted.
 */
final class AuditQueries {
    static final String JSON_LINES = "application/jsonl";
    private static final String OTHER_NAME = "application/x-ndjson";

    /** How many questions are worked on at once; others wait their turn, without a thread of the event loops. */
    private static final int AT_ONCE = 4;

    private final AuditSearch search;
    private final AuditVisibility visibility;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    AuditQueries(AuditSearch search, AuditVisibility visibility) {
        this.search = search;
        this.visibility = visibility;
    }

    /** {@code GET /v1/audit/events}: the conditions are the query of the URL. */
    LocalAnswer list(Call call) throws IOException {
        try {
            return answer(AuditQuestion.ofQuery(call.query()), call);
        } catch (BadArgumentException unfit) {
            return refuse(unfit);
        }
    }

    /** {@code POST /v1/audit/query}: the conditions are the members of a JSON object. */
    LocalAnswer search(Call call) throws IOException {
        try {
            return answer(AuditQuestion.ofBody(call.body()), call);
        } catch (BadArgumentException unfit) {
            return refuse(unfit);
        }
    }

    private LocalAnswer answer(AuditQuestion question, Call call) throws IOException {
        Visible visible = visibility.of(call.caller());
        if (question.count() || question.bucket() != null) {
            return figures(question, visible);
        }
        return wantsLines(call.accept()) ? lines(question, visible) : page(question, visible);
    }

    private static boolean wantsLines(String accept) {
        for (String each : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = each.strip().split(";", 2)[0].strip();
            if (type.equals(JSON_LINES) || type.equals(OTHER_NAME)) {
                return true;
            }
        }
        return false;
    }

    private LocalAnswer page(AuditQuestion question, Visible visible) throws IOException {
        AuditQuery.Builder query = question.query().tellOpen(false);
        Long limit = question.limit();
        if (limit != null) {
            if (limit > AuditQuery.MAX_LIMIT) {
                throw new BadArgumentException("`limit` is more than " + AuditQuery.MAX_LIMIT
                        + "; for more rows at once ask for `Accept: " + JSON_LINES + "`");
            }
            query.limit(limit.intValue());
        }
        AuditPage page = page(query.build(), visible);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("{\"events\":[".getBytes(StandardCharsets.UTF_8));
        String separator = "";
        for (AuditPage.Row row : page.rows()) {
            out.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
            out.writeBytes(row.line());
            separator = ",\n";
        }
        String next =
                page.next().map(cursor -> "],\"next\":\"" + cursor + "\"}\n").orElse("]}\n");
        out.writeBytes(next.getBytes(StandardCharsets.UTF_8));
        return new LocalAnswer(200, LocalAnswer.JSON, out.toByteArray(), null, null);
    }

    /** One page, when it is its turn. */
    AuditPage page(AuditQuery query, Visible visible) throws IOException {
        turns.acquireUninterruptibly();
        try {
            return search.page(query, visible);
        } finally {
            turns.release();
        }
    }

    private LocalAnswer lines(AuditQuestion question, Visible visible) {
        Long limit = question.limit();
        AuditLines lines = new AuditLines(this, question.query(), visible, limit == null ? Long.MAX_VALUE : limit);
        return new LocalAnswer(200, JSON_LINES, new byte[0], null, null, lines);
    }

    private LocalAnswer figures(AuditQuestion question, Visible visible) throws IOException {
        AuditQuery query = question.query().build();
        Duration bucket = question.bucket();
        ObjectNode json = AuthJson.object();
        turns.acquireUninterruptibly();
        try {
            if (bucket == null) {
                json.put("count", search.count(query, visible));
            } else {
                put(search.histogram(query, visible, bucket), json);
            }
        } catch (Histogram.UnfitBucketException unfit) {
            throw new BadArgumentException(String.valueOf(unfit.getMessage()));
        } finally {
            turns.release();
        }
        return LocalAnswer.json(200, json, null);
    }

    private static void put(Histogram histogram, ObjectNode json) {
        json.put("count", histogram.total());
        json.put("bucket_seconds", histogram.bucket().toSeconds());
        ArrayNode bars = json.putArray("histogram");
        for (Histogram.Bar bar : histogram.bars()) {
            ObjectNode each = bars.addObject();
            each.put("time", bar.start().toString());
            each.put("count", bar.total());
            ObjectNode counts = each.putObject("counts");
            new TreeMap<>(bar.counts()).forEach(counts::put);
        }
    }

    private static LocalAnswer refuse(BadArgumentException unfit) {
        @Nullable String detail = unfit.getMessage();
        return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, detail == null ? "" : detail);
    }
}
