package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.WitnessSettings;
import dev.pavise.auditlog.codec.SealedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest checkpoint that the witness cosigned, beside the anchor: an anchor that whoever holds the gateway's key cannot forge. They
 * can take it away; then it is the witness that still knows.
 */
final class CosignedFile {
    private static final Logger log = LoggerFactory.getLogger(CosignedFile.class);
    private static final int MOST = 1 << 16;

    private CosignedFile() {}

    static Path of(Path anchor) {
        return anchor.resolveSibling(anchor.getFileName() + ".cosigned");
    }

    /** What the file holds; empty where there is no witness, no file, or nothing in it that the witness's key cosigned. */
    static Optional<SealedTree> read(AuditSettings settings) throws IOException {
        WitnessSettings witness = settings.witness();
        Path file = of(settings.anchor());
        if (witness == null || !Files.exists(file)) {
            return Optional.empty();
        }
        Optional<SealedTree> cosigned = Files.size(file) > MOST
                ? Optional.empty()
                : SealedTree.parseCosigned(Texts.read(file), settings.origin(), witness.key());
        if (cosigned.isEmpty()) {
            log.warn(
                    "{} holds no checkpoint of {} that {} cosigned",
                    file,
                    settings.origin(),
                    witness.key().name());
        }
        return cosigned;
    }

    /** Whether two checkpoints of one size are of different trees. */
    static boolean contradicts(Optional<SealedTree> cosigned, Optional<SealedTree> own) {
        return cosigned.isPresent()
                && own.isPresent()
                && cosigned.get().checkpoint().size() == own.get().checkpoint().size()
                && !cosigned.get().checkpoint().equals(own.get().checkpoint());
    }

    static void write(AuditSettings settings, SealedTree cosigned, boolean sync) throws IOException {
        AtomicFile.replace(of(settings.anchor()), cosigned.text(), sync);
    }
}
