package dev.pavise.proxy.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one header section of HTTP/2 into a block, strictly (RFC 9113, 8.2 and 8.3), and its pseudo-header fields beside it. Nothing gets
 * through that could be read as more than it is when it is written as HTTP/1.1. It reads one section after the other; what it tells of one holds
 * until it reads the next.
 */
final class Http2Fields {
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final Refusal BAD_NAME = malformed("a field name is empty, or holds a character that it may not");
    private static final Refusal BAD_VALUE =
            malformed("a field value holds a control character, or begins or ends with a space");
    private static final Refusal BAD_PSEUDO = malformed("a pseudo-header field is unknown, empty or there twice");
    private static final Refusal PSEUDO_BEHIND = malformed("a pseudo-header field comes behind a field that is none");
    private static final Refusal CONNECTION_FIELD =
            malformed("a field that is about an HTTP/1.1 connection does not belong into HTTP/2");
    private static final Refusal TOO_LARGE = new Refusal(
            RefusalCode.HEADERS_TOO_LARGE, "the header fields are larger than this server accepts; send fewer bytes");
    private static final Refusal TOO_MANY = new Refusal(
            RefusalCode.HEADERS_TOO_LARGE, "there are more header fields than this server accepts; send fewer");

    private final Map<Pseudo, AsciiString> pseudo = new EnumMap<>(Pseudo.class);
    private final List<AsciiString> cookies = new ArrayList<>(0);
    private int fields;
    private int mostFields;
    private int allowance;

    /** The pseudo-header fields that there are. */
    enum Pseudo {
        METHOD(":method"),
        SCHEME(":scheme"),
        AUTHORITY(":authority"),
        PATH(":path"),
        PROTOCOL(":protocol"),
        STATUS(":status");

        private static final Pseudo[] ALL = values();

        @SuppressWarnings("ImmutableEnumChecker") // its bytes are shared with nobody who writes
        private final AsciiString text;

        Pseudo(String text) {
            this.text = AsciiString.cached(text);
        }

        private static @Nullable Pseudo of(AsciiString name) {
            for (Pseudo pseudo : ALL) {
                if (pseudo.text.equals(name)) {
                    return pseudo;
                }
            }
            return null;
        }
    }

    /** Reads a section into a block, which is cleared first; returns why it is refused, or null. */
    @Nullable
    Refusal read(Http2Headers headers, HeaderBlock into, HeadLimits limits) {
        clear();
        into.clear();
        mostFields = limits.headerCount();
        allowance = limits.headerBytes();
        Refusal wrong = headers instanceof Http2Section section ? readSection(section, into) : readAny(headers, into);
        if (wrong == null) {
            joinCookies(into);
        }
        cookies.clear();
        return wrong;
    }

    /** Forgets what was read. */
    void clear() {
        pseudo.clear();
        cookies.clear();
        fields = 0;
    }

    private @Nullable Refusal readSection(Http2Section section, HeaderBlock into) {
        for (int i = 0; i < section.size(); i++) {
            Refusal wrong = take(section.name(i), section.value(i), into);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable Refusal readAny(Http2Headers headers, HeaderBlock into) {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            Refusal wrong = take(AsciiString.of(field.getKey()), AsciiString.of(field.getValue()), into);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable Refusal take(AsciiString name, AsciiString value, HeaderBlock into) {
        boolean isPseudo = !name.isEmpty() && name.byteAt(0) == ':';
        return isPseudo ? takePseudo(name, value) : takeField(name, value, into);
    }

    /** The value of a pseudo-header field, or null where it is missing. */
    @Nullable
    AsciiString get(Pseudo name) {
        return pseudo.get(name);
    }

    /** How many pseudo-header fields there were. */
    int pseudoCount() {
        return pseudo.size();
    }

    private @Nullable Refusal takePseudo(AsciiString name, AsciiString value) {
        if (fields > 0) {
            return PSEUDO_BEHIND;
        }
        Pseudo known = Pseudo.of(name);
        if (known == null || value.isEmpty() || pseudo.containsKey(known)) {
            return BAD_PSEUDO;
        }
        if (!isValue(value)) {
            return BAD_VALUE;
        }
        pseudo.put(known, value);
        return null;
    }

    private @Nullable Refusal takeField(AsciiString name, AsciiString value, HeaderBlock into) {
        if (!isName(name)) {
            return BAD_NAME;
        }
        if (!isValue(value)) {
            return BAD_VALUE;
        }
        fields++;
        if (fields > mostFields) {
            return TOO_MANY;
        }
        allowance -= name.length() + value.length() + 4;
        if (allowance < 0) {
            return TOO_LARGE;
        }
        HeaderName known = HeaderName.of(name.array(), name.arrayOffset(), name.length());
        if (known == HeaderName.COOKIE) {
            cookies.add(value);
            return null;
        }
        if (known != null && isForbidden(known, value)) {
            return CONNECTION_FIELD;
        }
        into.add(name, value);
        return null;
    }

    /** Crumbs of a cookie become one field, as HTTP/1.1 has it (RFC 9113, 8.2.3), and as a rule would look at it. */
    private void joinCookies(HeaderBlock into) {
        if (!cookies.isEmpty()) {
            into.add(HeaderName.COOKIE, cookies.size() == 1 ? cookies.getFirst() : String.join("; ", cookies));
        }
    }

    private static boolean isForbidden(HeaderName name, AsciiString value) {
        return switch (name) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> true;
            case TE -> !value.contentEqualsIgnoreCase(TRAILERS);
            default -> false;
        };
    }

    private static boolean isName(AsciiString name) {
        for (int i = 0; i < name.length(); i++) {
            byte letter = name.byteAt(i);
            if (!Octets.isToken(letter) || (letter >= 'A' && letter <= 'Z')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isValue(AsciiString value) {
        for (int i = 0; i < value.length(); i++) {
            if (!Octets.isFieldValue(value.byteAt(i))) {
                return false;
            }
        }
        return value.isEmpty()
                || (!Octets.isBlank(value.byteAt(0)) && !Octets.isBlank(value.byteAt(value.length() - 1)));
    }

    private static Refusal malformed(String detail) {
        return new Refusal(RefusalCode.MALFORMED_REQUEST, detail);
    }
}
