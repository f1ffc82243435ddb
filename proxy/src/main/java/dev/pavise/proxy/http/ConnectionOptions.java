package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Connection fields of a message say (RFC 9110, 7.6.1), and the removal of the fields they name. It is done before a request is
 * judged, so that no field is seen by a rule and then missing at the upstream; and a field that rules or upstreams live by cannot be
 * named away at all. Its answers can be fetched until the next call.
 */
final class ConnectionOptions {
    private static final AsciiString CLOSE = AsciiString.cached("close");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final Refusal MALFORMED =
            new Refusal(RefusalCode.MALFORMED_REQUEST, "the connection field is not a list of option names");
    private static final Refusal END_TO_END = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "the connection field names a field that is not for this connection alone");

    private final List<AsciiString> removals = new ArrayList<>(0);
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;

    /**
     * Reads all Connection fields and removes the fields they name.
     *
     * @param strict whether naming a field that is known not to be for this connection alone is refused, as for requests
     * @return why they are refused, or null
     */
    @Nullable
    Refusal apply(HeaderBlock fields, boolean strict) {
        close = false;
        keepAlive = false;
        upgrade = false;
        removals.clear();
        int at = fields.indexOf(HeaderName.CONNECTION, 0);
        while (at >= 0) {
            Refusal wrong = applyOne(fields, at, strict);
            if (wrong != null) {
                return wrong;
            }
            at = fields.indexOf(HeaderName.CONNECTION, at + 1);
        }
        if (!removals.isEmpty()) {
            removeFrom(fields);
        }
        return null;
    }

    /** Whether the connection stays open behind this message. */
    boolean persists(HttpVersion version) {
        return !close && (keepAlive || version == HttpVersion.HTTP_1_1);
    }

    boolean upgrade() {
        return upgrade;
    }

    private @Nullable Refusal applyOne(HeaderBlock fields, int at, boolean strict) {
        if (fields.valueIs(at, KEEP_ALIVE)) {
            keepAlive = true;
            return null;
        }
        byte[] list = fields.value(at).toByteArray();
        int start = 0;
        while (start <= list.length) {
            int end = start;
            while (end < list.length && list[end] != ',') {
                end++;
            }
            Refusal wrong = option(list, start, end, strict);
            if (wrong != null) {
                return wrong;
            }
            start = end + 1;
        }
        return null;
    }

    private @Nullable Refusal option(byte[] list, int from, int to, boolean strict) {
        int start = from;
        int end = to;
        while (start < end && Octets.isBlank(list[start])) {
            start++;
        }
        while (end > start && Octets.isBlank(list[end - 1])) {
            end--;
        }
        for (int i = start; i < end; i++) {
            if (!Octets.isToken(list[i])) {
                return MALFORMED;
            }
            list[i] = Octets.lower(list[i]);
        }
        return start == end ? null : named(new AsciiString(list, start, end - start, false), strict);
    }

    private @Nullable Refusal named(AsciiString option, boolean strict) {
        if (option.equals(CLOSE)) {
            close = true;
        } else if (option.equals(KEEP_ALIVE)) {
            keepAlive = true;
        } else if (option.equals(UPGRADE)) {
            upgrade = true;
        } else if (strict && isForAll(HeaderName.of(option.array(), option.arrayOffset(), option.length()))) {
            return END_TO_END;
        } else {
            removals.add(option);
        }
        return null;
    }

    /** Whether a field of this name is known not to be for this connection alone. */
    private static boolean isForAll(@Nullable HeaderName name) {
        return name != null
                && switch (name.kind()) {
                    case END_TO_END, CREDENTIAL -> true;
                    case HOP_BY_HOP -> name == HeaderName.HOST || name == HeaderName.EXPECT;
                    case OURS -> false;
                };
    }

    /** Framing fields stay: they have been read already, or are read next, and the writers make new ones. */
    private void removeFrom(HeaderBlock fields) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            HeaderName known = fields.known(i);
            boolean framing =
                    known != null && (known == HeaderName.CONTENT_LENGTH || known.kind() == FieldKind.HOP_BY_HOP);
            if (!framing && removals.contains(fields.name(i))) {
                fields.remove(i);
            }
        }
    }
}
