package dev.pavise.policy.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Canonicalization Scheme (RFC 8785): the one way to write a value, so that a signature over these bytes is a
 * signature over the value. Members are ordered by their UTF-16 code units, numbers are written as ECMAScript writes
 * them, and nothing stands between the tokens.
 *
 * <p>Takes what {@link StrictJson} gives: maps with text as keys, lists, text, {@link Long}, {@link Double}, {@link Boolean}
 * and null. What has no canonical form (a number that is not finite, half a surrogate pair, any other class) throws
 * {@link IllegalArgumentException}. Numbers are those of ECMAScript, which are exact up to 2^53: a document that needs
 * larger ones keeps them in text, as the RFC says.
 */
public final class CanonicalJson {
    private static final String HEX = "0123456789abcdef";

    private CanonicalJson() {}

    /** The canonical form, in UTF-8. */
    public static byte[] bytes(@Nullable Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    public static String text(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> object -> members(object, out);
            case List<?> array -> items(array, out);
            case String text -> string(text, out);
            case Boolean truth -> out.append(truth.booleanValue());
            case Long whole -> out.append(EcmaScriptNumber.text(whole.doubleValue()));
            case Double number -> out.append(EcmaScriptNumber.text(number));
            default -> throw new IllegalArgumentException("a value that JSON does not have");
        }
    }

    private static void members(Map<?, ?> object, StringBuilder out) {
        List<String> names = new ArrayList<>(object.size());
        for (Object name : object.keySet()) {
            if (!(name instanceof String text)) {
                throw new IllegalArgumentException("a member whose name is no text");
            }
            names.add(text);
        }
        names.sort(null); // String compares by UTF-16 code units, which is the order that the RFC asks for.
        out.append('{');
        for (String name : names) {
            if (out.charAt(out.length() - 1) != '{') {
                out.append(',');
            }
            string(name, out);
            out.append(':');
            write(object.get(name), out);
        }
        out.append('}');
    }

    private static void items(List<?> array, StringBuilder out) {
        out.append('[');
        String between = "";
        for (Object item : array) {
            out.append(between);
            between = ",";
            write(item, out);
        }
        out.append(']');
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isSurrogate(c)) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(at))) {
                    throw new IllegalArgumentException("half a surrogate pair");
                }
                out.append(c).append(text.charAt(++at));
            } else {
                character(c, out);
            }
        }
        out.append('"');
    }

    private static void character(char c, StringBuilder out) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < ' ') {
                    out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
