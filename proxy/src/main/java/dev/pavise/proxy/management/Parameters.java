package dev.pavise.proxy.management;

import dev.pavise.policy.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What stands in a request's query, and in its path where the endpoint has a variable. Unknown, repeated or broken parts are refused. */
final class Parameters {
    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    static Parameters of(@Nullable String query, String... known) {
        Map<String, String> found = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                if (!Set.of(known).contains(name)) {
                    throw new BadArgumentException("query parameter `" + Quoted.of(name) + "` is not known here"
                            + (known.length == 0 ? "" : ", use " + String.join(", ", new TreeSet<>(Set.of(known)))));
                }
                if (found.put(name, value) != null) {
                    throw new BadArgumentException("query parameter `" + name + "` is given twice");
                }
            }
        }
        return new Parameters(found);
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /** The variable of a path, decoded. */
    static String variable(String encoded) {
        return decode(encoded, false);
    }

    /** Percent-decoding (RFC 3986, 2.1), and in a query as forms write it also plus for a space. */
    private static String decode(String text, boolean form) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '%') {
                bytes[length++] = octet(text, at);
                at += 2;
            } else if (c < 0x80) {
                bytes[length++] = form && c == '+' ? (byte) ' ' : (byte) c;
            } else {
                throw new BadArgumentException("a part of the URL is not percent-encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException broken) {
            throw new BadArgumentException("a part of the URL is not UTF-8");
        }
    }

    private static byte octet(String text, int at) {
        if (at + 2 >= text.length()
                || !HexFormat.isHexDigit(text.charAt(at + 1))
                || !HexFormat.isHexDigit(text.charAt(at + 2))) {
            throw new BadArgumentException("a part of the URL has a percent sign without two digits");
        }
        return (byte) HexFormat.fromHexDigits(text, at + 1, at + 3);
    }
}
