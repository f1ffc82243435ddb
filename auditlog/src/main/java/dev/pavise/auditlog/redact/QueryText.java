package dev.pavise.auditlog.redact;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Takes values out of queries ({@code a=1&token=...}): those that rules name, and those whose names say that they are secret. */
final class QueryText {
    private static final Set<String> SECRET = Set.of(
            "key", "code", "sig", "auth", "pass", "pwd", "pin", "otp", "totp", "sas", "sid", "jwt", "state", "ticket",
            "hmac", "mac");

    private static final Set<String> SECRET_PART = Set.of(
            "token",
            "secret",
            "password",
            "passwd",
            "passphrase",
            "signature",
            "credential",
            "assertion",
            "authorization",
            "apikey",
            "accesskey",
            "privatekey",
            "sessionid",
            "codeverifier");

    private final Map<String, How> named;
    private final UnaryOperator<String> hash;

    /** @param named what becomes of which parameter; names in lower case */
    QueryText(Map<String, How> named, UnaryOperator<String> hash) {
        this.named = Map.copyOf(named);
        this.hash = hash;
    }

    /** A resource, the part behind its path included; the same object where there is nothing to take out. */
    String resource(String text) {
        int question = text.indexOf('?');
        int fragment = text.indexOf('#');
        int behind = question < 0 || (fragment >= 0 && fragment < question) ? fragment : question;
        if (behind < 0) {
            return text;
        }
        String query = text.substring(behind + 1);
        String cleaned = query(query);
        return cleaned.equals(query) ? text : text.substring(0, behind + 1) + cleaned;
    }

    /** A query alone; the same object where there is nothing to take out. */
    String query(String text) {
        StringBuilder kept = null;
        int at = 0;
        while (at <= text.length()) {
            int end = end(text, at);
            int equals = text.indexOf('=', at);
            String name = equals < 0 || equals >= end - 1 ? "" : name(text.substring(at, equals));
            How how = name.isEmpty() ? null : how(name);
            if (how != null && kept == null) {
                kept = new StringBuilder(text.length()).append(text, 0, at);
            }
            if (kept != null) {
                keep(kept, text, at, equals, end, how);
            }
            at = end + 1;
        }
        return kept == null ? text : kept.toString();
    }

    private void keep(StringBuilder kept, String text, int at, int equals, int end, @Nullable How how) {
        String mark = end < text.length() ? text.substring(end, end + 1) : "";
        if (how == null) {
            kept.append(text, at, end).append(mark);
        } else if (how == How.MASK) {
            kept.append(text, at, equals + 1).append(Cleaner.MASK).append(mark);
        } else if (how == How.HASH) {
            kept.append(text, at, equals + 1)
                    .append(hash.apply(plain(text.substring(equals + 1, end))))
                    .append(mark);
        }
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && "&;?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static String name(String written) {
        return plain(written).toLowerCase(Locale.ROOT);
    }

    private static String plain(String written) {
        Spelled undone = Spelled.mayBe(written) ? Spelled.undo(written, Spelled.Layer.FORM) : null;
        return undone == null ? written : undone.text();
    }

    private @Nullable How how(String name) {
        How rule = named.get(name);
        return rule == null && isSecret(name) ? How.MASK : rule;
    }

    /** Whether the name of a parameter says that its value is secret. */
    private static boolean isSecret(String name) {
        StringBuilder letters = new StringBuilder(name.length());
        name.chars().filter(c -> c >= 'a' && c <= 'z').forEach(c -> letters.append((char) c));
        String plain = letters.toString();
        return SECRET.contains(plain) || SECRET_PART.stream().anyMatch(plain::contains);
    }
}
