package dev.pavise.policy.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) such that there is one reading of it: no member twice, no bytes that are not UTF-8, no lone
 * surrogates, nothing after the value, bounded depth. Objects become maps in their order, arrays lists, integers that fit
 * {@link Long}, other numbers {@link Double}, and null null.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 16;

    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /** Not the JSON that it should be. The message names a place and never repeats the text. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what, int at) {
            super(what + " at character " + (at + 1), null, false, false);
        }
    }

    /** Reads an object. */
    public static Map<String, Object> object(byte[] bytes) throws Malformed {
        StrictJson reader = new StrictJson(text(bytes));
        reader.space();
        if (reader.peek() != '{') {
            throw reader.malformed("no object");
        }
        Map<String, Object> object = reader.object(1);
        reader.space();
        if (reader.at < reader.text.length()) {
            throw reader.malformed("something follows the object");
        }
        return object;
    }

    private static String text(byte[] bytes) throws Malformed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new Malformed("bytes that are not UTF-8", 0);
        }
    }

    private @Nullable Object value(int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) throws Malformed {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return Collections.unmodifiableMap(members);
        }
        while (true) {
            space();
            String name = string();
            space();
            take(':');
            space();
            if (members.containsKey(name)) {
                throw malformed("a member for the second time");
            }
            members.put(name, value(depth + 1));
            if (isLast('}')) {
                return Collections.unmodifiableMap(members);
            }
        }
    }

    private List<Object> array(int depth) throws Malformed {
        List<Object> items = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return Collections.unmodifiableList(items);
        }
        while (true) {
            space();
            items.add(value(depth + 1));
            if (isLast(']')) {
                return Collections.unmodifiableList(items);
            }
        }
    }

    /** After an item: whether the end follows it. Otherwise a comma does. */
    private boolean isLast(char end) throws Malformed {
        space();
        if (peek() == end) {
            at++;
            return true;
        }
        take(',');
        return false;
    }

    private String string() throws Malformed {
        take('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\' && text.charAt(at) >= ' ') {
            at++;
        }
        if (peek() == '"') {
            return text.substring(start, at++);
        }
        StringBuilder built = new StringBuilder(text.substring(start, at));
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw malformed("a control character in a string");
            }
            built.append(c == '\\' ? escaped() : c);
        }
        at++;
        // Raw surrogates come in pairs, as the bytes were UTF-8; escaped ones need not.
        for (int i = 0; i < built.length(); i++) {
            if (Character.isSurrogate(built.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(built.codePointAt(i))) {
                    throw malformed("half a surrogate pair");
                }
                i++;
            }
        }
        return built.toString();
    }

    private char escaped() throws Malformed {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw malformed("an unknown escape");
        };
    }

    private char hex() throws Malformed {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char digit = peek();
            int value = digit < 128 ? Character.digit(digit, 16) : -1;
            if (value < 0) {
                throw malformed("an escape that is not four hex digits");
            }
            code = code * 16 + value;
            at++;
        }
        return (char) code;
    }

    private @Nullable Object literal(String word, @Nullable Object meaning) throws Malformed {
        if (!text.startsWith(word, at)) {
            throw malformed("an unknown word");
        }
        at += word.length();
        return meaning;
    }

    private Object number() throws Malformed {
        int start = at;
        if (peekOr(' ') == '-') {
            at++;
        }
        if (peekOr(' ') == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (peekOr(' ') == '.') {
            whole = false;
            at++;
            digits();
        }
        if (peekOr(' ') == 'e' || peekOr(' ') == 'E') {
            whole = false;
            at++;
            if (peekOr(' ') == '+' || peekOr(' ') == '-') {
                at++;
            }
            digits();
        }
        String number = text.substring(start, at);
        // Eighteen digits and a sign always fit.
        return whole && number.length() <= 18 ? (Object) Long.valueOf(number) : (Object) Double.valueOf(number);
    }

    private void digits() throws Malformed {
        int start = at;
        while (peekOr(' ') >= '0' && peekOr(' ') <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed("no value");
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void take(char expected) throws Malformed {
        if (peek() != expected) {
            throw malformed("no `" + expected + "`");
        }
        at++;
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw malformed("the end, too early,");
        }
        return text.charAt(at);
    }

    private char peekOr(char beyond) {
        return at < text.length() ? text.charAt(at) : beyond;
    }

    private Malformed malformed(String what) {
        return new Malformed(what, at);
    }
}
