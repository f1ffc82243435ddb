package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.codec.MerkleTree;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Hashes as lines of a proof. */
final class ProofText {
    /** More than any tree of 2^63 leaves asks for. */
    private static final int MOST_HASHES = 128;

    private ProofText() {}

    static StringBuilder append(StringBuilder text, List<byte[]> hashes) {
        for (byte[] hash : hashes) {
            text.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        return text;
    }

    static Optional<List<byte[]>> hashes(List<String> lines) {
        if (lines.size() > MOST_HASHES) {
            return Optional.empty();
        }
        List<byte[]> hashes = new ArrayList<>();
        for (String line : lines) {
            Optional<byte[]> hash = decode(line);
            if (hash.isEmpty() || hash.get().length != MerkleTree.HASH) {
                return Optional.empty();
            }
            hashes.add(hash.get());
        }
        return Optional.of(hashes);
    }

    /** Takes only the one spelling that encoding gives. */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return Base64.getEncoder().encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
