package dev.pavise.policy.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text that holds exactly one PEM block (RFC 7468), and perhaps words before it. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]{1,30})-----([A-Za-z0-9+/=\\s]{1,4096})-----END \\1-----");
    private static final int LINE = 64;

    private Pem() {}

    /** The content of the one block; throws {@link IllegalArgumentException} that repeats nothing of it. */
    static byte[] decode(String text, String label) {
        Matcher block = BLOCK.matcher(text);
        if (!block.find() || !block.group(1).equals(label)) {
            throw new IllegalArgumentException("no block `BEGIN " + label + "` comes first in it");
        }
        String body = block.group(2).replaceAll("\\s", "");
        if (block.find() || text.indexOf("-----BEGIN", text.indexOf("-----END")) >= 0) {
            throw new IllegalArgumentException("more than one block is in it, and which to take would be a guess");
        }
        return StrictBase64.standard(body)
                .orElseThrow(() -> new IllegalArgumentException("its block `" + label + "` is damaged"));
    }

    /** What stands before the block. */
    static String before(String text) {
        int begin = text.indexOf("-----BEGIN");
        return begin < 0 ? text : text.substring(0, begin);
    }

    static String encode(String label, byte[] content) {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
