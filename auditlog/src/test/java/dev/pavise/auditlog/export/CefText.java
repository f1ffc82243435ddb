package dev.pavise.auditlog.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reader of CEF lines, strict where the guide is: seven header fields, known escapes only, no bare {@code =} in a value. */
record CefText(List<String> header, Map<String, String> extension) {
    private static final Pattern KEY = Pattern.compile("(?:^| )([A-Za-z0-9_]+)(?<!\\\\)=");

    static CefText parse(String line) {
        if (line.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
            throw new IllegalArgumentException("control character in " + line);
        }
        List<String> header = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        int at = 0;
        while (header.size() < 7) {
            char c = line.charAt(at++);
            if (c == '\\') {
                char escaped = line.charAt(at++);
                if (escaped != '|' && escaped != '\\') {
                    throw new IllegalArgumentException("escape \\" + escaped + " in the header of " + line);
                }
                field.append(escaped);
            } else if (c == '|') {
                header.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        return new CefText(header, extension(line.substring(at)));
    }

    private static Map<String, String> extension(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher keys = KEY.matcher(text);
        String name = null;
        int from = 0;
        while (keys.find()) {
            if (name != null) {
                put(fields, name, text.substring(from, keys.start()));
            } else if (keys.start() != 0) {
                throw new IllegalArgumentException("something stands before the first key of " + text);
            }
            name = keys.group(1);
            from = keys.end();
        }
        put(fields, name, text.substring(from));
        return fields;
    }

    private static void put(Map<String, String> fields, String name, String escaped) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '=') {
                throw new IllegalArgumentException("bare = in " + escaped);
            }
            if (c != '\\') {
                value.append(c);
                continue;
            }
            switch (escaped.charAt(++i)) {
                case '=' -> value.append('=');
                case '\\' -> value.append('\\');
                case 'n' -> value.append('\n');
                case 'r' -> value.append('\r');
                default -> throw new IllegalArgumentException("escape in " + escaped);
            }
        }
        if (fields.put(name, value.toString()) != null) {
            throw new IllegalArgumentException(name + " twice");
        }
    }
}
