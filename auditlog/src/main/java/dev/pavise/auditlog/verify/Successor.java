package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key that took over, as the log tells it. Counts only where the record is in the signed part and that part holds.
 *
 * @param word the public key, as C2SP writes it
 */
record Successor(long seq, String word) {
    private static final byte[] EVENT = "audit_key_rotated".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] US = "system".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern KEYS =
            Pattern.compile("\"old_key\":\"([!-~&&[^\"\\\\]]{1,300})\",\"new_key\":\"([!-~&&[^\"\\\\]]{1,300})\"");
    /** The last checkpoint of a key covers its rotation and what the log says at its close. */
    private static final int LAST = 16;

    /** Looks among the last records that were signed for who took over from a key. */
    static Optional<Successor> find(AuditFolder folder, long signed, String from) throws IOException {
        RecordLine fields = new RecordLine();
        for (long seq = signed - 1; seq >= Math.max(0, signed - LAST); seq--) {
            Optional<byte[]> line = Finder.line(folder, seq);
            if (line.isPresent()
                    && fields.read(line.get(), 0, line.get().length)
                    && fields.is(Field.ACTOR, US)
                    && fields.is(Field.EVENT_TYPE, EVENT)) {
                Matcher keys = KEYS.matcher(new String(line.get(), StandardCharsets.UTF_8));
                if (keys.find() && keys.group(1).equals(from)) {
                    return Optional.of(new Successor(seq, keys.group(2)));
                }
            }
        }
        return Optional.empty();
    }
}
