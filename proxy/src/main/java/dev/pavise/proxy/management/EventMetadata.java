package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.policy.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The metadata of an event that a caller tells of: flat, with texts, whole numbers, {@code true} and {@code false}, and lists of
 * texts. What goes deeper, is too large, or has a name under which the gateway says something itself is refused with its name:
 * nothing is passed over, cut or renamed.
 */
final class EventMetadata {
    static final String ON_BEHALF_OF = "on_behalf_of";
    static final String KEY_ID = "key_id";
    static final String ACT = "act";

    /** Under these the gateway itself says something in such an event; the last marks what had to be left out of a record. */
    private static final Set<String> OURS = Set.of(ON_BEHALF_OF, KEY_ID, ACT, "truncated");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MOST_MEMBERS = 64;
    private static final int MOST_TEXTS = 64;

    /** So many characters are fewer bytes than a record keeps of one value. */
    private static final int MOST_CHARACTERS = 2000;

    private EventMetadata() {}

    static List<AuditRecord.Entry> read(@Nullable JsonNode object) {
        if (object == null) {
            return List.of();
        }
        if (object.size() > MOST_MEMBERS) {
            throw new BadArgumentException("member `metadata` has more than " + MOST_MEMBERS + " members");
        }
        List<AuditRecord.Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            entries.add(new AuditRecord.Entry(name(member.getKey()), value(member.getKey(), member.getValue())));
        }
        return entries;
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new BadArgumentException("member `metadata` has the name `" + Quoted.of(text)
                    + "`, which is not made of at most 64 letters, digits, `_`, `.` and `-`");
        }
        if (OURS.contains(text)) {
            throw new BadArgumentException("member `metadata." + text + "` is the gateway's own to say"
                    + (text.equals(ON_BEHALF_OF) ? ", write `identity` beside `metadata`" : ""));
        }
        return text;
    }

    private static Object value(String name, JsonNode value) {
        String place = "metadata." + name;
        if (value.isString()) {
            return text(place, value.stringValue(), MOST_CHARACTERS, true);
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isArray()) {
            return texts(place, value);
        }
        throw new BadArgumentException(
                "member `" + place
                        + "` is neither a text, a whole number of 64 bits, true or false, nor a list of texts; write it as one");
    }

    private static List<String> texts(String place, JsonNode list) {
        if (list.size() > MOST_TEXTS) {
            throw new BadArgumentException("member `" + place + "` has more than " + MOST_TEXTS + " texts");
        }
        List<String> texts = new ArrayList<>();
        int left = MOST_CHARACTERS;
        for (JsonNode each : list) {
            if (!each.isString()) {
                throw new BadArgumentException("member `" + place + "` holds something that is not a text");
            }
            texts.add(text(place, each.stringValue(), left, true));
            left -= each.stringValue().length();
        }
        return List.copyOf(texts);
    }

    /**
     * Checks a text that is to stand in a record.
     *
     * @param lines whether it may be empty, and have more than one line
     */
    static String text(String place, String text, int most, boolean lines) {
        if (text.isEmpty() && !lines) {
            throw new BadArgumentException("member `" + place + "` is empty");
        }
        if (text.length() > most) {
            throw new BadArgumentException(
                    "member `" + place + "` is longer than the " + most + " characters that are taken here");
        }
        text.codePoints().filter(c -> !fits(c, lines)).findFirst().ifPresent(c -> {
            throw new BadArgumentException("member `" + place + "` has the character " + String.format("U+%04X", c)
                    + ", which is not taken here");
        });
        return text;
    }

    /** Control characters could act on a terminal and grow when they are written; half a surrogate pair would be written as another character. */
    private static boolean fits(int c, boolean lines) {
        boolean line = c == '\n' || c == '\r' || c == '\t';
        boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return line ? lines : !half && !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
    }
}
