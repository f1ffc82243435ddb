package dev.pavise.auditlog.proof;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What shows that the log of one checkpoint is the beginning of another's: the path of RFC 9162, section 2.1.4, and both
 * checkpoints. C2SP has no form for it; this one is like its tlog-proof.
 *
 * <pre>
 * pavise.dev/consistency-proof@v1
 * ...hash in base64...
 *
 * pavise/audit
 * 1234
 * ...
 *
 * pavise/audit
 * 5678
 * ...
 * </pre>
 */
public final class ConsistencyProof {
    static final String FIRST_LINE = "pavise.dev/consistency-proof@v1";
    private static final int PARTS = 5;

    private final List<byte[]> hashes;
    private final String older;
    private final String newer;

    /** Both checkpoints are signed notes. */
    public ConsistencyProof(List<byte[]> hashes, String older, String newer) {
        this.hashes = List.copyOf(hashes);
        this.older = older;
        this.newer = newer;
    }

    public List<byte[]> hashes() {
        return hashes;
    }

    /** The older checkpoint, as a signed note. */
    public String older() {
        return older;
    }

    /** The newer checkpoint, as a signed note. */
    public String newer() {
        return newer;
    }

    public String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        ProofText.append(text, hashes).append('\n');
        return text.append(older).append('\n').append(newer).toString();
    }

    /** Reads what {@link #text} wrote; empty where it is not that, exactly. */
    public static Optional<ConsistencyProof> parse(String text) {
        String[] parts = text.split("\n\n", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        List<String> head = Arrays.asList(parts[0].split("\n", -1));
        if (!head.getFirst().equals(FIRST_LINE)) {
            return Optional.empty();
        }
        String older = parts[1] + "\n\n" + parts[2] + "\n";
        String newer = parts[3] + "\n\n" + parts[4];
        return ProofText.hashes(head.subList(1, head.size())).map(hashes -> new ConsistencyProof(hashes, older, newer));
    }
}
