package dev.pavise.proxy.witness;

import dev.pavise.auditlog.Witness.Answer;
import dev.pavise.auditlog.Witness.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a witness answers to a checkpoint (C2SP tlog-witness). Strictly: it is nobody that has to be believed. */
final class WitnessAnswer {
    /** Answers beyond it are cut off. */
    static final int MOST_BYTES = 64 * 1024;

    /** The statuses whose bodies say something. */
    static final Set<Integer> WITH_BODY = Set.of(200, 409);

    private static final int MOST_SIGNATURES = 64;
    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,17})\\n");
    private static final Pattern SIGNATURE =
            Pattern.compile("\u2014 [^+\\s\\p{Cntrl}]{1,200} [A-Za-z0-9+/]{8,8000}={0,2}");
    private static final String SIZE_TYPE = "text/x.tlog.size";

    private WitnessAnswer() {}

    /** Throws where the witness cannot answer now, which is no answer. */
    static Answer read(int status, String type, byte[] body) throws IOException {
        return switch (status) {
            case 200 -> signatures(new String(body, StandardCharsets.UTF_8));
            case 409 -> size(type, new String(body, StandardCharsets.UTF_8));
            case 403 -> new Answer.Refused(Refusal.UNKNOWN_KEY, "it does not trust the key that signed the checkpoint");
            case 404 -> new Answer.Refused(Refusal.UNKNOWN_LOG, "it knows no log of this name");
            case 422 -> new Answer.Refused(Refusal.NOT_EXTENDED, "the log does not begin with what it cosigned");
            case 408, 425, 429, 500, 502, 503, 504 -> throw new IOException("it answered " + status);
            default -> new Answer.Refused(Refusal.BAD_ANSWER, "it answered " + status);
        };
    }

    private static Answer signatures(String text) {
        List<String> lines = text.lines().limit(MOST_SIGNATURES + 1).toList();
        boolean fits = text.endsWith("\n")
                && lines.size() <= MOST_SIGNATURES
                && lines.stream().allMatch(line -> SIGNATURE.matcher(line).matches());
        return fits
                ? new Answer.Cosigned(lines)
                : new Answer.Refused(Refusal.BAD_ANSWER, "what it answered are no signature lines");
    }

    // Without the type it is the answer to a checkpoint of the size that it remembers, and another root.
    private static Answer size(String type, String text) {
        Matcher size = SIZE.matcher(text);
        if (type.toLowerCase(Locale.ROOT).startsWith(SIZE_TYPE) && size.matches()) {
            return new Answer.Remembers(Long.parseLong(size.group(1)));
        }
        return new Answer.Refused(Refusal.OTHER_TREE, "it remembers another log, and does not say of what size");
    }
}
