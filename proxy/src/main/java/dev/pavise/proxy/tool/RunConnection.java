package dev.pavise.proxy.tool;

import dev.pavise.policy.Quoted;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One try of a tool to reach a host, as the runner reports it.
 *
 * @param host as the tool asked for it; null where its request named none
 * @param address that was connected to, or was the reason for a refusal; else null
 * @param reason why it went no further; empty where it was simply closed
 */
public record RunConnection(
        @Nullable String host,
        long port,
        @Nullable String address,
        long sentBytes,
        long receivedBytes,
        Ending ending,
        String reason) {
    private static final int LONGEST = 300;

    /** How it ended. */
    public enum Ending {
        CLOSED,
        REFUSED,
        FAILED,
        IDLE,
        LIMIT,
        ENDED;

        /** As runners write it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads one, or throws {@link IllegalArgumentException}. */
    static RunConnection of(Object json) {
        if (!(json instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("a connection is no object");
        }
        return new RunConnection(
                text(members.get("host")),
                members.containsKey("host") ? number(members, "port") : 0,
                text(members.get("address")),
                number(members, "sent_bytes"),
                number(members, "received_bytes"),
                ending(members.get("outcome")),
                members.containsKey("reason") ? String.valueOf(text(members.get("reason"))) : "");
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof String text && text.length() <= LONGEST) {
            return Quoted.of(text); // a tool has a say in it
        }
        throw new IllegalArgumentException("a connection has a member that is no text, or too long a one");
    }

    private static long number(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException("`" + name + "` of a connection is no whole number");
    }

    private static Ending ending(@Nullable Object code) {
        for (Ending ending : Ending.values()) {
            if (ending.code().equals(code)) {
                return ending;
            }
        }
        throw new IllegalArgumentException("the outcome of a connection is not known");
    }
}
