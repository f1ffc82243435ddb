package dev.pavise.auditlog.export;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record in ArcSight's Common Event Format (CEF:0, revision 25 of its guide). Fields have the lengths of its dictionary; what
 * is longer, or cannot stand in a field, or has no field, stands whole in {@code PaviseRecord}, as JSON under the names that it
 * has in the record.
 */
final class CefEncoder implements Encoder {
    private static final int NAME = 512;
    private static final int TEXT = 1023;
    private static final int SHORT = 63;

    private final Origin origin;

    CefEncoder(Origin origin) {
        this.origin = origin;
    }

    @Override
    public byte[] encode(byte[] line) throws UnfitLineException {
        RecordParts parts = RecordParts.of(line);
        String action = Objects.requireNonNullElse(parts.text("action"), "unknown");
        String outcome = Objects.requireNonNullElse(parts.text("outcome"), "unknown");
        String eventType = Objects.requireNonNullElse(parts.text("event_type"), "");
        CefLine cef = new CefLine()
                .header("CEF:0")
                .header("Pavise")
                .header("Pavise")
                .header(origin.version())
                .header(cut(eventType.isEmpty() ? action : eventType, TEXT))
                .header(cut(action + " " + outcome, NAME))
                .header(Integer.toString(severity(eventType, outcome)));
        extension(cef, parts);
        Map<String, Object> left = parts.left();
        if (!left.isEmpty()) {
            cef.field("PaviseRecord", new String(LineTree.write(left), StandardCharsets.UTF_8));
        }
        return cef.bytes();
    }

    private void extension(CefLine cef, RecordParts parts) throws UnfitLineException {
        cef.field("rt", Long.toString(parts.timestamp().toEpochMilli()));
        cef.field("deviceExternalId", cut(origin.log(), 255));
        place(cef, parts, "id", "externalId", 40);
        Long seq = parts.takeNumber("seq");
        if (seq != null) {
            cef.field("cn1Label", "seq").field("cn1", seq.toString());
        }
        place(cef, parts, "event_type", "cat", TEXT);
        place(cef, parts, "action", "act", SHORT);
        place(cef, parts, "outcome", "outcome", SHORT);
        place(cef, parts, "phase", "deviceFacility", TEXT);
        place(cef, parts, "actor", "suid", TEXT);
        address(cef, parts);
        place(cef, parts, "resource", "request", TEXT);
        placeMetadata(cef, parts, "method", "requestMethod", TEXT);
        placeMetadata(cef, parts, "host", "dhost", TEXT);
        placeMetadata(cef, parts, "reason", "reason", TEXT);
        placeMetadata(cef, parts, "detail", "msg", TEXT);
        labelled(cef, "cs1", "request_id", parts.text("request_id"), () -> parts.take("request_id"));
        labelled(cef, "cs2", "session_id", parts.text("session_id"), () -> parts.take("session_id"));
        labelled(cef, "cs3", "trace_id", parts.text("trace_id"), () -> parts.take("trace_id"));
        labelled(cef, "cs4", "rule", parts.metadataText("rule"), () -> parts.dropMetadata("rule"));
        labelled(cef, "cs5", "code", parts.metadataText("code"), () -> parts.dropMetadata("code"));
        labelled(cef, "cs6", "timestamp", parts.text("timestamp"), () -> parts.take("timestamp"));
        Long status = parts.metadataNumber("status");
        if (status != null) {
            parts.dropMetadata("status");
            cef.field("cn2Label", "status").field("cn2", status.toString());
        }
        Long count = parts.metadataNumber("count");
        if (count != null && count >= 0 && count <= Integer.MAX_VALUE) {
            cef.field("cnt", count.toString());
        }
        parts.metadataMoment("from").ifPresent(from -> cef.field("start", Long.toString(from.toEpochMilli())));
        parts.metadataMoment("to").ifPresent(to -> cef.field("end", Long.toString(to.toEpochMilli())));
    }

    private static void address(CefLine cef, RecordParts parts) {
        String ip = parts.text("ip");
        if (ip != null && OcsfParties.isIpv4(ip)) {
            cef.field("src", ip);
            parts.take("ip");
        } else if (ip != null && OcsfParties.isIpv6(ip)) {
            cef.field("c6a2Label", "Source IPv6 Address").field("c6a2", ip);
            parts.take("ip");
        }
    }

    private static void place(CefLine cef, RecordParts parts, String from, String field, int limit) {
        String text = parts.text(from);
        if (text != null && put(cef, field, text, limit)) {
            parts.take(from);
        }
    }

    private static void placeMetadata(CefLine cef, RecordParts parts, String from, String field, int limit) {
        String text = parts.metadataText(from);
        if (text != null && put(cef, field, text, limit)) {
            parts.dropMetadata(from);
        }
    }

    private static void labelled(CefLine cef, String field, String label, @Nullable String text, Runnable placed) {
        if (text != null && !text.isEmpty()) {
            cef.field(field + "Label", label);
            if (put(cef, field, text, 4000)) {
                placed.run();
            }
        }
    }

    /** Whether the field holds the text as it was. */
    private static boolean put(CefLine cef, String field, String text, int limit) {
        String fit = cut(CefLine.clean(text), limit);
        if (!fit.isEmpty()) {
            cef.field(field, fit);
        }
        return fit.equals(text) && !fit.isEmpty();
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
        return text.substring(0, end) + "\u2026";
    }

    private static int severity(String eventType, String outcome) {
        return switch (Ocsf.severity(eventType, outcome).id()) {
            case 5 -> 10;
            case 4 -> 8;
            case 3 -> 6;
            case 2 -> 4;
            default -> 1;
        };
    }
}
