package dev.pavise.auditlog;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.codec.WitnessKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A witness as C2SP tlog-witness describes it, in this process: it remembers what it cosigned, and believes no proof that it has not checked. */
public final class TestWitness implements Witness {
    private final KeyPair pair;
    private final PublicKey logKey;
    private final List<Long> asked = new ArrayList<>();
    private @Nullable Checkpoint remembered;
    private @Nullable Supplier<Answer> lie;
    private Duration ahead = Duration.ZERO;
    private boolean away;

    public TestWitness(PublicKey logKey) throws GeneralSecurityException {
        this.logKey = logKey;
        this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    public WitnessKey key() throws GeneralSecurityException {
        return WitnessKey.of("witness.example/w1", pair.getPublic());
    }

    public WitnessSettings every(Duration every) throws GeneralSecurityException {
        return new WitnessSettings(this, key(), every, false, Duration.ofMinutes(5));
    }

    /** Answers like this from now on; null for the truth. */
    public synchronized void lie(@Nullable Supplier<Answer> answer) {
        lie = answer;
    }

    public synchronized void away(boolean now) {
        away = now;
    }

    /** By how much its clock is ahead. */
    public synchronized void ahead(Duration by) {
        ahead = by;
    }

    /** The sizes that it was asked to prove from, one for each question. */
    public synchronized List<Long> asked() {
        return List.copyOf(asked);
    }

    public synchronized Optional<Checkpoint> remembered() {
        return Optional.ofNullable(remembered);
    }

    public synchronized void remember(@Nullable Checkpoint checkpoint) {
        remembered = checkpoint;
    }

    @Override
    public synchronized Answer cosign(long from, List<byte[]> proof, String note) throws IOException {
        asked.add(from);
        if (away) {
            throw new IOException("nobody is there");
        }
        if (lie != null) {
            return lie.get();
        }
        Checkpoint shown = SigningKey.open(note, "pavise/audit", logKey).orElse(null);
        if (shown == null) {
            return new Answer.Refused(Refusal.UNKNOWN_KEY, "another key");
        }
        Checkpoint known = remembered;
        long size = known == null ? 0 : known.size();
        if (size != from || from > shown.size()) {
            return new Answer.Remembers(size);
        }
        if (known != null && size == shown.size() && !known.equals(shown)) {
            return new Answer.Remembers(size);
        }
        if (known != null && !MerkleProof.consistent(size, known.root(), shown.size(), shown.root(), proof)) {
            return new Answer.Refused(Refusal.NOT_EXTENDED, "not consistent");
        }
        remembered = shown;
        return cosigned(shown);
    }

    /** Its cosignature, whether it should give one or not. */
    public synchronized Answer cosigned(Checkpoint checkpoint) {
        try {
            Instant now = Instant.now().plus(ahead);
            return new Answer.Cosigned(List.of(Cosignature.sign(checkpoint.text(), now, key(), pair.getPrivate())
                    .line()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
