package dev.pavise.auditlog.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A record, and what shows that it is in the log of a signed checkpoint: text that stands for itself, in the form of C2SP
 * tlog-proof. The record's line is the extra data.
 *
 * <pre>
 * c2sp.org/tlog-proof@v1
 * extra ...the stored line in base64...
 * index 1234
 * ...hash in base64...
 *
 * pavise/audit
 * 5678
 * ...
 * </pre>
 *
 * A proof proves nothing before {@link ProofCheck} has held it against a key.
 */
public final class Proof {
    static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";

    private final byte[] line;
    private final long seq;
    private final List<byte[]> hashes;
    private final String note;

    /**
     * @param line the stored bytes of the record
     * @param seq its place in the log
     * @param hashes from its sibling up to the child of the root
     * @param note the checkpoint, as a signed note
     */
    public Proof(byte[] line, long seq, List<byte[]> hashes, String note) {
        this.line = line.clone();
        this.seq = seq;
        this.hashes = List.copyOf(hashes);
        this.note = note;
    }

    /** The stored bytes of the record, without a line end. */
    public byte[] line() {
        return line.clone();
    }

    public long seq() {
        return seq;
    }

    /** The inclusion path of RFC 9162, section 2.1.3. */
    public List<byte[]> hashes() {
        return hashes;
    }

    /** The checkpoint, as a signed note. */
    public String note() {
        return note;
    }

    public String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        text.append(EXTRA).append(Base64.getEncoder().encodeToString(line)).append('\n');
        text.append(INDEX).append(seq).append('\n');
        return ProofText.append(text, hashes).append('\n').append(note).toString();
    }

    /** Reads what {@link #text} wrote; empty where it is not that, exactly. */
    public static Optional<Proof> parse(String text) {
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            return Optional.empty();
        }
        List<String> head =
                new ArrayList<>(Arrays.asList(text.substring(0, blank).split("\n", -1)));
        if (head.size() < 3
                || !head.get(0).equals(FIRST_LINE)
                || !head.get(1).startsWith(EXTRA)
                || !head.get(2).matches(INDEX + "(0|[1-9][0-9]{0,17})")) {
            return Optional.empty();
        }
        long seq = Long.parseLong(head.get(2).substring(INDEX.length()));
        return ProofText.hashes(head.subList(3, head.size()))
                .flatMap(hashes -> ProofText.decode(head.get(1).substring(EXTRA.length()))
                        .map(line -> new Proof(line, seq, hashes, text.substring(blank + 2))));
    }

    @Override
    public String toString() {
        return "proof of record " + seq + ": " + new String(line, StandardCharsets.UTF_8);
    }
}
