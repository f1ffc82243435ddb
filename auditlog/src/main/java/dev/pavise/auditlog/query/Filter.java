package dev.pavise.auditlog.query;

import dev.pavise.auditlog.codec.LineText;
import dev.pavise.auditlog.codec.RecordHead;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query as tests of a line. Texts are compared in the form in which they stand in the line, so nothing is
 * unescaped and no object is made for a line that does not match.
 */
public final class Filter {
    /** How many records behind an intent its outcome is looked for. */
    public static final int LOOK_AHEAD = 1 << 16;

    private static final byte[] OUTCOME = ascii("outcome");
    private static final byte[] INTENT = ascii("intent");

    private final List<Predicate<RecordLine>> tests = new ArrayList<>();
    private final boolean unknownOnly;

    public Filter(AuditQuery query) {
        if (query.actor != null) {
            tests.add(query.actor.contains(":") ? text(Field.ACTOR, query.actor) : anySource(query.actor));
        }
        text(Field.ACTION, query.action, tests);
        text(Field.RESOURCE, query.resource, tests);
        text(Field.OUTCOME, query.outcome, tests);
        text(Field.EVENT_TYPE, query.eventType, tests);
        text(Field.SESSION_ID, query.sessionId, tests);
        text(Field.REQUEST_ID, query.requestId, tests);
        text(Field.IP, query.ip, tests);
        if (query.from != null) {
            byte[] from = moment(query.from);
            tests.add(line -> line.compare(Field.TIMESTAMP, from) >= 0);
        }
        if (query.to != null) {
            byte[] to = moment(query.to);
            tests.add(line -> line.compare(Field.TIMESTAMP, to) < 0);
        }
        unknownOnly = "unknown".equals(query.outcome);
    }

    public boolean matches(RecordLine line) {
        for (Predicate<RecordLine> test : tests) {
            if (!test.test(line)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an intent counts only where its outcome is not known. */
    public boolean unknownOnly() {
        return unknownOnly;
    }

    public static boolean isIntent(RecordLine line) {
        return line.is(Field.PHASE, INTENT);
    }

    public static boolean isOutcome(RecordLine line) {
        return line.is(Field.PHASE, OUTCOME);
    }

    private static void text(Field field, @Nullable String wanted, List<Predicate<RecordLine>> into) {
        if (wanted != null) {
            into.add(text(field, wanted));
        }
    }

    private static Predicate<RecordLine> text(Field field, String wanted) {
        if (wanted.endsWith("*")) {
            byte[] start = LineText.escaped(wanted.substring(0, wanted.length() - 1));
            return line -> line.startsWith(field, start);
        }
        byte[] whole = LineText.escaped(wanted);
        return line -> line.is(field, whole);
    }

    /** A bare name: the whole actor, or what stands behind its source, and for tokens behind the issuer's name. */
    private static Predicate<RecordLine> anySource(String name) {
        boolean prefix = name.endsWith("*");
        String bare = prefix ? name.substring(0, name.length() - 1) : name;
        byte[] wanted = LineText.escaped(bare);
        return line -> {
            if (prefix ? line.startsWith(Field.ACTOR, wanted) : line.is(Field.ACTOR, wanted)) {
                return true;
            }
            String actor = line.text(Field.ACTOR);
            String text = new String(wanted, StandardCharsets.UTF_8);
            int skip = actor.startsWith("jwt:") ? actor.indexOf(':', 4) : actor.indexOf(':');
            String rest = actor.substring(skip + 1);
            return skip > 0 && (prefix ? rest.startsWith(text) : rest.equals(text));
        };
    }

    private static byte[] moment(Instant moment) {
        return ascii(RecordHead.Timestamps.text(moment));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
