package dev.pavise.policy.signing;

import dev.pavise.policy.Quoted;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is trusted no more, whatever else says that it is: keys, and contents by their SHA-256. Text form, one to a line,
 * with {@code #} before remarks:
 *
 * <pre>
 * key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  # laptop stolen
 * content 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
 * </pre>
 */
public record Revocations(Set<KeyId> keys, Set<String> contents) {
    /** Nothing is revoked. */
    public static final Revocations NONE = new Revocations(Set.of(), Set.of());

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public Revocations {
        keys = Set.copyOf(keys);
        contents = Set.copyOf(contents);
        for (String content : contents) {
            if (!DIGEST.matcher(content).matches()) {
                throw new IllegalArgumentException(
                        "`" + Quoted.of(content) + "` is no SHA-256, which is 64 hex digits in lower case");
            }
        }
    }

    /** Reads the text form. A line that is not understood might revoke something, so it throws {@link IllegalArgumentException}. */
    public static Revocations parse(String text) {
        Set<KeyId> keys = new HashSet<>();
        Set<String> contents = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            int remark = line.indexOf('#');
            String[] words =
                    (remark < 0 ? line : line.substring(0, remark)).strip().split("\\s+", -1);
            if (words.length == 1 && words[0].isEmpty()) {
                continue;
            }
            if (words.length != 2 || !DIGEST.matcher(words[1]).matches()) {
                throw unread(number);
            }
            switch (words[0]) {
                case "key" -> keys.add(new KeyId(words[1]));
                case "content" -> contents.add(words[1]);
                default -> throw unread(number);
            }
        }
        return new Revocations(keys, contents);
    }

    private static IllegalArgumentException unread(int line) {
        return new IllegalArgumentException("line " + line
                + " revokes nothing that is known, write `key` or `content` and 64 hex digits in lower case");
    }
}
